//go:build darwin || freebsd || netbsd || openbsd || dragonfly

package ask

import "golang.org/x/sys/unix"

const (
	getTermios = unix.TIOCGETA
	setTermios = unix.TIOCSETA
)

// forget drops what was typed on a terminal and not read, half a line too. It works
// from the background, where reading does not.
func forget(fd int) error {
	const input = 1 // FREAD of sys/fcntl.h
	return unix.IoctlSetPointerInt(fd, unix.TIOCFLUSH, input)
}
