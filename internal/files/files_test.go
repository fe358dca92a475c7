//go:build unix

package files

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestReplace(t *testing.T) {
	for name, write := range map[string]func(string, []byte) error{"Replace": Replace, "Keep": Keep} {
		path := filepath.Join(t.TempDir(), "file")
		for _, text := range []string{"one", "two"} {
			if err := write(path, []byte(text)); err != nil {
				t.Fatal(err)
			}
			info, err := os.Stat(path)
			data, _ := os.ReadFile(path)
			if err != nil || info.Mode().Perm() != 0o600 || string(data) != text {
				t.Errorf("%s: %v %v %q", name, err, info.Mode(), data)
			}
		}
		if left := names(t, filepath.Dir(path)); !slices.Equal(left, []string{"file"}) {
			t.Errorf("%s left %q", name, left)
		}
	}
}

func TestReplaceFails(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "folder"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := Replace(filepath.Join(dir, "folder"), []byte("x")); err == nil {
		t.Error("a folder was replaced")
	}
	if left := names(t, dir); !slices.Equal(left, []string{"folder"}) {
		t.Errorf("left %q", left)
	}
}

func TestChange(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "file")
	if err := Change(path, nil, []byte("new"), 100); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o640); err != nil {
		t.Fatal(err)
	}
	if err := Change(path, []byte("new"), []byte("newer"), 100); err != nil {
		t.Fatal(err)
	}
	if info, _ := os.Stat(path); info.Mode().Perm() != 0o640 {
		t.Errorf("the mode is %v now", info.Mode())
	}
	if err := Change(path, []byte("new"), []byte("newest"), 100); !errors.As(err, new(*ChangedError)) {
		t.Errorf("a file that was changed meanwhile: %v", err)
	}
	fifo := filepath.Join(dir, "pipe")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{fifo, os.DevNull} {
		if err := Change(path, nil, []byte("x"), 100); !errors.Is(err, ErrNotRegular) {
			t.Errorf("%s: %v", path, err)
		}
	}
	if left := names(t, dir); !slices.Equal(left, []string{"file", "pipe"}) {
		t.Errorf("left %q", left)
	}
}

func TestRead(t *testing.T) {
	dir := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	small, full := file("small", "text"), file("full", strings.Repeat("x", 4096))
	link, pipe := filepath.Join(dir, "link"), filepath.Join(dir, "pipe")
	if err := errors.Join(os.Symlink(small, link), syscall.Mkfifo(pipe, 0o600)); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{small: "text", full: strings.Repeat("x", 4096), link: "text", os.DevNull: "", file("empty", ""): ""} {
		for _, place := range [][]byte{nil, make([]byte, 3), make([]byte, 5000)} {
			if got, err := ReadInto(path, 4096, place); err != nil || string(got) != want {
				t.Errorf("%s into a place of %d: %q, %v", path, len(place), got, err)
			}
		}
		if got, err := Read(path, 4096); err != nil || string(got) != want {
			t.Errorf("%s: %d bytes, %v", path, len(got), err)
		}
	}
	for _, path := range []string{pipe, dir, "/dev/zero"} {
		if _, err := Read(path, 4096); !errors.Is(err, ErrNotRegular) || !errors.As(err, new(*fs.PathError)) {
			t.Errorf("%s: %v", path, err)
		}
	}
	for _, path := range []string{file("large", strings.Repeat("x", 4097)), "/proc/self/maps"} {
		if _, err := Read(path, 100); !errors.As(err, new(*TooLargeError)) || !errors.As(err, new(*fs.PathError)) {
			t.Errorf("%s: %v", path, err)
		}
	}
	if _, err := Read(filepath.Join(dir, "none"), 100); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
}

func TestReadOwn(t *testing.T) {
	dir := t.TempDir()
	path, link := filepath.Join(dir, "file"), filepath.Join(dir, "link")
	if err := errors.Join(Replace(path, []byte("text")), os.Symlink(path, link)); err != nil {
		t.Fatal(err)
	}
	if got, ok := ReadOwn(path, 100); !ok || string(got) != "text" {
		t.Errorf("%q %v", got, ok)
	}
	if _, ok := ReadOwn(link, 100); ok {
		t.Error("a link was followed")
	}
	for _, mode := range []os.FileMode{0o640, 0o604, 0o620, 0o602} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		if _, ok := ReadOwn(path, 100); ok {
			t.Errorf("a file of mode %o was taken", mode)
		}
	}
	if os.Geteuid() == 0 {
		if err := errors.Join(os.Chmod(path, 0o600), os.Chown(path, 65534, 65534)); err != nil {
			t.Fatal(err)
		}
		if _, ok := ReadOwn(path, 100); ok {
			t.Error("another user's file was taken")
		}
	}
}

// TestSweep: what a killed write left goes; what anybody else made stays.
func TestSweep(t *testing.T) {
	dir := t.TempDir()
	long := time.Now().Add(-time.Hour)
	stays := []string{".guise-notes.md", ".guise-tmp-notes", ".guise-tmp-0123456789ABCDEF", ".guise-tmp-0123456789abcdef0", ".new-1234", "x.guise-tmp-0123456789abcdef"}
	for _, name := range append([]string{".guise-tmp-0123456789abcdef", tempName()}, stays...) {
		path := filepath.Join(dir, name)
		if err := errors.Join(os.WriteFile(path, nil, 0o600), os.Chtimes(path, long, long)); err != nil {
			t.Fatal(err)
		}
	}
	young := tempName()
	if err := os.WriteFile(filepath.Join(dir, young), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := Replace(filepath.Join(dir, "file"), nil); err != nil {
		t.Fatal(err)
	}
	want := append([]string{young, "file"}, stays...)
	slices.Sort(want)
	if left := names(t, dir); !slices.Equal(left, want) {
		t.Errorf("there is %q\nwant     %q", left, want)
	}
}

func names(t *testing.T, dir string) []string {
	t.Helper()
	found, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, f := range found {
		all = append(all, f.Name())
	}
	return all
}
