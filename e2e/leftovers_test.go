//go:build unix

package e2e

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// TestTemporaryFilesAreSwept: what a killed process left goes with the next command
// that a user types, in every folder that guise writes to; nothing else does.
func TestTemporaryFilesAreSwept(t *testing.T) {
	w := adopted(t)
	long := time.Now().Add(-time.Hour)
	var litter, notes []string
	for _, dir := range []string{".aws", ".aws/sso/cache", ".aws/login/cache", ".cache/guise", ".cache/guise/status", ".local/share/guise", ".local/state/guise", ".local/state/guise/backups"} {
		at := filepath.Join(w.home, dir)
		if err := os.MkdirAll(at, 0o700); err != nil {
			t.Fatal(err)
		}
		litter = append(litter, filepath.Join(at, ".guise-tmp-0123456789abcdef"))
		notes = append(notes, filepath.Join(at, ".guise-notes.md"))
	}
	for _, path := range append(litter, notes...) {
		if err := errors.Join(os.WriteFile(path, []byte("x"), 0o600), os.Chtimes(path, long, long)); err != nil {
			t.Fatal(err)
		}
	}
	if got := w.guise("list"); got.code != 0 {
		t.Errorf("%+v", got)
	}
	for _, path := range litter {
		if _, err := os.Stat(path); err == nil {
			t.Errorf("%s is there still", path)
		}
	}
	for _, path := range notes {
		if _, err := os.Stat(path); err != nil {
			t.Error(err)
		}
	}
}
