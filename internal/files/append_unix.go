//go:build unix

package files

import (
	"errors"
	"io/fs"
	"os"
	"syscall"
)

// openOwn opens a file that is ours alone.
func openOwn(path string, flags int) (*os.File, fs.FileInfo, error) {
	f, err := os.OpenFile(path, flags|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0o600)
	if err != nil {
		return nil, nil, err
	}
	info, err := f.Stat()
	if err == nil {
		err = notOurs(path, info)
	}
	if err == nil && info.Mode().Perm() != 0o600 { // of a umask, or somebody's chmod
		err = f.Chmod(0o600)
	}
	if err != nil {
		_ = f.Close()
		return nil, nil, err
	}
	return f, info, nil
}

// notOurs is why a file is not written to: it is not ours, or not only at this place.
func notOurs(path string, info fs.FileInfo) error {
	switch {
	case !info.Mode().IsRegular():
		return notRegular(path, info.Mode())
	case !Ours(info):
		return &fs.PathError{Op: "open", Path: path, Err: errors.New("it belongs to another user")}
	case links(info) > 1:
		return &fs.PathError{Op: "open", Path: path, Err: errors.New("it has another name, too (a hard link)")}
	}
	return nil
}

func links(info fs.FileInfo) uint64 {
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return 1
	}
	return uint64(stat.Nlink) //nolint:unconvert // its size differs between systems
}

// removed reports whether an open file has no name any more.
func removed(info fs.FileInfo) bool { return links(info) == 0 }
