//go:build unix

package cache

import (
	"io/fs"
	"os"
	"syscall"
)

// isOurs tells whether a file belongs to the user that we run as.
func isOurs(info fs.FileInfo) bool {
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(stat.Uid) == os.Geteuid()
}

// isPrivate tells whether only its owner may read or write a file.
func isPrivate(info fs.FileInfo) bool { return info.Mode().Perm()&0o077 == 0 }

// openNoFollow opens a file, and neither follows a link nor waits for a pipe.
func openNoFollow(path string) (*os.File, error) {
	return os.OpenFile(path, os.O_RDONLY|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0)
}
