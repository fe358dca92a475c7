//go:build unix

package files

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// TestUmask: no umask takes from the owner what guise must read again.
func TestUmask(t *testing.T) {
	dir := t.TempDir()
	kept, lock := filepath.Join(dir, "kept"), filepath.Join(dir, "lock")
	was := syscall.Umask(0o777)
	err := Keep(kept, []byte("text"))
	held, failed := Acquire(lock)
	syscall.Umask(was)
	if err != nil || failed != nil {
		t.Fatal(err, failed)
	}
	held.Release()
	for _, path := range []string{kept, lock} {
		if is, err := os.Stat(path); err != nil || is.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", path, is.Mode(), err)
		}
	}
}
