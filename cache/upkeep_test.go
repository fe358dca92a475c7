package cache

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"guise/internal/need"
)

func names(t *testing.T, s *Store) string {
	t.Helper()
	all, err := s.List()
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, e := range all {
		found = append(found, e.Name)
	}
	return strings.Join(found, " ")
}

// TestSweep: what expired more than an hour ago goes, once an hour, by whichever put is
// next.
func TestSweep(t *testing.T) {
	dir := t.TempDir()
	putAt := func(at time.Time, name string, expires time.Time) {
		t.Helper()
		if err := opened(dir, at).Put(name, nil, expires); err != nil {
			t.Fatal(err)
		}
	}
	has := func(when, want string) {
		t.Helper()
		if found := names(t, open(dir)); found != want {
			t.Errorf("%s: %s", when, found)
		}
	}
	inAnHour := now.Add(time.Hour)
	putAt(now, "good", inAnHour) // and marks that it has swept
	putAt(now, "old", now.Add(-time.Second))
	putAt(now, "just", now)
	if err := os.WriteFile(filepath.Join(dir, entriesDir, "strange"), []byte("not an entry"), 0o600); err != nil {
		t.Fatal(err)
	}
	putAt(inAnHour.Add(-time.Second), "good", inAnHour)
	has("within the hour", "good just old strange")
	putAt(inAnHour, "good", inAnHour)
	has("after an hour", "good just strange")
	putAt(inAnHour, "older", now.Add(-time.Hour-time.Second))
	has("within the next hour", "good just older strange")
	putAt(now, "good", inAnHour)
	has("the clock was set back by an hour", "good just strange")
}

// TestWipe removes everything but what is to be kept; with nothing left, the key too.
func TestWipe(t *testing.T) {
	dir := t.TempDir()
	s := open(dir)
	fill := func() {
		t.Helper()
		for _, name := range []string{"a", "b", "c"} {
			put(t, s, name, name)
		}
		if err := refuse(dir); err != nil {
			t.Fatal(err)
		}
	}
	fill()
	if err := s.Wipe("b"); err != nil || names(t, s) != "b" {
		t.Errorf("%s: %v", names(t, s), err)
	}
	if got, ok := open(dir).Get("b"); !ok || string(got) != "b" {
		t.Error("what was to be kept cannot be read")
	}
	if _, _, ok := s.Refusal("name"); ok {
		t.Error("a refusal is left")
	}
	fill()
	before, _ := os.ReadFile(filepath.Join(dir, "key"))
	if err := s.Wipe(); err != nil || names(t, s) != "" {
		t.Errorf("%s: %v", names(t, s), err)
	}
	if _, err := os.Stat(filepath.Join(dir, "key")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the key is there still: %v", err)
	}
	fill() // the same process goes on, with another key
	if after, _ := os.ReadFile(filepath.Join(dir, "key")); string(after) == string(before) {
		t.Error("the key that was wiped is used again")
	}
	if _, ok := open(dir).Get("a"); !ok {
		t.Error("another process cannot read what was put after the key was wiped")
	}
	if err := s.Wipe(); err != nil {
		t.Error(err)
	}
	if err := s.Wipe(); err != nil {
		t.Errorf("with nothing to wipe: %v", err)
	}
}

// TestWhatCannotBeRemoved is an error, and does not stop the rest.
func TestWhatCannotBeRemoved(t *testing.T) {
	dir := t.TempDir()
	s := open(dir)
	for _, name := range []string{"a", "c"} {
		put(t, s, name, name)
	}
	if err := os.MkdirAll(filepath.Join(dir, entriesDir, "b", "in the way"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := s.Delete("b"); err == nil {
		t.Error("deleted")
	}
	if n, err := s.Clear(); n != 2 || err == nil || names(t, s) != "b" {
		t.Errorf("removed %d, left %s: %v", n, names(t, s), err)
	}
	if err := s.Wipe(); err == nil {
		t.Error("wiped")
	}
	elsewhere := filepath.Join(t.TempDir(), "none")
	if n, err := open(elsewhere).Clear(); n != 0 || err != nil {
		t.Errorf("where there is no cache: %d, %v", n, err)
	}
	inTheWay := t.TempDir()
	if err := os.WriteFile(filepath.Join(inTheWay, entriesDir), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := open(inTheWay).List(); err == nil {
		t.Error("a file in the place of the folder has entries")
	}
	if _, err := open(inTheWay).Clear(); err == nil {
		t.Error("cleared")
	}
}

// TestUsable: what cannot keep anything is said, and the probe leaves nothing.
func TestUsable(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new")
	if err := open(dir).Usable(); err != nil {
		t.Fatal(err)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "*", ".*")); len(left) > 0 {
		t.Errorf("left behind: %q", left)
	}
	for _, name := range []string{entriesDir, locksDir} {
		inTheWay := t.TempDir()
		if err := os.WriteFile(filepath.Join(inTheWay, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := open(inTheWay).Usable(); !errors.As(err, new(*fs.PathError)) {
			t.Errorf("a file in the place of %s: %v", name, err)
		}
	}
	need.System(t, "linux")
	readOnly := t.TempDir()
	need.That(t, exec.Command("mount", "-t", "tmpfs", "-o", "mode=700", "tmpfs", readOnly).Run()) // only root may
	t.Cleanup(func() { _ = exec.Command("umount", readOnly).Run() })
	put(t, open(readOnly), "a", "")
	if err := open(readOnly).Usable(); err != nil {
		t.Fatal(err)
	}
	need.That(t, exec.Command("mount", "-o", "remount,ro", readOnly).Run())
	if err := open(readOnly).Usable(); err == nil {
		t.Error("a read-only folder is usable")
	}
}

// TestFolderThatChanges: each use looks at the folders, not only the one that made them.
func TestFolderThatChanges(t *testing.T) {
	need.System(t, "linux", "darwin") // Windows folders have no mode
	for what, change := range map[string]func(dir string) error{
		"open to all":       func(dir string) error { return os.Chmod(dir, 0o777) },
		"open to the group": func(dir string) error { return os.Chmod(dir, 0o770) },
		"sessions open": func(dir string) error {
			return errors.Join(os.Chmod(filepath.Join(dir, entriesDir), 0o777), os.Chmod(filepath.Join(dir, locksDir), 0o777))
		},
		"somebody else's": func(dir string) error { return os.Chown(dir, 1, -1) },
		"a link": func(dir string) error {
			for _, name := range []string{entriesDir, locksDir} {
				path := filepath.Join(dir, name)
				if err := errors.Join(os.Rename(path, path+".real"), os.Symlink(path+".real", path)); err != nil {
					return err
				}
			}
			return nil
		},
	} {
		t.Run(what, func(t *testing.T) {
			dir := t.TempDir()
			s := open(dir)
			put(t, s, "a", "")
			if err := s.Usable(); err != nil {
				t.Fatal(err)
			}
			need.That(t, change(dir))
			if err := s.Put("a", nil, later); !errors.Is(err, ErrUnsafe) {
				t.Errorf("put: %v", err)
			}
			if err := s.Usable(); !errors.Is(err, ErrUnsafe) {
				t.Errorf("usable: %v", err)
			}
			if _, err := s.Lock(t.Context(), "name"); !errors.Is(err, ErrUnsafe) {
				t.Errorf("lock: %v", err)
			}
			if _, _, err := s.TryLock("name"); !errors.Is(err, ErrUnsafe) {
				t.Errorf("try: %v", err)
			}
		})
	}
}
