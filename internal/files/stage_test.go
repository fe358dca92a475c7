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
