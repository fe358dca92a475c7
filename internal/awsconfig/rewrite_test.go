package awsconfig

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"guise/internal/files"
	"guise/internal/secret"
)

// TestRewriteRefuses: what makes a change impossible is found before either file is
// written.
func TestRewriteRefuses(t *testing.T) {
	failed := errors.New("failed")
	const config = "[profile x]\nrole_arn = r\nsource_profile = y\n"
	adopt := func(f *Files) error {
		return errors.Join(toStore(f), f.Adopt([]string{"x"}, AdoptOptions{Executable: guisePath}))
	}
	for name, c := range map[string]struct {
		config string
		spoil  func(home)
		edit   func(*Files) error
		want   func(error) bool
	}{
		"a file that is broken": {"[profile x]\nnonsense\n", nil, adopt, func(err error) bool {
			syntax, ok := errors.AsType[*SyntaxError](err)
			return ok && filepath.Base(syntax.File) == "config" && syntax.Line == 2
		}},
		"an edit that fails": {config, nil, func(f *Files) error { return errors.Join(adopt(f), failed) }, func(err error) bool { return errors.Is(err, failed) }},
		"an edit that breaks a file": {config, nil, func(f *Files) error {
			f.config.document = Parse([]byte("[profile x"))
			return toStore(f)
		}, is[*SyntaxError]},
		"an earlier version that cannot be read": {config, func(h home) {
			if err := os.Truncate(h.earlier("config", "x"), files.ConfigLimit+1); err != nil {
				t.Fatal(err)
			}
		}, adopt, is[*BackupError]},
		"a backup folder that is a file": {config, func(h home) {
			if err := os.Remove(h.backups); err != nil {
				t.Fatal(err)
			}
			h.write(h.backups, "")
		}, adopt, is[*fs.PathError]},
		"a lock that is a folder": {config, func(h home) {
			if err := os.Mkdir(filepath.Join(h.backups, files.VersionsLock), 0o700); err != nil {
				t.Fatal(err)
			}
		}, adopt, is[*fs.PathError]},
	} {
		h := newHome(t, c.config, ciKeys)
		if c.spoil != nil {
			c.spoil(h)
		}
		changed, err := Rewrite(h.config, h.credentials, h.backups, c.edit)
		if changed || !c.want(err) {
			t.Errorf("%s: %v %v", name, changed, err)
		}
		if h.read(h.config) != c.config || h.read(h.credentials) != ciKeys {
			t.Errorf("%s: something was written", name)
		}
	}
}

func (h home) read(path string) string {
	h.t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		h.t.Fatal(err)
	}
	return string(data)
}

// TestRewriteOrder: when the process is killed before the second of the two files is written,
// the profiles still have their keys: an adoption begins with the config file, a release with
// the other. When somebody else has edited the second, neither is written.
func TestRewriteOrder(t *testing.T) {
	v := vault{}
	for name, c := range map[string]struct {
		edit  func(*Files) error
		first func(home) string
	}{
		"adopt": {func(f *Files) error {
			return f.Adopt([]string{"ci"}, AdoptOptions{Executable: guisePath, Store: v.store})
		}, func(h home) string { return h.config }},
		"release": {func(f *Files) error { return f.Release([]string{"ci"}, ReleaseOptions{Fetch: v.fetch}) }, func(h home) string { return h.credentials }},
	} {
		h := newHome(t, "", ciKeys)
		if name == "release" {
			f := filesOf("", ciKeys)
			if err := f.Adopt([]string{"ci"}, AdoptOptions{Executable: guisePath, Store: v.store}); err != nil {
				t.Fatal(err)
			}
			h.write(h.config, string(f.Bytes()[0]))
			h.write(h.credentials, string(f.Bytes()[1]))
		}
		was := map[string]string{h.config: h.read(h.config), h.credentials: h.read(h.credentials)}
		second := h.config
		if c.first(h) == h.config {
			second = h.credentials
		}
		changed, err := Rewrite(h.config, h.credentials, h.backups, func(f *Files) error {
			h.write(second, was[second]+"# somebody was here\n")
			err := c.edit(f)
			if order := f.inOrder(); order[0].path != c.first(h) {
				t.Errorf("%s: the wrong one is written first", name)
			}
			return err
		})
		if changed || !is[*files.ChangedError](err) {
			t.Errorf("%s: %v %v", name, changed, err)
		}
		if h.read(c.first(h)) != was[c.first(h)] || h.read(second) != was[second]+"# somebody was here\n" {
			t.Errorf("%s: one was written where the other could not be", name)
		}
	}
}

