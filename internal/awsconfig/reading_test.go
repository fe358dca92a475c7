package awsconfig

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"guise/internal/files"
	"guise/internal/secret"
)

// TestHeaders: which profile a header begins, and what is a header at all.
func TestHeaders(t *testing.T) {
	for text, want := range map[string]string{
		"[profile a] # see [b]": "a", "[profile a]#[b]": "a", "[profile a]": "a", "[profile a]b] # c": "a]b",
	} {
		if names := filesOf(text+"\n", "").Names(); !slices.Equal(names, []string{want}) {
			t.Errorf("%s: %q", text, names)
		}
	}
	for text, want := range map[string]string{
		"[]\nx = 1\n": "line 1: a section without a name", "[profile]\nx = 1\n": "line 1: a section without a name",
		"[a]\nregion = x\r": "line 2: a line that ends in a carriage return alone",
	} {
		if err := filesOf("", text).Check(); err == nil || !strings.HasSuffix(err.Error(), want) {
			t.Errorf("%q: %v, not %s", text, err, want)
		}
	}
}

// TestValues: what an SDK reads where a value is empty, quoted, only a comment, or
// indented.
func TestValues(t *testing.T) {
	f := filesOf("[profile a:b]\n  region = eu-west-1\n[profile c]\nregion = \"\"\noutput = # none\ns3 =\n  word\n", "")
	for _, get := range []func(string) (Profile, error){f.Profile, fromAll(f)} {
		ab, err := get("a:b")
		if err != nil || ab.Get("region") != "eu-west-1" {
			t.Errorf("%q, %v", ab.Get("region"), err)
		}
		c, err := get("c")
		if err != nil || c.Get("region") != "" || c.Get("output") != "" || len(c.Nested("s3")) > 0 {
			t.Errorf("%q, %q, %v, %v", c.Get("region"), c.Get("output"), c.Nested("s3"), err)
		}
	}
}

// fromAll reads a profile out of all.
func fromAll(f *Files) func(string) (Profile, error) {
	return func(name string) (Profile, error) {
		all := f.Profiles()
		i := slices.IndexFunc(all, func(p Profile) bool { return p.Name == name })
		if i < 0 {
			return Profile{}, &NoProfileError{Name: name}
		}
		return all[i], nil
	}
}

// TestNamedLikeASetting: a profile is found though settings and comments before it
// begin with its name.
func TestNamedLikeASetting(t *testing.T) {
	for _, before := range []string{"[profile a]\n# region\nregion = eu-west-1\n", "region = eu-west-1\n"} {
		f := filesOf(before+"[profile region]\noutput = json\n", "")
		if p, err := f.Profile("region"); err != nil || p.Get("output") != "json" {
			t.Errorf("%s: %q %v", before, p.Get("output"), err)
		}
	}
}

// TestKeptKeys: keys that adoption has put into a section of their own are those of the
// profile, a token with them, however it is read; they come back as they were.
func TestKeptKeys(t *testing.T) {
	const text = "[ci]\naws_access_key_id = ASIACI00000000000001\naws_secret_access_key = one\naws_session_token = two\n"
	f := filesOf("", text)
	if err := f.Adopt([]string{"ci"}, AdoptOptions{Executable: "/usr/bin/guise", KeepKeys: true}); err != nil {
		t.Fatal(err)
	}
	adopted := f.Bytes()
	f = filesOf(string(adopted[0]), string(adopted[1]))
	for _, get := range []func(string) (Profile, error){f.Profile, fromAll(f)} {
		p, err := get("ci")
		if err != nil || p.SecretAccessKey().Reveal() != "one" || p.SessionToken().Reveal() != "two" {
			t.Errorf("%q, %q, %v", p.SecretAccessKey().Reveal(), p.SessionToken().Reveal(), err)
		}
	}
	if err := f.Release([]string{"ci"}, ReleaseOptions{}); err != nil || string(f.Bytes()[1]) != text {
		t.Errorf("%s %v", f.Bytes()[1], err)
	}
}

// TestKeptKeysTwice: a profile that stands twice, with other keys each time, has each
// back in its place.
func TestKeptKeysTwice(t *testing.T) {
	const text = "[ci]\naws_access_key_id = AKIACI00000000000001\naws_secret_access_key = one\n[ci]\naws_access_key_id = AKIACI00000000000002\naws_secret_access_key = two\n"
	f := filesOf("", text)
	if err := f.Adopt([]string{"ci"}, AdoptOptions{Executable: "/usr/bin/guise", KeepKeys: true}); err != nil {
		t.Fatal(err)
	}
	if err := f.Release([]string{"ci"}, ReleaseOptions{}); err != nil || string(f.Bytes()[1]) != text {
		t.Errorf("%s %v", f.Bytes()[1], err)
	}
}

// TestNamedLikeKeptKeys: a profile that somebody has named like a section of kept keys
// lends its secret to nobody.
func TestNamedLikeKeptKeys(t *testing.T) {
	const theirs = "[ci.source]\naws_access_key_id = AKIAOTHER00000000001\naws_secret_access_key = theirs\n"
	f := filesOf("", "[ci]\naws_access_key_id = AKIACI00000000000001\naws_secret_access_key = one\n"+theirs)
	v := vault{}
	if err := f.Adopt([]string{"ci"}, AdoptOptions{Executable: "/usr/bin/guise", Store: v.store}); err != nil {
		t.Fatal(err)
	}
	if p, err := f.Profile("ci"); err != nil || p.KeysIn() != KeysInStore || !p.SecretAccessKey().Empty() {
		t.Errorf("%v %v", p.KeysIn(), err)
	}
}

