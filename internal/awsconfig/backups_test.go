package awsconfig

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"guise/internal/files"
	"guise/internal/secret"
)

// home is a folder with the two files and earlier versions of them.
type home struct {
	t                            *testing.T
	config, credentials, backups string
}

func newHome(t *testing.T, config, credentials string) home {
	dir := t.TempDir()
	h := home{t, filepath.Join(dir, "config"), filepath.Join(dir, "credentials"), filepath.Join(dir, "state", "backups")}
	if err := os.MkdirAll(h.backups, 0o700); err != nil {
		t.Fatal(err)
	}
	h.write(h.config, config)
	h.write(h.credentials, credentials)
	return h
}

func (h home) write(path, text string) {
	h.t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		h.t.Fatal(err)
	}
}

func (h home) earlier(name, text string) string {
	path := filepath.Join(h.backups, name+".20260101T000000.000000000")
	h.write(path, text)
	return path
}

func (h home) rewrite(edit func(*Files) error) error {
	_, err := Rewrite(h.config, h.credentials, h.backups, edit)
	return err
}

// inBackups reports whether any earlier version holds a text.
func (h home) inBackups(text string) bool {
	h.t.Helper()
	found, err := os.ReadDir(h.backups)
	if err != nil {
		h.t.Fatal(err)
	}
	for _, f := range found {
		data, err := os.ReadFile(filepath.Join(h.backups, f.Name()))
		if err != nil {
			h.t.Fatal(err)
		}
		if strings.Contains(string(data), text) {
			return true
		}
	}
	return false
}

func toStore(f *Files) error {
	return f.Adopt([]string{"ci"}, AdoptOptions{Executable: guisePath, Store: func(string, string, secret.Text) error { return nil }})
}

const (
	ciSecret = "c1/s3cr3t+0123456789"
	ciKeys   = "[ci]\naws_access_key_id = AKIACI\naws_secret_access_key = " + ciSecret + "\n"
)

// TestBackupsLoseMovedSecretsFirst: when the file cannot be replaced, or the
// process dies there, no earlier version holds the secret any more.
func TestBackupsLoseMovedSecretsFirst(t *testing.T) {
	h := newHome(t, "", ciKeys)
	h.earlier("credentials", "# old\n"+ciKeys)
	h.earlier("config", "[profile ci]\naws_access_key_id = AKIACI\naws_secret_access_key = "+ciSecret+"\n")
	err := h.rewrite(func(f *Files) error {
		h.write(h.credentials, ciKeys+"# somebody was here\n")
		return toStore(f)
	})
	if !errors.As(err, new(*files.ChangedError)) {
		t.Errorf("the file was replaced: %v", err)
	}
	if h.inBackups(ciSecret) {
		t.Error("an earlier version holds the secret still")
	}
}

// TestBackupsLoseASecretThatStandsElsewhere: a note or another profile with the
// same secret is no reason to keep earlier versions that hold it.
func TestBackupsLoseASecretThatStandsElsewhere(t *testing.T) {
	for name, also := range map[string]string{"a note": "# old note: " + ciSecret + "\n", "another profile": strings.Replace(ciKeys, "[ci]", "[ci2]", 1)} {
		h := newHome(t, "", ciKeys+also)
		h.earlier("credentials", ciKeys)
		if err := h.rewrite(toStore); err != nil {
			t.Fatal(err)
		}
		if h.inBackups(ciSecret) {
			t.Errorf("%s: an earlier version holds the secret still", name)
		}
	}
}

// TestBackupsOfAKilledGuise: what an earlier process has left behind is found, and
// is gone after the next Rewrite, whatever that one is for.
func TestBackupsOfAKilledGuise(t *testing.T) {
	h := newHome(t, "", ciKeys)
	if err := h.rewrite(toStore); err != nil {
		t.Fatal(err)
	}
	h.earlier("credentials", ciKeys)
	temp := filepath.Join(h.backups, ".guise-tmp-0123456789abcdef")
	h.write(temp, ciKeys[:20]) // what was written so far
	keep := h.earlier("config", "[profile other]\naws_access_key_id = AKIAOTHER\naws_secret_access_key = other\n")
	f, err := Read(h.config, h.credentials)
	if err != nil {
		t.Fatal(err)
	}
	if found, err := f.Leftovers(h.backups); err != nil || len(found) == 0 || strings.Contains(strings.Join(found, " "), keep) {
		t.Errorf("found %q, %v", found, err)
	}
	if err := h.rewrite(func(*Files) error { return nil }); err != nil {
		t.Fatal(err)
	}
	if h.inBackups(ciSecret) {
		t.Error("an earlier version holds the secret still")
	}
	if _, err := os.Stat(temp); err == nil {
		t.Error("what a killed process was writing is there still")
	}
	if _, err := os.Stat(keep); err != nil {
		t.Error("a version with the key of another profile, which stands readable, is gone")
	}
}

