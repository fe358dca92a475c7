//go:build unix

package cache

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"guise/internal/need"
)

// TestFolderOfAnother: nothing is kept in a folder of another user, or where a link
// is in the folder's place.
func TestFolderOfAnother(t *testing.T) {
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(t.TempDir(), link); err != nil {
		t.Fatal(err)
	}
	if err := open(link).Put("a", nil, later); !errors.Is(err, ErrUnsafe) {
		t.Errorf("a link to a folder: %v", err)
	}
	need.OtherUsers(t)
	dir := t.TempDir()
	if err := os.Chown(dir, need.Stranger, need.Stranger); err != nil {
		t.Fatal(err)
	}
	if err := open(dir).Put("a", nil, later); !errors.Is(err, ErrUnsafe) {
		t.Errorf("a folder of another user: %v", err)
	}
}
