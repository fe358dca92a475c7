package awsconfig

import (
	"errors"
	"path/filepath"
	"testing"

	"guise/internal/files"
)

// TestOneRewriteAtATime: while the files are edited nobody else gets the lock that all
// who write them take.
func TestOneRewriteAtATime(t *testing.T) {
	h := newHome(t, "[profile ci]\nregion = x\n", ciKeys)
	err := h.rewrite(func(*Files) error {
		lock, held, err := files.TryAcquire(filepath.Join(h.backups, files.VersionsLock))
		if !held && err == nil {
			lock.Release()
			return errors.New("another rewrite could begin")
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}