// TestBackupsHoldNoExportedSession: guise exports a session again, and edits
// something else: no earlier version has either.
func TestBackupsHoldNoExportedSession(t *testing.T) {
	h := newHome(t, "[profile x]\nregion = y\n", "[mine]\nregion = z\n")
	export := func(token string) func(*Files) error {
		return func(f *Files) error {
			return f.Export("out", Exported{AccessKeyID: "ASIA", SecretAccessKey: secret.New("exported"), SessionToken: secret.New(token), Expires: time.Now()})
		}
	}
	for _, edit := range []func(*Files) error{export("token-one"), export("token-two"), func(f *Files) error { return f.AddStoredKey("new", "AKIANEW", guisePath) }, export("token-three")} {
		if err := h.rewrite(edit); err != nil {
			t.Fatal(err)
		}
	}
	if h.inBackups("token-") || h.inBackups("exported") {
		t.Error("an earlier version holds an exported session")
	}
	if !h.inBackups("region = y") || !h.inBackups("region = z") {
		t.Error("versions without a session were not kept")
	}
	// One that an earlier guise has kept.
	data, err := os.ReadFile(h.credentials)
	if err != nil {
		t.Fatal(err)
	}
	h.earlier("credentials", string(data))
	f, err := Read(h.config, h.credentials)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.ClearLeftovers(h.backups); err != nil || h.inBackups("token-") {
		t.Errorf("it is there still: %v", err)
	}
}

// TestFollowsLinksAsTheKernelDoes: `..` behind a link to a folder is the parent of
// where the link leads.
func TestFollowsLinksAsTheKernelDoes(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	if err := errors.Join(os.MkdirAll(at("data/aws"), 0o700), os.MkdirAll(at("data/shared"), 0o700), os.MkdirAll(at("shared"), 0o700)); err != nil {
		t.Fatal(err)
	}
	const text = "[profile x]\nregion = y\n"
	if err := errors.Join(
		os.Symlink("data/aws", at(".aws")), os.Symlink("../shared/config", at("data/aws/config")),
		os.WriteFile(at("data/shared/config"), []byte(text), 0o640), os.WriteFile(at("shared/config"), []byte(text), 0o600),
		os.Symlink("../shared/new", at("data/aws/credentials")),
	); err != nil {
		t.Fatal(err)
	}
	changed, err := Rewrite(at(".aws/config"), at(".aws/credentials"), at("backups"), func(f *Files) error {
		return errors.Join(f.Adopt([]string{"x"}, AdoptOptions{Executable: guisePath}), f.Export("out", Exported{AccessKeyID: "ASIA", SecretAccessKey: secret.New("s")}))
	})
	if err != nil || !changed {
		t.Fatal(err)
	}
	right, _ := os.ReadFile(at("data/shared/config"))
	wrong, _ := os.ReadFile(at("shared/config"))
	made, _ := os.ReadFile(at("data/shared/new"))
	if !strings.Contains(string(right), "credential_process") || string(wrong) != text || !strings.Contains(string(made), "ASIA") {
		t.Errorf("%q\n%q\n%q", right, wrong, made)
	}
	for _, link := range []string{".aws", "data/aws/config", "data/aws/credentials"} {
		if _, err := os.Readlink(at(link)); err != nil {
			t.Errorf("the link was replaced: %v", err)
		}
	}
}

// TestNotesBesideTheConfigStay: guise sweeps its own temporary files, and no
// file of the user's that looks a little like one.
func TestNotesBesideTheConfigStay(t *testing.T) {
	h := newHome(t, "[profile x]\nregion = y\n", "")
	notes := filepath.Join(filepath.Dir(h.config), ".guise-notes.md")
	litter := filepath.Join(filepath.Dir(h.config), ".guise-tmp-0123456789abcdef")
	h.write(notes, "mine")
	h.write(litter, ciKeys)
	long := time.Now().Add(-time.Hour)
	_ = os.Chtimes(notes, long, long)
	if err := h.rewrite(func(f *Files) error { return f.Adopt([]string{"x"}, AdoptOptions{Executable: guisePath}) }); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(notes); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(litter); err == nil {
		t.Error("what a killed process left is there still")
	}
}

// TestWhichVersionsAreKept: each that was changed, also with a key that the change does
// not move; none of a file that was empty or is not changed.
func TestWhichVersionsAreKept(t *testing.T) {
	adopt := func(f *Files) error { return f.Adopt([]string{"x"}, AdoptOptions{Executable: guisePath}) }
	const role, keys = "[profile x]\nrole_arn = r\n", "[other]\naws_access_key_id = AKIA\naws_secret_access_key = s\n"
	for name, c := range map[string]struct {
		config, credentials string
		edit                func(*Files) error
		want                []string
	}{
		"a change beside a key": {role + "[profile y]\naws_access_key_id = AKIA\naws_secret_access_key = s\n", keys, adopt, []string{"config"}},
		"an empty file":         {"", keys, func(f *Files) error { return f.AddStoredKey("new", "AKIA", guisePath) }, nil},
		"two changes": {role, keys, func(f *Files) error {
			return errors.Join(adopt(f), f.Export("out", Exported{AccessKeyID: "A", SecretAccessKey: secret.New("s2")}))
		}, []string{"config", "credentials"}},
		"no change": {role, keys, func(*Files) error { return nil }, nil},
	} {
		h := newHome(t, c.config, c.credentials)
		if err := h.rewrite(c.edit); err != nil {
			t.Fatal(name, err)
		}
		found, err := os.ReadDir(h.backups)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, one := range found {
			if name, _, version := strings.Cut(one.Name(), "."); version {
				got = append(got, name)
				if text := h.read(filepath.Join(h.backups, one.Name())); text != map[string]string{"config": c.config, "credentials": c.credentials}[name] {
					t.Errorf("%s: %s was kept as %q", name, one.Name(), text)
				}
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q", name, got)
		}
	}
	// A name that leaves no room for the time of the version: nothing is written.
	h := newHome(t, "", "")
	h.config = filepath.Join(filepath.Dir(h.config), strings.Repeat("c", 240))
	h.write(h.config, role)
	if err := h.rewrite(adopt); err == nil || h.read(h.config) != role {
		t.Errorf("written without a version of before: %v", err)
	}
}
