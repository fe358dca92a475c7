package shell

import (
	"slices"
	"strings"
	"testing"

	"guise/internal/awsenv"
)

// changed are changes in a word each: the hook's own variables are left out.
func changed(changes []Change) string {
	var words []string
	for _, c := range changes {
		switch {
		case strings.HasPrefix(c.Name, "__guise"):
		case c.Keep:
			words = append(words, "keep:"+c.Name)
		case c.GiveBack && c.Unset:
			words = append(words, "back:"+c.Name)
		case c.GiveBack:
			words = append(words, "back:"+c.Name+"="+c.Value)
		case c.Unset:
			words = append(words, "-"+c.Name)
		default:
			words = append(words, c.Name+"="+c.Value)
		}
	}
	return strings.Join(words, " ")
}

// after is the state that changes leave with the hook.
func after(t *testing.T, changes []Change) State {
	t.Helper()
	i := slices.IndexFunc(changes, func(c Change) bool { return c.Name == "__guise_state" })
	if i < 0 {
		t.Fatal("no state")
	}
	return DecodeState(changes[i].Value)
}

// TestUse: what a switch sets, takes out and remembers.
func TestUse(t *testing.T) {
	const (
		first = "keep:AWS_PROFILE keep:AWS_DEFAULT_PROFILE keep:AWS_REGION keep:AWS_DEFAULT_REGION keep:AWS_SDK_LOAD_CONFIG "
		load  = " AWS_SDK_LOAD_CONFIG=1"
		undo  = " -AWS_REGION -AWS_DEFAULT_REGION -GUISE_REGION_FOR"
	)
	was := "outer"
	in := State{Profile: "a", Before: map[string]string{awsenv.Region: "r0"}}
	region := func(note string, more ...string) awsenv.Env {
		r, _, _ := strings.Cut(note, " ")
		return append(awsenv.Env{"AWS_REGION=" + r, "AWS_DEFAULT_REGION=" + r, "GUISE_REGION_FOR=" + note, "AWS_SDK_LOAD_CONFIG=1"}, more...)
	}
	for _, c := range []struct {
		name    string
		t       Terminal
		to      Target
		want    string
		removed string
		left    string
	}{
		{"the first", Terminal{}, Target{Profile: "a"}, first + "AWS_PROFILE=a" + load, "", ""},
		{"a region", Terminal{}, Target{Profile: "a", Region: "r"}, first + "AWS_PROFILE=a" + load + " AWS_REGION=r AWS_DEFAULT_REGION=r GUISE_REGION_FOR=r - a", "", ""},
		{"exported keys", Terminal{Env: awsenv.Env{"AWS_ACCESS_KEY_ID=x", "AWS_SESSION_TOKEN="}}, Target{Profile: "a"}, first + "-AWS_ACCESS_KEY_ID -AWS_SESSION_TOKEN AWS_PROFILE=a" + load, "AWS_ACCESS_KEY_ID AWS_SESSION_TOKEN", ""},
		{"botocore's own", Terminal{Env: awsenv.Env{"AWS_DEFAULT_PROFILE=b", "AWS_SDK_LOAD_CONFIG=0"}}, Target{Profile: "a"}, "keep:AWS_PROFILE keep:AWS_REGION keep:AWS_DEFAULT_REGION AWS_PROFILE=a -AWS_DEFAULT_PROFILE", "", ""},
		{"the next", Terminal{Env: awsenv.Env{"AWS_PROFILE=a"}, State: State{Before: map[string]string{}}}, Target{Profile: "b"}, "AWS_PROFILE=b" + load, "", ""},
		{"the region goes with its profile", Terminal{Env: region("r1 r0 a"), State: in}, Target{Profile: "b"}, "AWS_PROFILE=b back:AWS_REGION=r0 back:AWS_DEFAULT_REGION -GUISE_REGION_FOR", "", "r1"},
		{"the same profile without a region", Terminal{Env: region("r1 r0 a"), State: in}, Target{Profile: "a"}, "AWS_PROFILE=a back:AWS_REGION=r0 back:AWS_DEFAULT_REGION -GUISE_REGION_FOR", "", "r1"},
		{"to the terminal's, which was switched since", Terminal{Env: region("r1 r2 a"), State: in}, Target{Profile: "b"}, "AWS_PROFILE=b AWS_REGION=r2 AWS_DEFAULT_REGION=r2 -GUISE_REGION_FOR", "", "r1"},
		{"another with another", Terminal{Env: region("r1 r0 a"), State: in}, Target{Profile: "b", Region: "r3"}, "AWS_PROFILE=b AWS_REGION=r3 AWS_DEFAULT_REGION=r3 GUISE_REGION_FOR=r3 r0 b", "", ""},
		{"a region of the user's own stays", Terminal{Env: awsenv.Env{"AWS_REGION=r2", "GUISE_REGION_FOR=r1 r0 a"}, State: in}, Target{Profile: "b"}, "AWS_PROFILE=b" + load, "", ""},
		{"an export's", Terminal{Env: region("r1 - x", "AWS_ACCESS_KEY_ID=x")}, Target{Profile: "b"}, strings.TrimSpace(undo) + " keep:AWS_PROFILE keep:AWS_DEFAULT_PROFILE keep:AWS_REGION keep:AWS_DEFAULT_REGION -AWS_ACCESS_KEY_ID AWS_PROFILE=b", "AWS_ACCESS_KEY_ID", "r1"},
		{"a shell of exec -r", Terminal{Env: region("r1 - a", "AWS_PROFILE=a", "GUISE_EXEC_PROFILE=a", "GUISE_EXEC_STATUS=s")}, Target{Profile: "b"}, "keep:AWS_DEFAULT_PROFILE AWS_PROFILE=b -GUISE_EXEC_PROFILE -GUISE_EXEC_STATUS" + undo, "", "r1"},
		{"a shell that exec runs", Terminal{Exec: map[string]*string{"AWS_REGION": &was, "AWS_CONFIG_FILE": nil}, State: State{Before: map[string]string{}}}, Target{Profile: "b"}, "-AWS_CONFIG_FILE AWS_REGION=outer -GUISE_EXEC AWS_PROFILE=b" + load, "", ""},
	} {
		s := c.t.Use(c.to)
		if got := changed(s.Changes); got != c.want || strings.Join(s.Removed, " ") != c.removed || s.Left.Region != c.left {
			t.Errorf("%s: %s (%s, %+v)\nwant %s", c.name, got, s.Removed, s.Left, c.want)
		}
		state, active := after(t, s.Changes), ""
		if active, _ = c.t.Env.Get(awsenv.Profile); state.Profile != c.to.Profile || active != c.to.Profile && state.Previous != active || state.Before == nil {
			t.Errorf("%s: it remembers %+v", c.name, state)
		}
	}
}

