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
	const first = "keep:AWS_PROFILE keep:AWS_DEFAULT_PROFILE keep:AWS_REGION keep:AWS_DEFAULT_REGION "
	was := "outer"
	in := State{Profile: "a", Before: map[string]string{awsenv.Region: "r0"}, Region: "r1"}
	for _, c := range []struct {
		name    string
		t       Terminal
		to      Target
		want    string
		removed string
	}{
		{"the first", Terminal{}, Target{Profile: "a"}, first + "AWS_PROFILE=a", ""},
		{"a region", Terminal{}, Target{Profile: "a", Region: "r"}, first + "AWS_PROFILE=a AWS_REGION=r AWS_DEFAULT_REGION=r", ""},
		{"exported keys", Terminal{Env: awsenv.Env{"AWS_ACCESS_KEY_ID=x", "AWS_SESSION_TOKEN="}}, Target{Profile: "a"}, first + "-AWS_ACCESS_KEY_ID -AWS_SESSION_TOKEN AWS_PROFILE=a", "AWS_ACCESS_KEY_ID AWS_SESSION_TOKEN"},
		{"botocore's own", Terminal{Env: awsenv.Env{"AWS_DEFAULT_PROFILE=b"}}, Target{Profile: "a"}, "keep:AWS_PROFILE keep:AWS_REGION keep:AWS_DEFAULT_REGION AWS_PROFILE=a -AWS_DEFAULT_PROFILE", ""},
		{"the next", Terminal{Env: awsenv.Env{"AWS_PROFILE=a"}, State: State{Before: map[string]string{}}}, Target{Profile: "b"}, "AWS_PROFILE=b", ""},
		{"the region goes with its profile", Terminal{Env: awsenv.Env{"AWS_REGION=r1"}, State: in}, Target{Profile: "b"}, "AWS_PROFILE=b back:AWS_REGION=r0 back:AWS_DEFAULT_REGION", ""},
		{"a region of the user's own stays", Terminal{Env: awsenv.Env{"AWS_REGION=r2"}, State: in}, Target{Profile: "b"}, "AWS_PROFILE=b", ""},
		{"a shell that exec runs", Terminal{Exec: map[string]*string{"AWS_REGION": &was, "AWS_CONFIG_FILE": nil}, State: State{Before: map[string]string{}}}, Target{Profile: "b"}, "-AWS_CONFIG_FILE AWS_REGION=outer -GUISE_EXEC AWS_PROFILE=b", ""},
	} {
		changes, removed := c.t.Use(c.to)
		if got := changed(changes); got != c.want || strings.Join(removed, " ") != c.removed {
			t.Errorf("%s: %s (%s)\nwant %s", c.name, got, removed, c.want)
		}
		s, active := after(t, changes), ""
		if active, _ = c.t.Env.Get(awsenv.Profile); s.Profile != c.to.Profile || s.Region != c.to.Region || s.Previous != active || s.Before == nil {
			t.Errorf("%s: it remembers %+v", c.name, s)
		}
	}
}

// TestUseAgain: the profile before is not the one that is active already, and what was
// removed is remembered once.
func TestUseAgain(t *testing.T) {
	t1 := Terminal{Env: awsenv.Env{"AWS_PROFILE=a", "AWS_EB_PROFILE=x"}, State: State{Profile: "a", Previous: "b", Before: map[string]string{}, Removed: []string{"AWS_EB_PROFILE"}}}
	changes, _ := t1.Use(Target{Profile: "a"})
	if s := after(t, changes); s.Previous != "b" || !slices.Equal(s.Removed, []string{"AWS_EB_PROFILE"}) {
		t.Errorf("%+v", s)
	}
}

// TestOff: everything is as it was, and `use -` leads to what is left.
func TestOff(t *testing.T) {
	first, _ := Terminal{Env: awsenv.Env{"AWS_REGION=r0", "AWS_DEFAULT_PROFILE=d"}}.Use(Target{Profile: "a", Region: "r"})
	off := Terminal{Env: awsenv.Env{"AWS_PROFILE=a", "AWS_REGION=r"}, State: after(t, first)}.Off()
	if got := changed(off); got != "back:AWS_PROFILE back:AWS_DEFAULT_PROFILE=d back:AWS_REGION=r0 back:AWS_DEFAULT_REGION" {
		t.Error(got)
	}
	if s := after(t, off); s.Previous != "a" || s.Before != nil || s.Profile != "" {
		t.Errorf("%+v", s)
	}
}

// TestRegion: a region alone is remembered as a switch is.
func TestRegion(t *testing.T) {
	changes := Terminal{Env: awsenv.Env{"AWS_REGION=r0"}}.Region("r")
	if got := changed(changes); got != "keep:AWS_PROFILE keep:AWS_DEFAULT_PROFILE keep:AWS_DEFAULT_REGION AWS_REGION=r AWS_DEFAULT_REGION=r" {
		t.Error(got)
	}
	if s := after(t, changes); s.Before[awsenv.Region] != "r0" || s.Profile != "" {
		t.Errorf("%+v", s)
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
	for text, want := range map[string]string{"prod": "prod", "a/b@c:1,+=.-_": "a/b@c:1,+=.-_", "my prod": "'my prod'", "it's": `'it'\''s'`, "": "''", "é": "'é'", "$(x)": "'$(x)'"} {
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
