package awsconfig

import (
	"errors"
	"strings"
	"testing"
)

// asEarlier writes the marks of a file as earlier versions of guise wrote them.
func asEarlier(text string) string {
	return strings.NewReplacer(
		"moved to the key store", "moved to the secret store",
		"; to put them back: guise release ci", "; `guise release` puts them back",
		"; to remove it: guise release ci", "; `guise release` removes it",
	).Replace(text)
}

const (
	marksConfig      = "[default]\nregion = eu-west-1"
	marksCredentials = "[ci]\naws_access_key_id = AKIA1\naws_secret_access_key = s3cr3ts3cr3t\n"
)

// TestMarks: the marks in the files say what to type, and those of earlier versions
// mean the same to every reader.
func TestMarks(t *testing.T) {
	for _, keep := range []bool{false, true} {
		for _, as := range []func(string) string{asEarlier, func(s string) string { return s }} {
			f, v := filesOf(marksConfig, marksCredentials), vault{}
			if err := f.Adopt([]string{"ci"}, AdoptOptions{Executable: "/usr/bin/guise", KeepKeys: keep, Store: v.store}); err != nil {
				t.Fatal(err)
			}
			config, credentials := string(f.config.parsed().Bytes()), string(f.credentials.parsed().Bytes())
			if !strings.Contains(config, ": guise release ci") || keep && !strings.Contains(credentials, ": guise release ci") {
				t.Errorf("the marks do not say what to type:\n%s\n%s", config, credentials)
			}
			f = filesOf(as(config), as(credentials))
			p, err := f.Profile("ci")
			if want := map[bool]KeyPlace{false: KeysInStore, true: KeysInSource}[keep]; err != nil || p.KeysIn() != want {
				t.Errorf("keys in %v, want %v (%v)", p.KeysIn(), want, err)
			}
			if uses := f.KeyUses("AKIA1"); !keep && (len(uses) != 1 || !uses[0].Stored || uses[0].InFile) {
				t.Errorf("%+v", uses)
			}
			if !p.SecretAccessKey().Empty() != keep {
				t.Error("the mark is read as a secret")
			}
			if err := f.Release([]string{"ci"}, ReleaseOptions{Fetch: v.fetch}); err != nil {
				t.Fatal(err)
			}
			if c, k := string(f.config.parsed().Bytes()), string(f.credentials.parsed().Bytes()); c != marksConfig || k != marksCredentials {
				t.Errorf("came back as\n%s\n%s", c, k)
			}
		}
	}
}

// TestMarksOfEarlierKeys: a stored key of an earlier version is replaced and removed
// as one of today.
func TestMarksOfEarlierKeys(t *testing.T) {
	f := filesOf("", "")
	if err := f.AddStoredKey("ci", "AKIA1", "/usr/bin/guise"); err != nil {
		t.Fatal(err)
	}
	f = filesOf(asEarlier(string(f.config.parsed().Bytes())), "")
	if n := f.ReplaceStoredKey("AKIA1", "AKIA2", func(string) bool { return true }); n != 1 {
		t.Errorf("replaced %d", n)
	}
	if leftover(f.config.parsed().Bytes(), map[string]bool{"AKIA2": true}) {
		t.Error("a mark is taken for a secret")
	}
	f.RemoveStoredKey("ci")
	if text := string(f.config.parsed().Bytes()); strings.Contains(text, "AKIA") || strings.Contains(text, "store") {
		t.Errorf("left: %s", text)
	}
}

// TestSectionOfKeysInUse: the section that keys were moved to may have become the source of
// another profile, which would be left without credentials.
func TestSectionOfKeysInUse(t *testing.T) {
	for _, user := range []string{
		"[profile other]\nrole_arn = arn:aws:iam::222222222222:role/X\nsource_profile = ci.source\n",
		"[profile other]\nguise_role_arn = arn:aws:iam::222222222222:role/X\nguise_source_profile = ci.source\ncredential_process = /usr/bin/guise credential-process --profile other\n",
	} {
		f := filesOf("", "[ci]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = abc\n[free]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = abc\n")
		if err := f.Adopt([]string{"ci", "free"}, AdoptOptions{Executable: "/usr/bin/guise", KeepKeys: true}); err != nil {
			t.Fatal(err)
		}
		data := f.Bytes()
		data[0] = append(data[0], user...)
		f = filesOf(string(data[0]), string(data[1]))
		err := f.Release([]string{"free", "ci"}, ReleaseOptions{})
		if in, ok := errors.AsType[*SourceInUseError](err); !ok || in.By != "other" || !strings.HasPrefix(err.Error(), "ci: ") {
			t.Errorf("%v", err)
		}
		if now := f.Bytes(); string(now[0]) != string(data[0]) || string(now[1]) != string(data[1]) {
			t.Errorf("changed:\n%s\n%s", now[0], now[1])
		}
		if err := f.Release([]string{"free"}, ReleaseOptions{}); err != nil {
			t.Error(err)
		}
	}
}

// TestLineLost: somebody has removed the line that runs guise. Adoption puts it back, and
// release gives back what was before.
func TestLineLost(t *testing.T) {
	for _, was := range []string{
		"[profile ci]\nrole_arn = arn:aws:iam::222222222222:role/X\nsource_profile = base\nregion = eu-west-1\n",
		"[profile ci]\ncredential_process = /bin/other\n",
		"[profile ci]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = abc\n",
	} {
		f := filesOf(was, "")
		o := AdoptOptions{Executable: "/usr/bin/guise", KeepKeys: true}
		if err := f.Adopt([]string{"ci"}, o); err != nil {
			t.Fatal(err)
		}
		adopted := f.Bytes()
		lost := adopted
		lost[0] = []byte(strings.ReplaceAll(string(adopted[0]), "credential_process = /usr/bin/guise credential-process --profile ci\n", ""))
		if string(lost[0]) == string(adopted[0]) {
			t.Fatalf("%s", lost[0])
		}
		f = filesOf(string(lost[0]), string(lost[1]))
		if err := f.Adopt([]string{"ci"}, o); err != nil {
			t.Errorf("%s: %v", lost[0], err)
		}
		if p, err := f.Profile("ci"); err != nil || !p.Managed() {
			t.Errorf("%s: %v", f.Bytes()[0], err)
		}
		if err := f.Release([]string{"ci"}, ReleaseOptions{}); err != nil || string(f.Bytes()[0]) != was {
			t.Errorf("%s: %v", f.Bytes()[0], err)
		}
	}
}

// TestDashedNames: the comment names a command that takes a name for a name.
func TestDashedNames(t *testing.T) {
	for name, want := range map[string]string{"ci": "guise release ci", "a b": "guise release 'a b'", "--all": "guise release -- '--all'"} {
		if got := releaseOf(name); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
}