// TestNotes: it is said which region goes, if it does.
func TestNotes(t *testing.T) {
	for note, want := range map[string]string{"r1 - a": "the region is no longer r1, which guise set for a", "r1 r2 a": "the region is no longer r1, which guise set for a", "r1 r1 a": ""} {
		use := Terminal{Env: awsenv.Env{"AWS_REGION=r1", "GUISE_REGION_FOR=" + note}, State: State{Before: map[string]string{}}}.Use(Target{Profile: "b"})
		if got := strings.Join(use.Notes(zshDialect()), "; "); got != want {
			t.Errorf("%s: %q", note, got)
		}
	}
}

// TestUseAgain: the profile before is not the one that is active already, and what was
// removed is remembered once.
func TestUseAgain(t *testing.T) {
	t1 := Terminal{Env: awsenv.Env{"AWS_PROFILE=a", "AWS_EB_PROFILE=x"}, State: State{Profile: "a", Previous: "b", Before: map[string]string{}, Removed: []string{"AWS_EB_PROFILE"}}}
	if s := after(t, t1.Use(Target{Profile: "a"}).Changes); s.Previous != "b" || !slices.Equal(s.Removed, []string{"AWS_EB_PROFILE"}) {
		t.Errorf("%+v", s)
	}
}

// TestOff: everything is as it was, and `use -` leads to what is left.
func TestOff(t *testing.T) {
	first := Terminal{Env: awsenv.Env{"AWS_REGION=r0", "AWS_DEFAULT_PROFILE=d"}}.Use(Target{Profile: "a", Region: "r"})
	off := Terminal{Env: awsenv.Env{"AWS_PROFILE=a", "AWS_REGION=r", "GUISE_REGION_FOR=r r0 a"}, State: after(t, first.Changes)}.Off()
	if got := changed(off); got != "back:AWS_PROFILE back:AWS_DEFAULT_PROFILE=d back:AWS_REGION=r0 back:AWS_DEFAULT_REGION back:AWS_SDK_LOAD_CONFIG back:GUISE_REGION_FOR" {
		t.Error(got)
	}
	if s := after(t, off); s.Previous != "a" || s.Before != nil || s.Profile != "" {
		t.Errorf("%+v", s)
	}
}