// TestRewriteAtAnyPath: of a relative path, in a folder that is still to be made, and
// through links that lead nowhere.
func TestRewriteAtAnyPath(t *testing.T) {
	t.Chdir(t.TempDir())
	add := func(f *Files) error { return f.AddStoredKey("x", "AKIA", guisePath) }
	if err := errors.Join(os.Symlink("loop", "loop"), os.Symlink("loop2", "folder"), os.Symlink("folder", "loop2"), os.WriteFile("file", nil, 0o600), os.Symlink("real", "link")); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]bool{
		"config": true, "a/b/config": true, "./c": true, "link": true, "loop": false, "folder/config": false, "file/config": false, "file/a/config": false,
	} {
		changed, err := Rewrite(path, "credentials", "backups", add)
		if changed != want || (err == nil) != want {
			t.Errorf("%s: %v %v", path, changed, err)
		}
		if info, err := os.Stat(path); want && (err != nil || info.Mode().Perm() != 0o600) {
			t.Errorf("%s: %v", path, err)
		}
	}
	if to, err := os.Readlink("link"); err != nil || to != "real" {
		t.Errorf("the link was replaced: %v", err)
	}
	if info, err := os.Stat("a/b"); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("%v %v", info, err)
	}
}

// TestLeftovers: what a version may not hold, and where there are none.
func TestLeftovers(t *testing.T) {
	stored := "[ci]\nguise_aws_access_key_id = AKIACI\nguise_aws_secret_access_key = " + inStore + "\n[half]\nguise_aws_secret_access_key = " + inStore + "\n"
	exported := filesOf("", "")
	if err := exported.Export("out", Exported{AccessKeyID: "ASIA", SecretAccessKey: secret.New("s"), Expires: time.Now()}); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		version string
		goes    bool
	}{
		"the key, readable":            {ciKeys, true},
		"the key, hidden and readable": {strings.ReplaceAll(ciKeys, "aws_", "guise_aws_"), true},
		"its token":                    {"[x]\naws_access_key_id = AKIACI\naws_session_token = t\naws_secret_access_key =\n", true},
		"an exported session":          {string(exported.Bytes()[1]), true},
		"another's key":                {strings.ReplaceAll(ciKeys, "AKIACI", "AKIAOTHER"), false},
		"the mark":                     {stored, false},
		"the id alone":                 {"[ci]\naws_access_key_id = AKIACI\n", false},
		"an empty secret":              {"[ci]\naws_access_key_id = AKIACI\naws_secret_access_key =\n", false},
		"a secret without an id":       {"[ci]\naws_secret_access_key = s\n", false},
		"a header alone":               {"[ci]\n", false},
	} {
		h := newHome(t, "", stored)
		path := h.earlier("credentials", c.version)
		h.write(filepath.Join(h.backups, "lock"), ciKeys)
		if err := os.Symlink(h.earlier("kept", ""), filepath.Join(h.backups, "credentials.link")); err != nil {
			t.Fatal(err)
		}
		f, err := Read(h.config, h.credentials)
		if err != nil {
			t.Fatal(err)
		}
		found, err := f.Leftovers(h.backups)
		if err != nil || slices.Contains(found, path) != c.goes || len(found) > 1 {
			t.Errorf("%s: %q %v", name, found, err)
		}
		if err := f.ClearLeftovers(h.backups); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := os.Stat(path); (err == nil) == c.goes {
			t.Errorf("%s: there still: %v", name, err == nil)
		}
	}
	f := filesOf("", stored)
	none := filepath.Join(t.TempDir(), "none")
	if found, err := f.Leftovers(none); err != nil || found != nil {
		t.Errorf("%q %v", found, err)
	}
	if err := f.ClearLeftovers(none); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(none); err == nil {
		t.Error("a folder was made to look into")
	}
	h := newHome(t, "", "")
	if _, err := f.Leftovers(h.config); err == nil {
		t.Error("a file is taken for the folder of backups")
	}
}
