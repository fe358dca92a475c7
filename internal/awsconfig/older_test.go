package awsconfig

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// lineFor is the line that runs guise for a profile.
func lineFor(name string) string {
	return "credential_process = " + guisePath + " credential-process --profile " + name
}

// TestForOlderClients: the line in the credentials file, byte for byte: in a section of its
// own, at the end of one that is there, beside keys in the key store, of default; twice is
// as once, and release gives back both files.
func TestForOlderClients(t *testing.T) {
	made := func(name string) string {
		return "[" + name + "]\n# guise made this section; to remove it: guise release " + name + "\n" + lineFor(name) + "\n"
	}
	const role = "role_arn = arn:aws:iam::222222222222:role/Admin\nsource_profile = base\n"
	stored := "[prod]\nguise_aws_access_key_id = AKIA1\nguise_aws_secret_access_key = " + inStore + "\n"
	for _, c := range []struct{ config, name, before, after string }{
		{"[profile prod]\n" + role, "prod", "", made("prod")},
		{"[default]\n" + role, "default", "", made("default")},
		{"[profile prod]\n" + role, "prod", "[base]\nregion = x\n", "[base]\nregion = x\n" + made("prod")},
		{"[profile prod]\n" + role, "prod", "[base]\nregion = x", "[base]\nregion = x\n" + strings.Replace(made("prod"), "release prod", "release prod"+noEOL, 1)},
		{"[profile prod]\n" + role, "prod", "# mine\n[prod] ; note\nregion = x\n\n[z]\na=b", "# mine\n[prod] ; note\nregion = x\n" + lineFor("prod") + "\n\n[z]\na=b"},
		{"[profile prod]\n" + role, "prod", "[prod]", "[prod]\n" + lineFor("prod")},
		{"[profile prod]\r\nrole_arn = r\r\nsource_profile = base\r\n", "prod", "[prod]\r\n  region = x\r\n", "[prod]\r\n  region = x\r\n" + lineFor("prod") + "\r\n"},
		{"", "prod", "[prod]\naws_access_key_id = AKIA1\naws_secret_access_key = s3cr3t\n", stored + lineFor("prod") + "\n"},
		{"", "prod", "[prod]\n" + role, "[prod]\nguise_role_arn = arn:aws:iam::222222222222:role/Admin\nguise_source_profile = base\n" + lineFor("prod") + "\n"},
	} {
		for _, first := range []bool{true, false} { // with the line at once, or later
			f, v := filesOf(c.config, c.before), vault{}
			o := AdoptOptions{Executable: guisePath, Store: v.store, ForOlderClients: first}
			for range 2 {
				if err := f.Adopt([]string{c.name}, o); err != nil {
					t.Fatalf("%q: %v", c.before, err)
				}
				o.ForOlderClients = true
			}
			if got := string(f.Bytes()[1]); got != c.after {
				t.Errorf("%q became\n%q\nwant\n%q", c.before, got, c.after)
			}
			p, err := f.Profile(c.name)
			if err != nil || !p.Managed() || !p.ForOlderClients() {
				t.Errorf("%q: %v", c.before, err)
			}
			// A plain adoption keeps the line, and brings it up to date.
			o = AdoptOptions{Executable: "/opt/guise", Store: v.store}
			if err := f.Adopt([]string{c.name}, o); err != nil || string(f.Bytes()[1]) != strings.Replace(c.after, guisePath, "/opt/guise", 1) {
				t.Errorf("%q: %v\n%q", c.before, err, f.Bytes()[1])
			}
			if err := f.Release([]string{c.name}, ReleaseOptions{Fetch: v.fetch}); err != nil {
				t.Fatal(err)
			}
			if got := f.Bytes(); string(got[0]) != c.config || string(got[1]) != c.before {
				t.Errorf("%q and %q came back as %q", c.config, c.before, got)
			}
		}
	}
}

// TestNotForOlderClients: the credentials file has the line of no profile whose access key
// stays there, and of none whose name some reader takes for something else.
func TestNotForOlderClients(t *testing.T) {
	const keys = "aws_access_key_id = AKIA1\naws_secret_access_key = s3cr3t\n"
	const role = "role_arn = arn:aws:iam::222222222222:role/Admin\nsource_profile = base\n"
	for _, c := range []struct{ config, credentials, name string }{
		{"", "[ci]\n" + keys, "ci"},
		{"[profile DEFAULT]\n" + role, "", "DEFAULT"},
		{"[profile a#b]\n" + role, "", "a#b"},
		{"[profile \"a b\"]\n" + role, "", "a b"},
		{"[profile ütf]\n" + role, "", "ütf"},
		{"[profile __proto__]\n" + role, "", "__proto__"},
	} {
		f := filesOf(c.config, c.credentials)
		for range 2 {
			p, err := f.Profile(c.name)
			if err != nil || p.NotForOlderClients(true) == "" {
				t.Fatalf("%q: %v, %q", c.name, err, p.NotForOlderClients(true))
			}
			if err := f.Adopt([]string{c.name}, AdoptOptions{Executable: guisePath, KeepKeys: true, ForOlderClients: true}); err != nil {
				t.Fatalf("%q: %v", c.name, err)
			}
		}
		if p, _ := f.Profile(c.name); !p.Managed() || p.ForOlderClients() {
			t.Errorf("%q: %q", c.name, f.Bytes()[1])
		}
	}
}

