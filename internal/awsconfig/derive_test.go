package awsconfig

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// twoFiles are two files in a folder of the test's.
func twoFiles(t *testing.T, config, credentials string) *Files {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{"config": config, "credentials": credentials} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	f, err := Read(filepath.Join(dir, "config"), filepath.Join(dir, "credentials"))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

const (
	guise    = "/usr/bin/guise"
	readOnly = "arn:aws:iam::aws:policy/ReadOnlyAccess"
)

func deriveReadOnly(f *Files, of string) error {
	return f.Derive(of+"@read-only", of, guise, Setting{Key: "guise_policy_arns", Value: readOnly})
}

// TestDerive: what is written, that a second time nothing is, and that release restores
// every byte, however the file ends and whatever the profile is called.
func TestDerive(t *testing.T) {
	const prod = "# mine\n[profile prod]\nrole_arn = arn:aws:iam::111111111111:role/A\n  \nsource_profile = user\n# here\nregion = eu-west-1 # note\ns3 =\n  max_concurrent_requests = 2\nexternal_id = x"
	f := twoFiles(t, prod+"\n", "[prod]\noutput = json\n")
	if err := deriveReadOnly(f, "prod"); err != nil {
		t.Fatal(err)
	}
	const want = prod + `
[profile prod@read-only]
# guise made this section; to remove it: guise release prod@read-only
guise_of = prod
guise_policy_arns = arn:aws:iam::aws:policy/ReadOnlyAccess
region = eu-west-1 # note
s3 =
  max_concurrent_requests = 2
output = json
credential_process = /usr/bin/guise credential-process --profile prod@read-only
`
	if got := string(f.Bytes()[0]); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
	p, err := f.Profile("prod@read-only")
	if err != nil || !p.Managed() || len(p.Visible()) > 0 || p.Get("region") != "eu-west-1" || p.Own("of") != "prod" {
		t.Errorf("%v: managed %v, visible %v", err, p.Managed(), p.Visible())
	}
	for name, config := range map[string]string{
		"as it is": prod + "\n", "no newline": prod, "CRLF": strings.ReplaceAll(prod, "\n", "\r\n") + "\r\n", "CRLF, no newline": strings.ReplaceAll(prod, "\n", "\r\n"),
		"more behind": prod + "\n\n# next\n[profile next]\nregion = x\n", "blank end": prod + "\n\n\n", "BOM": "\ufeff" + prod,
	} {
		f := twoFiles(t, config, "")
		before := f.State()
		if err := deriveReadOnly(f, "prod"); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		written := string(f.Bytes()[0])
		if err := deriveReadOnly(f, "prod"); err != nil || string(f.Bytes()[0]) != written {
			t.Errorf("%s: a second time: %v\n%q", name, err, f.Bytes()[0])
		}
		if got := f.Derived("prod"); !slices.Equal(got, []string{"prod@read-only"}) {
			t.Errorf("%s: %v", name, got)
		}
		after := f.State()
		for _, release := range [][]string{{"prod@read-only"}, {"prod"}} {
			f.Set(after)
			if err := f.Release(slices.Concat(release, f.Derived(release...)), ReleaseOptions{}); err != nil || !f.State().Same(before) {
				t.Errorf("%s: release %v: %v\n%q", name, release, err, f.Bytes()[0])
			}
		}
		f.Set(after) // somebody adds a section, which stays
		f = twoFiles(t, string(f.Bytes()[0])+"\n# theirs\n[profile late]\nregion = y\n", "")
		if err := f.Release([]string{"prod", "prod@read-only"}, ReleaseOptions{}); err != nil || !strings.HasSuffix(string(f.Bytes()[0]), "\n# theirs\n[profile late]\nregion = y\n") || strings.Contains(string(f.Bytes()[0]), "@read-only") {
			t.Errorf("%s: %v\n%s", name, err, f.Bytes()[0])
		}
	}
}

// TestDeriveNames: a name is data.
func TestDeriveNames(t *testing.T) {
	for _, name := range []string{"$(touch x)`y`'\";&", "a b", "-x", "ü", "default", "a#b", "a;b"} {
		f := twoFiles(t, "["+map[bool]string{true: "", false: "profile "}[name == "default"]+name+"]\nregion = eu-west-1\n", "")
		before := f.State()
		if err := deriveReadOnly(f, name); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		p, err := f.Profile(name + "@read-only")
		if err != nil || p.Own("of") != name || !p.Managed() {
			t.Errorf("%s: %v: of %q, managed %v", name, err, p.Own("of"), p.Managed())
		}
		if err := f.Release([]string{name, name + "@read-only"}, ReleaseOptions{}); err != nil || !f.State().Same(before) {
			t.Errorf("%s: %v\n%s", name, err, f.Bytes()[0])
		}
	}
}

// TestDeriveAgain: what has changed since is updated, and what somebody has added stays.
func TestDeriveAgain(t *testing.T) {
	f := twoFiles(t, "[profile prod]\nregion = eu-west-1\noutput = json\n", "")
	if err := deriveReadOnly(f, "prod"); err != nil {
		t.Fatal(err)
	}
	text := strings.Replace(string(f.Bytes()[0]), "region = eu-west-1\noutput", "region = us-east-1\noutput", 1)
	text = strings.Replace(text, "/usr/bin/guise", "/old/guise", 1)
	f = twoFiles(t, text+"# for me\nguise_color = green\n\n# other\n[profile other]\n", "")
	if err := deriveReadOnly(f, "prod"); err != nil {
		t.Fatal(err)
	}
	const want = `region = us-east-1
output = json
credential_process = /usr/bin/guise credential-process --profile prod@read-only
# for me
guise_color = green

# other
[profile other]
`
	if got := string(f.Bytes()[0]); !strings.HasSuffix(got, want) || strings.Count(got, "region") != 2 {
		t.Errorf("%s", got)
	}
}

// TestDeriveWithout: what the other profile has no more goes from the derived one, with the
// lines below it; what somebody has put behind guise's lines stays, and so do comments.
func TestDeriveWithout(t *testing.T) {
	f := twoFiles(t, "[profile prod]\nregion = eu-west-1\ns3 =\n  max_queue_size = 9\noutput = json\n", "")
	if err := deriveReadOnly(f, "prod"); err != nil {
		t.Fatal(err)
	}
	text := strings.Replace(string(f.Bytes()[0]), "region = eu-west-1\ns3 =\n  max_queue_size = 9\noutput", "output", 1)
	text = strings.Replace(text, "guise_policy_arns", "# mine\nguise_color = red\nguise_policy_arns", 1)
	f = twoFiles(t, text+"cli_pager = cat\n", "")
	if err := deriveReadOnly(f, "prod"); err != nil {
		t.Fatal(err)
	}
	got := string(f.Bytes()[0])
	if strings.Contains(got, "region") || strings.Contains(got, "s3") || strings.Contains(got, "max_queue_size") {
		t.Errorf("something of it is left:\n%s", got)
	}
	for _, kept := range []string{"\n# mine\n", "\nguise_color = red\n", "\ncli_pager = cat\n", "\noutput = json\ncredential_process"} {
		if strings.Count(got, kept) != 1 {
			t.Errorf("%q is not there once:\n%s", kept, got)
		}
	}
}

// TestNotDerived: a section that somebody else has written is never touched, and one that
// others name is not removed.
func TestNotDerived(t *testing.T) {
	const prod = "[profile prod]\nregion = eu-west-1\n"
	for config, credentials := range map[string]string{
		prod + "[profile prod@read-only]\nrole_arn = x\n": "",
		prod: "[prod@read-only]\naws_access_key_id = x\n",
		prod + "[profile prod@read-only]\nguise_of = prod\n":                                "",
		prod + "[profile prod@read-only]\n" + madeMark + "to remove it\nguise_of = other\n": "",
		prod + "[profile prod@read-only]\n" + madeMark + "to remove it\nguise_of = prod\n":  "[prod@read-only]\nregion = x\n",
	} {
		f := twoFiles(t, config, credentials)
		before := f.State()
		if err := deriveReadOnly(f, "prod"); !errors.As(err, new(*DerivedError)) || !f.State().Same(before) {
			t.Errorf("%q: %v", config, err)
		}
	}
	if err := deriveReadOnly(twoFiles(t, prod, ""), "none"); !errors.As(err, new(*NoProfileError)) {
		t.Error(err)
	}
	for _, key := range []string{"source_profile", "guise_of", "guise_read_only"} {
		f := twoFiles(t, prod+"[profile above]\n"+key+" = prod@read-only\n", "")
		if err := deriveReadOnly(f, "prod"); err != nil {
			t.Fatal(err)
		}
		before := f.State()
		refused := new(ReferredError)
		if err := f.Release([]string{"prod@read-only"}, ReleaseOptions{}); !errors.As(err, &refused) || *refused != (ReferredError{"prod@read-only", "above", key}) || !f.State().Same(before) {
			t.Errorf("%s: %v", key, err)
		}
	}
}

// TestAdoptBesideDerived: a profile is adopted and released while another one is derived of
// it, which stays as it is.
func TestAdoptBesideDerived(t *testing.T) {
	f := twoFiles(t, "[profile prod]\nrole_arn = arn:aws:iam::111111111111:role/A\nsource_profile = user\n", "")
	if err := deriveReadOnly(f, "prod"); err != nil {
		t.Fatal(err)
	}
	before := f.State()
	if err := f.Adopt([]string{"prod"}, AdoptOptions{Executable: guise}); err != nil {
		t.Fatal(err)
	}
	if err := f.Adopt([]string{"prod", "prod@read-only"}, AdoptOptions{Executable: "/other/guise"}); err != nil || strings.Count(string(f.Bytes()[0]), "/other/guise") != 2 {
		t.Errorf("%v\n%s", err, f.Bytes()[0])
	}
	if err := f.Adopt([]string{"prod", "prod@read-only"}, AdoptOptions{Executable: guise}); err != nil {
		t.Error(err)
	}
	if err := f.Release([]string{"prod"}, ReleaseOptions{}); err != nil || !f.State().Same(before) {
		t.Errorf("%v\n%s", err, f.Bytes()[0])
	}
	lost := twoFiles(t, strings.Replace(string(f.Bytes()[0]), "credential_process", "# credential_process", 1), "")
	if err := lost.Adopt([]string{"prod@read-only"}, AdoptOptions{Executable: guise}); err != nil || !strings.Contains(string(lost.Bytes()[0]), "\ncredential_process") {
		t.Errorf("the line that runs guise is put back: %v\n%s", err, lost.Bytes()[0])
	}
}

// FuzzDerive: whatever the file holds, a derived profile leads to the one that it is of,
// with what SDKs go by there, and release restores every byte; or nothing is written.
func FuzzDerive(f *testing.F) {
	f.Add("[profile a]\nregion = x\n", "a")
	f.Add("[profile \"a b\"]\r\n s3 =\r\n  x = 1\r\n# c\r\n  y = 2\r\n", "a b")
	f.Add("[default]\nregion = x\n\n  more\noutput=json ; c", "default")
	f.Add("[profile a]\nx\n  = y\n[profile a@read-only]\n", "a")
	f.Fuzz(func(t *testing.T, config, name string) {
		files := inMemory(config)
		if files.Check() != nil {
			return
		}
		before := files.State()
		p, err := files.Profile(name)
		if err != nil {
			return
		}
		want := p.Shared()
		if err := deriveReadOnly(files, name); err != nil {
			if !files.State().Same(before) {
				t.Errorf("%v, and the file is changed", err)
			}
			return
		}
		got, err := files.Profile(name + "@read-only")
		if err != nil || got.Own("of") != name || !got.Managed() || got.Own("policy_arns") != readOnly || files.Check() != nil {
			t.Fatalf("%v: %s\n%q", err, got.Own("of"), files.Bytes()[0])
		}
		for _, one := range want {
			if value := got.value("", one.Key); value != one.Value {
				t.Errorf("%s = %q, was %q\n%q", one.Key, value, one.Value, files.Bytes()[0])
			}
		}
		again := files.State()
		if err := deriveReadOnly(files, name); err != nil || !files.State().Same(again) {
			t.Errorf("a second time: %v\n%q\n%q", err, again.Bytes()[0], files.Bytes()[0])
		}
		if err := files.Release([]string{name + "@read-only"}, ReleaseOptions{}); err != nil {
			if errors.As(err, new(*ReferredError)) {
				return
			}
			t.Error(err)
		} else if !files.State().Same(before) {
			t.Errorf("%q, was %q", files.Bytes()[0], before.Bytes()[0])
		}
	})
}