// TestOffRegions: the region of a profile that is active again is given back, and that of
// an export, whose keys are gone, is not.
func TestOffRegions(t *testing.T) {
	for env, want := range map[string]string{
		"AWS_PROFILE=a": "back:AWS_PROFILE=a back:AWS_DEFAULT_PROFILE back:AWS_REGION=r1 back:AWS_DEFAULT_REGION=r1 back:AWS_SDK_LOAD_CONFIG back:GUISE_REGION_FOR=r1 - a",
		"AWS_PROFILE=x": "back:AWS_PROFILE=x back:AWS_DEFAULT_PROFILE back:AWS_REGION back:AWS_DEFAULT_REGION back:AWS_SDK_LOAD_CONFIG",
	} {
		use := Terminal{Env: awsenv.Env{env, "AWS_REGION=r1", "AWS_DEFAULT_REGION=r1", "GUISE_REGION_FOR=r1 - a"}}.Use(Target{Profile: "b"})
		off := Terminal{Env: awsenv.Env{"AWS_PROFILE=b"}, State: after(t, use.Changes)}.Off()
		if got := changed(off); got != want {
			t.Errorf("%s: %s", env, got)
		}
	}
}

// TestRegion: a region alone is remembered as a switch is.
func TestRegion(t *testing.T) {
	changes := Terminal{Env: awsenv.Env{"AWS_REGION=r0"}}.Region("r")
	if got := changed(changes); got != "keep:AWS_PROFILE keep:AWS_DEFAULT_PROFILE keep:AWS_DEFAULT_REGION keep:AWS_SDK_LOAD_CONFIG AWS_REGION=r AWS_DEFAULT_REGION=r" {
		t.Error(got)
	}
	if s := after(t, changes); s.Before[awsenv.Region] != "r0" || s.Profile != "" {
		t.Errorf("%+v", s)
	}
}

// TestRegionOfExport: a region that is switched to is the terminal's, and what an export
// left is not given back.
func TestRegionOfExport(t *testing.T) {
	changes := Terminal{Env: awsenv.Env{"AWS_REGION=r1", "GUISE_REGION_FOR=r1 r0 x"}}.Region("r")
	if got := changed(changes); !strings.HasPrefix(got, "AWS_REGION=r0 AWS_DEFAULT_REGION=r0 -GUISE_REGION_FOR keep:") || !strings.HasSuffix(got, " AWS_REGION=r AWS_DEFAULT_REGION=r") {
		t.Error(got)
	}
	if s := after(t, changes); s.Before[awsenv.Region] != "r0" {
		t.Errorf("%+v", s)
	}
	changes = Terminal{Env: awsenv.Env{"AWS_REGION=r1", "GUISE_REGION_FOR=r1 r0 x"}, State: State{Before: map[string]string{}}}.Region("r")
	if got := changed(changes); got != "AWS_REGION=r AWS_DEFAULT_REGION=r -GUISE_REGION_FOR" {
		t.Error(got)
	}
}

// TestState: whatever the hook hands over, it is a state.
func TestState(t *testing.T) {
	s := State{Profile: "$(x) 'é", Previous: "y", Before: map[string]string{awsenv.Region: "r"}, Removed: []string{"AWS_X"}}
	if back := DecodeState(s.encode()); back.Profile != s.Profile || back.Before[awsenv.Region] != "r" || back.Removed[0] != "AWS_X" {
		t.Errorf("%+v", back)
	}
	for _, text := range []string{"", "garbage", "%%%"} {
		if back := DecodeState(text); back.Profile != "" || back.Before != nil {
			t.Errorf("%q: %+v", text, back)
		}
	}
}

func TestWord(t *testing.T) {
	for text, want := range map[string]string{"prod": "prod", "a/b@c:1+=.-_": "a/b@c:1+=.-_", "a,b": "'a,b'", "=ls": "'=ls'", "@x": "'@x'", "my prod": "'my prod'", "it's": `'it'\''s'`, "": "''", "é": "'é'", "$(x)": "'$(x)'"} {
		if got := Word(text); got != want {
			t.Errorf("%q: %s", text, got)
		}
	}
	if got := Words([]string{"a", "b c"}); got != "a 'b c'" {
		t.Error(got)
	}
	if got := Edit("/a b", 3) + " " + Edit("/a", 0); got != "${EDITOR:-vi} +3 '/a b' ${EDITOR:-vi} /a" {
		t.Error(got)
	}
}
