package ask

import (
	"os"
	"time"

	"golang.org/x/sys/unix"
)

const (
	getTermios = unix.TCGETS
	setTermios = unix.TCSETS
)

// forget drops what was typed on a terminal and not read, half a line too. It works
// from the background, where reading does not.
func forget(fd int) error { return unix.IoctlSetInt(fd, unix.TCFLSH, unix.TCIFLUSH) }

const forever = -time.Millisecond

// readable waits until one of the files can be read, or is at its end, and tells which; none
// of them after limit.
func readable(limit time.Duration, files ...*os.File) (ready []bool, err error) {
	polled := make([]unix.PollFd, len(files))
	for i, f := range files {
		polled[i] = unix.PollFd{Fd: int32(fd(f)), Events: unix.POLLIN} //nolint:gosec // a descriptor
	}
	for {
		_, err = unix.Poll(polled, int(limit.Milliseconds()))
		if err != unix.EINTR {
			break
		}
	}
	ready = make([]bool, len(files))
	for i, p := range polled {
		ready[i] = err == nil && p.Revents != 0
	}
	return ready, err
}
