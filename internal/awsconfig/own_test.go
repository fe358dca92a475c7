package awsconfig

import (
	"strings"
	"testing"

	"guise/internal/secret"
)

func TestProfileOf(t *testing.T) {
	const guise = "/usr/local/bin/guise credential-process "
	for command, want := range map[string]string{
		guise + "--profile x":                                     "x",
		guise + "--profile=x":                                     "x",
		guise + `--profile "a b"`:                                 "a b",
		guise + `--profile 'a b' --verbose`:                       "a b",
		guise + "--profile-encoded a_20b":                         "a b",
		guise + "--profile-encoded=a_20b":                         "a b",
		guise + "--profile x --profile-encoded a_20b":             "a b",
		guise + "--profile x --profile y":                         "y",
		guise + "--profile":                                       "",
		guise + "--profile-encoded _zz":                           "",
		guise + "--profile it's":                                  "it's",
		`"/opt/my tools/guise" credential-process --profile x`:    "x",
		`C:\guise\guise.exe credential-process --profile x`:       "x",
		"/usr/bin/other credential-process --profile x":           "",
		"/bin/sh -c 'guise credential-process --profile x | tee'": "",
	} {
		if got, ok := ProfileOf(command); got != want || ok != (want != "") {
			t.Errorf("%q: %q %v, want %q", command, got, ok, want)
		}
	}
}

// TestLineOfAnotherProgram: a credential_process of the user's is not taken for guise's
// own because some of the profile is hidden: release leaves it, adopt hides it.
func TestLineOfAnotherProgram(t *testing.T) {
	const before = "[profile ci]\nguise_role_arn = r\ncredential_process = /bin/creds\n"
	f := filesOf(before, "")
	if p, err := f.Profile("ci"); err != nil || p.Managed() {
		t.Error("taken for managed", err)
	}
	if err := f.Release([]string{"ci"}, ReleaseOptions{}); err != nil || string(f.Bytes()[0]) != before {
		t.Errorf("%v\n%s", err, f.Bytes()[0])
	}
	f = filesOf(strings.Replace(before, "guise_", "", 1), "")
	if err := f.Adopt([]string{"ci"}, AdoptOptions{Executable: guisePath}); err != nil || !strings.Contains(string(f.Bytes()[0]), "\nguise_credential_process = /bin/creds\n") {
		t.Errorf("%v\n%s", err, f.Bytes()[0])
	}
}

// TestOneLineForEachSDK: the line that runs guise stands once for each spelling of the
// header, and where the Go SDK sees the profile in the credentials file alone, there.
func TestOneLineForEachSDK(t *testing.T) {
	for name, c := range map[string]struct {
		config, credentials     string
		inConfig, inCredentials int
	}{
		"one header, twice":              {"[profile x]\nrole_arn = r\n[profile x]\nregion = y\n", "", 1, 0},
		"two spellings":                  {"[profile \"x\"]\nrole_arn = r\n[profile x]\nregion = y\n", "", 2, 0},
		"two spellings of default":       {"[default]\nrole_arn = r\n[profile default]\nregion = y\n", "", 2, 0},
		"quotes, and of credentials":     {"[profile \"x\"]\nregion = y\n", "[x]\nrole_arn = r\n", 1, 1},
		"no quotes, and of credentials":  {"[profile x]\nregion = y\n", "[x]\nrole_arn = r\n", 1, 0},
		"of credentials alone":           {"", "[x]\nrole_arn = r\n", 1, 0},
		"quotes, and credentials, twice": {"[profile \"x\"]\nregion = y\n", "[x]\nrole_arn = r\n[x]\nregion = z\n", 1, 1},
	} {
		f := filesOf(c.config, c.credentials)
		profile := f.Names()[0]
		for range 2 { // the second time nothing is added
			if err := f.Adopt([]string{profile}, AdoptOptions{Executable: guisePath}); err != nil {
				t.Fatal(name, err)
			}
			now := f.Bytes()
			if a, b := strings.Count(string(now[0]), keyCommand), strings.Count(string(now[1]), keyCommand); a != c.inConfig || b != c.inCredentials {
				t.Errorf("%s: %d and %d\n%s", name, a, b, now)
			}
		}
	}
}

// TestLineForAnother: a credential_process that runs guise for another profile is a
// process of the profile's own: adopt hides it, and release gives it back byte for
// byte. That of a section which was copied or renamed is brought up to date.
func TestLineForAnother(t *testing.T) {
	const keys = "aws_access_key_id = AKIACI\naws_secret_access_key = " + ciSecret
	for name, files := range map[string][2]string{
		"keys in the credentials file": {"[profile ci]\ncredential_process = /x/guise credential-process --profile other\n", "[ci]\n" + keys},
		"keys beside it":               {"[profile ci]\r\nregion = x\r\ncredential_process=/x/guise credential-process --profile-encoded other # note\r\n" + keys, ""},
		"an alias":                     {"[profile ci]\ncredential_process = \"/a b/guise\" credential-process --profile=other\n\n[profile other]\nrole_arn = r\n", ""},
		"of the credentials file":      {"", "[ci]\ncredential_process = guise credential-process --profile other"},
		"twice":                        {"[profile ci]\ncredential_process = guise credential-process --profile a\ncredential_process = guise credential-process --profile b\n", ""},
		"for nobody":                   {"[profile ci]\ncredential_process = guise credential-process --profile-encoded _zz\n", ""},
	} {
		for _, keep := range []bool{true, false} {
			f := filesOf(files[0], files[1])
			if p, _ := f.Profile("ci"); p.Managed() || p.Get(keyCommand) == "" {
				t.Errorf("%s: taken for its own: %q", name, p.Get(keyCommand))
			}
			if err := f.Release([]string{"ci"}, ReleaseOptions{}); err != nil || string(f.Bytes()[0]) != files[0] {
				t.Errorf("%s: released unadopted: %v", name, err)
			}
			store := func(string, string, secret.Text) error { return nil }
			for range 2 { // the second time there is nothing to do
				if err := f.Adopt([]string{"ci"}, AdoptOptions{Executable: guisePath, KeepKeys: keep, Store: store}); err != nil {
					t.Fatalf("%s: %v", name, err)
				}
				p, _ := f.Profile("ci")
				if of, _ := ProfileOf(p.Command()); of != "ci" || len(p.Visible()) > 0 || p.Get(keyCommand) == "" {
					t.Errorf("%s: %q\n%s", name, p.Command(), f.Bytes())
				}
			}
			fetch := func(string, string) (secret.Text, error) { return secret.New(ciSecret), nil }
			if err := f.Release([]string{"ci"}, ReleaseOptions{Fetch: fetch}); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			if got := f.Bytes(); string(got[0]) != files[0] || string(got[1]) != files[1] {
				t.Errorf("%s: came back as\n%s", name, got)
			}
		}
	}
	f := filesOf("[profile new]\nguise_role_arn = r\nguise_source_profile = s\ncredential_process = /old/guise credential-process --profile old\n", "")
	if p, _ := f.Profile("new"); !p.Managed() {
		t.Error("a renamed section is not managed any more")
	}
	if err := f.Adopt([]string{"new"}, AdoptOptions{Executable: guisePath}); err != nil || !strings.Contains(string(f.Bytes()[0]), "credential_process = "+guisePath+" credential-process --profile new\n") {
		t.Errorf("%v\n%s", err, f.Bytes())
	}
	if err := f.Release([]string{"new"}, ReleaseOptions{}); err != nil || string(f.Bytes()[0]) != "[profile new]\nrole_arn = r\nsource_profile = s\n" {
		t.Errorf("%v\n%s", err, f.Bytes())
	}
}
