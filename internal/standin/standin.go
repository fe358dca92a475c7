// Package standin writes the programs that stand in for others in tests.
package standin

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// Program writes a program, which all users may run, and the folder that it is in. No
// process is started meanwhile: one that is forked while the file is open for writing would
// have it open too, and it could not be run ("text file busy").
func Program(t testing.TB, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	if err := os.WriteFile(path, []byte(text), 0o755); err != nil { //nolint:gosec // a program
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o755); err != nil { //nolint:gosec // whatever the umask
		t.Fatal(err)
	}
}
