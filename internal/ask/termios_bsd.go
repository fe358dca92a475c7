//go:build darwin || freebsd || netbsd || openbsd || dragonfly

package ask

import (
	"os"
	"time"

	"golang.org/x/sys/unix"
)

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

const forever = -time.Millisecond

// readable waits until one of the files can be read, or is at its end, and tells which; none
// of them after limit. It uses select, since macOS does not poll terminals: a descriptor that
// has no place in its set is an error.
func readable(limit time.Duration, files ...*os.File) (ready []bool, err error) {
	var within *unix.Timeval
	if limit != forever {
		t := unix.NsecToTimeval(int64(limit))
		within = &t
	}
	ready = make([]bool, len(files))
	for {
		var set unix.FdSet
		highest := 0
		for _, f := range files {
			if fd(f) >= unix.FD_SETSIZE {
				return ready, unix.EMFILE
			}
			set.Set(fd(f))
			highest = max(highest, fd(f))
		}
		_, err := unix.Select(highest+1, &set, nil, nil, within)
		if err == unix.EINTR {
			continue
		}
		for i, f := range files {
			ready[i] = err == nil && set.IsSet(fd(f))
		}
		return ready, err
	}
}
