//go:build unix

package ask

import (
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"

	"guise/internal/need"
)

// TestPipeThatIsNotOurs: a code goes into a pipe of our own user's and nowhere else,
// whatever is in the pipe's place.
func TestPipeThatIsNotOurs(t *testing.T) {
	dir := t.TempDir()
	file, link, foreign := filepath.Join(dir, "file"), filepath.Join(dir, "link"), filepath.Join(dir, "foreign")
	real := filepath.Join(dir, "real")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	pipe, err := openPipe(real)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = pipe.Close() }()
	if err := os.Symlink(real, link); err != nil {
		t.Fatal(err)
	}
	if w, err := writePipe(real); err != nil {
		t.Errorf("our own: %v", err)
	} else {
		_ = w.Close()
	}
	for _, path := range []string{file, link, dir, filepath.Join(dir, "none")} {
		if _, err := writePipe(path); err == nil {
			t.Errorf("%s is written to", path)
		}
	}
	need.OtherUsers(t)
	if err := unix.Mkfifo(foreign, 0o666); err != nil {
		t.Fatal(err)
	}
	theirs, err := unix.Open(foreign, unix.O_RDWR|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = unix.Close(theirs) }()
	if err := os.Chown(foreign, need.Stranger, need.Stranger); err != nil {
		t.Fatal(err)
	}
	if _, err := writePipe(foreign); err == nil {
		t.Error("another user's pipe is written to")
	}
}