// TestOlderLineGoes: with a profile's access key, and with a profile of an SSO block, the
// line and the section made for it go; a profile that is renamed takes it along.
func TestOlderLineGoes(t *testing.T) {
	f := filesOf("", "[mine]\nregion = x\n")
	before := f.Bytes()
	if err := f.AddStoredKey("ci", "AKIA1", guisePath); err != nil {
		t.Fatal(err)
	}
	if err := f.Adopt([]string{"ci"}, AdoptOptions{Executable: guisePath, ForOlderClients: true}); err != nil {
		t.Fatal(err)
	}
	if f.RemoveStoredKey("ci"); string(f.Bytes()[1]) != string(before[1]) {
		t.Errorf("left: %q", f.Bytes())
	}

	sync := func(template string, prune bool, want ...Synced) SyncChanges {
		t.Helper()
		changes, err := f.Sync("demo", template, guisePath, want, prune)
		if err != nil {
			t.Fatal(err)
		}
		return changes
	}
	one := Synced{Name: "one", AccountID: "111111111111", RoleName: "Admin"}
	two := Synced{Name: "two", AccountID: "222222222222", RoleName: "Admin"}
	f = filesOf("", "[mine]\nregion = x\n")
	sync("a", false, one, two)
	if err := f.Adopt([]string{"one", "two"}, AdoptOptions{Executable: guisePath, ForOlderClients: true}); err != nil {
		t.Fatal(err)
	}
	if changes := sync("a", true, one, two); changes.Unchanged != 2 || len(changes.Taken) > 0 {
		t.Errorf("again: %+v", changes)
	}
	uno := one
	uno.Name = "uno"
	if changes := sync("b", true, uno); !slices.Equal(changes.Removed, []string{"two"}) || len(changes.Renamed) != 1 {
		t.Errorf("%+v", changes)
	}
	want := "[mine]\nregion = x\n[uno]\n# guise made this section; to remove it: guise release uno\n" + lineFor("uno") + "\n"
	if got := string(f.Bytes()[1]); got != want {
		t.Errorf("after a rename:\n%s", got)
	}
	if p, err := f.Profile("uno"); err != nil || !p.ForOlderClients() {
		t.Error(err)
	}
}

// TestNoFileBefore: where there was no credentials file, or no config file, there is none
// after release, in whatever order; one that was empty is empty again.
func TestNoFileBefore(t *testing.T) {
	const role = "[profile %]\nrole_arn = arn:aws:iam::222222222222:role/Admin\nsource_profile = base\n"
	for _, empty := range []bool{false, true} {
		for _, order := range [][]string{{"a", "b"}, {"b", "a"}} {
			dir := t.TempDir()
			config, credentials, backups := filepath.Join(dir, "config"), filepath.Join(dir, "credentials"), filepath.Join(dir, "backups")
			if err := os.WriteFile(config, []byte(strings.ReplaceAll(role, "%", "a")+strings.ReplaceAll(role, "%", "b")), 0o600); err != nil {
				t.Fatal(err)
			}
			if empty {
				if err := os.WriteFile(credentials, nil, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			for _, name := range []string{"a", "b"} {
				o := AdoptOptions{Executable: guisePath, ForOlderClients: true}
				if _, err := Rewrite(config, credentials, backups, func(f *Files) error { return f.Adopt([]string{name}, o) }); err != nil {
					t.Fatal(err)
				}
			}
			for _, name := range order {
				if data, err := os.ReadFile(credentials); err != nil || !strings.Contains(string(data), "["+name+"]") {
					t.Fatalf("%v: %q", err, data)
				}
				if _, err := Rewrite(config, credentials, backups, func(f *Files) error { return f.Release([]string{name}, ReleaseOptions{}) }); err != nil {
					t.Fatal(err)
				}
			}
			data, err := os.ReadFile(credentials)
			if empty && (err != nil || len(data) > 0) || !empty && !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("empty %v, %q: %v, %q", empty, order, err, data)
			}
		}
	}
}
