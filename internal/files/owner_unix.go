//go:build unix

package files

import (
	"errors"
	"io/fs"
	"os"
	"syscall"
)

// keepOwner returns a file the owner and group of another. Where only root may,
// the file's being ours is enough, if the other was ours too.
func keepOwner(f *os.File, like fs.FileInfo) error {
	stat, ok := like.Sys().(*syscall.Stat_t)
	if !ok {
		return nil
	}
	err := f.Chown(int(stat.Uid), int(stat.Gid))
	if errors.Is(err, fs.ErrPermission) && int(stat.Uid) == os.Geteuid() {
		return nil // a group that we do not belong to
	}
	return err
}
