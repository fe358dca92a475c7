package filecopy

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"guise/internal/awsconfig"
	"guise/internal/awsenv"
)

// home is a user's two files, and a folder for copies.
type home struct {
	t                        *testing.T
	config, credentials, dir string
}

func newHome(t *testing.T, config, credentials string) home {
	t.Helper()
	h := home{t, filepath.Join(t.TempDir(), "config"), filepath.Join(t.TempDir(), "credentials"), t.TempDir()}
	h.write(h.config, config)
	h.write(h.credentials, credentials)
	return h
}

func (h home) write(path, text string) {
	h.t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil { //nolint:gosec // a file as people have it
		h.t.Fatal(err)
	}
}

func (h home) make() *Copy {
	h.t.Helper()
	f, err := awsconfig.Read(h.config, h.credentials)
	if err != nil {
		h.t.Fatal(err)
	}
	c, err := Make(func() (string, error) { return h.dir, nil }, f, h.config)
	if err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(c.Remove)
	return c
}

func (h home) copies() int { return len(folders(h.dir)) }

func value(c *Copy, name string) string {
	for _, v := range c.Variables() {
		if v.Name == name {
			return v.Value
		}
	}
	return ""
}

func read(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// TestCopy: all but the default profile, for our own user alone, up to date, and
// gone in the end.
func TestCopy(t *testing.T) {
	for _, config := range []string{
		"[default]\nregion = x\n[profile a]\nrole_arn = r # note\n",
		"\ufeff[profile a]\nrole_arn = r # note\n[profile default]\nregion = x\n",
		"[profile a]\nrole_arn = r # note\n[default]# mine\r\nregion = x\r\n",
	} {
		h := newHome(t, config, "[a]\naws_access_key_id = AKIA\n")
		c := h.make()
		path := value(c, awsenv.ConfigFile)
		info, err := os.Stat(path)
		if err != nil || info.Mode().Perm() != 0o600 || c.Hidden || value(c, awsenv.CredentialsFile) != "" {
			t.Fatalf("%q: %v %v", config, info, err)
		}
		f, err := awsconfig.Read(path, filepath.Join(h.dir, "none"))
		if err != nil {
			t.Fatal(err)
		}
		if names := f.Names(); len(names) != 1 || names[0] != "a" || !strings.Contains(read(t, path), "\nrole_arn = r # note\n") {
			t.Errorf("%q: %v in\n%s", config, names, read(t, path))
		}
		h.write(h.config, config+"[profile b]\nregion = y\n")
		if err := SyncAll(h.dir); err != nil || !strings.Contains(read(t, path), "[profile b]") {
			t.Errorf("%v:\n%s", err, read(t, path))
		}
		c.Remove()
		if h.copies() != 0 {
			t.Error("it is still there")
		}
	}
}

// TestNoDefault: the command sees the files themselves.
func TestNoDefault(t *testing.T) {
	h := newHome(t, "[profile a]\n[profile default2]\n", "[b]\n")
	if c := h.make(); len(c.Variables()) != 0 || h.copies() != 0 {
		t.Errorf("%v", c.Variables())
	}
}

// TestHidden: keys are never copied, so that nothing is seen where the credentials
// file has a default profile.
func TestHidden(t *testing.T) {
	h := newHome(t, "[profile a]\n", "[default]\naws_access_key_id = AKIA\n")
	c := h.make()
	if text := read(t, value(c, awsenv.ConfigFile)) + read(t, value(c, awsenv.CredentialsFile)); !c.Hidden || text != "" {
		t.Errorf("%q", text)
	}
	if err := SyncAll(h.dir); err != nil || read(t, value(c, awsenv.ConfigFile)) != "" {
		t.Error("it has been filled", err)
	}
}

// TestSweep: what a killed process has left is removed, and nothing of a living one.
func TestSweep(t *testing.T) {
	h := newHome(t, "[default]\n[profile a]\n", "")
	killed := h.make()
	killed.lock.Release()                                                   // as the kernel does
	if err := os.Mkdir(filepath.Join(h.dir, "exec-1"), 0o700); err != nil { // killed still earlier
		t.Fatal(err)
	}
	living := h.make()
	if h.copies() != 1 || read(t, value(living, awsenv.ConfigFile)) == "" {
		t.Errorf("%d copies", h.copies())
	}
	living.lock.Release()
	if err := SyncAll(h.dir); err != nil || h.copies() != 0 {
		t.Errorf("%d copies: %v", h.copies(), err)
	}
}
