//go:build unix

package files

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// TestStageTogether: files that are staged in one folder are all put in their places, also
// where the clock of the file server is another, by which the first is old at once.
func TestStageTogether(t *testing.T) {
	dir := t.TempDir()
	one, two := filepath.Join(dir, "one"), filepath.Join(dir, "two")
	first, err := StageKeep(one, []byte("1"))
	if err != nil {
		t.Fatal(err)
	}
	long := time.Now().Add(-time.Hour)
	if err := os.Chtimes(first.f.Name(), long, long); err != nil {
		t.Fatal(err)
	}
	second, err := StageChange(two, nil, []byte("2"), 10)
	if err != nil {
		t.Fatal(err)
	}
	versions := Versions{Dir: dir}
	third, err := versions.Stage("three", nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(Sync(first, second, third), first.Put(), second.Put(), third.Put()); err != nil {
		t.Error(err)
	}
	if left := names(t, dir); len(left) != 3 || !slices.Contains(left, "one") || !slices.Contains(left, "two") {
		t.Errorf("there is %q", left)
	}
}

// TestStagedOfAnother: a file that has become a link, or has been closed to others, while the
// new one was on its way to the disk stays as it is now.
func TestStagedOfAnother(t *testing.T) {
	for what, change := range map[string]func(path string) error{
		"link": func(path string) error {
			return errors.Join(os.Rename(path, path+".real"), os.Symlink(path+".real", path))
		},
		"mode":    func(path string) error { return os.Chmod(path, 0o400) },
		"removed": os.Remove,
	} {
		path := filepath.Join(t.TempDir(), "file")
		if err := Keep(path, nil); err != nil {
			t.Fatal(err)
		}
		s, err := StageChange(path, nil, []byte("after"), 100)
		if err != nil {
			t.Fatal(err)
		}
		if err := change(path); err != nil {
			t.Fatal(err)
		}
		if err := s.Ready(); !errors.As(err, new(*ChangedError)) {
			t.Errorf("%s: %v", what, err)
		}
		if err := s.Put(); !errors.As(err, new(*ChangedError)) {
			t.Errorf("%s: %v", what, err)
		}
		if data, _ := os.ReadFile(path); len(data) > 0 {
			t.Errorf("%s: it holds %q", what, data)
		}
	}
}

// TestChangeTooLarge: what could not be read again is not written, and nothing is left of it.
func TestChangeTooLarge(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "file")
	if err := Change(path, nil, []byte("1234"), 4); err != nil {
		t.Fatal(err)
	}
	err := Change(path, []byte("1234"), []byte("12345"), 4)
	if _, ok := errors.AsType[*TooLargeError](err); !ok {
		t.Error(err)
	}
	if data, err := Read(path, 4); string(data) != "1234" || err != nil || len(names(t, dir)) != 1 {
		t.Errorf("it holds %q, %v; there is %q", data, err, names(t, dir))
	}
}

// TestStaged: what is staged is seen nowhere before it is put into its place; what is
// dropped, or may not be put there, leaves nothing.
func TestStaged(t *testing.T) {
	dir := t.TempDir()
	path := func(name string) string { return filepath.Join(dir, name) }
	for _, name := range []string{"a", "b", "c"} {
		if err := Keep(path(name), []byte("before")); err != nil {
			t.Fatal(err)
		}
	}
	var staged []*Staged
	for _, name := range []string{"a", "b", "c"} {
		s, err := StageChange(path(name), []byte("before"), []byte("after"), 100)
		if err != nil {
			t.Fatal(err)
		}
		staged = append(staged, s)
	}
	says := func(want map[string]string) {
		t.Helper()
		for name, text := range want {
			if data, err := os.ReadFile(path(name)); err != nil || string(data) != text {
				t.Errorf("%s: %q, %v, want %q", name, data, err, text)
			}
		}
	}
	if err := Sync(staged...); err != nil {
		t.Fatal(err)
	}
	says(map[string]string{"a": "before", "b": "before", "c": "before"})
	if err := os.WriteFile(path("b"), []byte("another's"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := staged[0].Put(); err != nil {
		t.Error(err)
	}
	if err := staged[1].Put(); !errors.As(err, new(*ChangedError)) {
		t.Error(err)
	}
	staged[2].Drop()
	says(map[string]string{"a": "after", "b": "another's", "c": "before"})
	if all, err := os.ReadDir(dir); err != nil || len(all) != 3 {
		t.Errorf("%v, %v", all, err)
	}
}