// TestHalfAKey: half of an access key is not put into the key store, nor is one whose
// secret goes on in the next line.
func TestHalfAKey(t *testing.T) {
	const role = "[profile a]\nrole_arn = arn:aws:iam::222222222222:role/x\nsource_profile = b\n"
	store := func(string, string, secret.Text) error { t.Error("stored"); return nil }
	for _, half := range []string{"aws_access_key_id = AKIACI00000000000001\n", "aws_secret_access_key = one\n"} {
		f := filesOf(role+half, "")
		if p, err := f.Profile("a"); err != nil || !p.SecretAccessKey().Empty() {
			t.Errorf("%s: it has a secret, %v", half, err)
		}
		err := f.Adopt([]string{"a"}, AdoptOptions{Executable: "/usr/bin/guise", Store: store})
		if err == nil {
			err = f.Release([]string{"a"}, ReleaseOptions{})
		}
		if err != nil || string(f.Bytes()[0]) != role+half {
			t.Errorf("%s: %v\n%s", half, err, f.Bytes()[0])
		}
	}
	f := filesOf("", "[a]\naws_access_key_id = AKIACI00000000000001\naws_secret_access_key = one\n  two\n")
	if err := f.Adopt([]string{"a"}, AdoptOptions{Executable: "/usr/bin/guise", KeepKeys: true}); !errors.As(err, new(*IrreversibleError)) {
		t.Error(err)
	}
}

// TestSplitKeysEmpty: a setting without a value is no half of a key.
func TestSplitKeysEmpty(t *testing.T) {
	p, err := filesOf("[profile a]\naws_access_key_id =\n", "[a]\naws_access_key_id = AKIACI00000000000001\naws_secret_access_key = one\n").Profile("a")
	if err != nil || p.SplitKeys() != nil {
		t.Errorf("%v, %v", err, p.SplitKeys())
	}
}

// TestNameWithASpace: it is quoted, as botocore and the AWS CLI write it.
func TestNameWithASpace(t *testing.T) {
	f := filesOf("", "")
	if err := f.AddStoredKey("a b", "AKIACI00000000000001", "/usr/bin/guise"); err != nil || !strings.HasPrefix(string(f.Bytes()[0]), "[profile \"a b\"]\n") {
		t.Errorf("%s %v", f.Bytes()[0], err)
	}
}

// TestNearestOfLongNames: a name that holds the word is near, however long it is; one that shares
// no letter is not.
func TestNearestOfLongNames(t *testing.T) {
	names := []string{"abcdefg", "the-account-of-production", "prof"}
	if got := Nearest("prod", names); !slices.Equal(got, []string{"the-account-of-production", "prof"}) {
		t.Errorf("%q", got)
	}
	if got := Nearest("xy", names); len(got) > 0 {
		t.Errorf("%q", got)
	}
}

// TestReleaseOfAMadeSection: the comments behind a section that adoption has made belong
// to whoever wrote them, and stay.
func TestReleaseOfAMadeSection(t *testing.T) {
	f := filesOf("", "[ci]\naws_access_key_id = AKIACI00000000000001\naws_secret_access_key = one\n")
	if err := f.Adopt([]string{"ci"}, AdoptOptions{Executable: "/usr/bin/guise", KeepKeys: true}); err != nil {
		t.Fatal(err)
	}
	const later = "\n# mine\n\n[profile later]\nregion = eu-west-1\n"
	adopted := f.Bytes()
	f = filesOf(string(adopted[0])+later, string(adopted[1]))
	if err := f.Release([]string{"ci"}, ReleaseOptions{}); err != nil || string(f.Bytes()[0]) != later {
		t.Errorf("%q %v", f.Bytes()[0], err)
	}
}

// TestRewriteBehindALink: `..` behind a link to a folder is the parent of that folder.
// There, and nowhere else, the file is written, and what a killed guise has left removed.
func TestRewriteBehindALink(t *testing.T) {
	dir := t.TempDir()
	far := filepath.Join(dir, "far")
	if err := errors.Join(os.MkdirAll(filepath.Join(far, "inner"), 0o700), os.Mkdir(filepath.Join(dir, "here"), 0o700), os.Symlink(filepath.Join(far, "inner"), filepath.Join(dir, "here", "link"))); err != nil {
		t.Fatal(err)
	}
	left := filepath.Join(far, ".guise-tmp-0123456789abcdef")
	if !files.IsTemp(filepath.Base(left)) {
		t.Fatalf("%s is not how guise names what it writes", left)
	}
	if err := os.WriteFile(left, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	config := filepath.Join(dir, "here") + "/link/../config"
	edit := func(f *Files) error { return f.AddStoredKey("a", "AKIACI00000000000001", "/usr/bin/guise") }
	if _, err := Rewrite(config, filepath.Join(dir, "credentials"), filepath.Join(dir, "backups"), edit); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(far, "config")); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(left); err == nil {
		t.Errorf("%s is left", left)
	}
	if all, err := os.ReadDir(filepath.Join(dir, "here")); err != nil || len(all) != 1 {
		t.Errorf("%v %v", all, err)
	}
}
