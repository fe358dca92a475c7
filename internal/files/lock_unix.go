//go:build unix

package files

import (
	"os"

	"golang.org/x/sys/unix"
)

func lock(f *os.File) error {
	return again(func() error { return unix.Flock(int(f.Fd()), unix.LOCK_EX) })
}
