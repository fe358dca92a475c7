//go:build unix

package ask

import (
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// caller is the process that waits for us.
type caller struct {
	parent int
	out    []unix.PollFd // stdout, where it is a pipe or a socket (as Node.js makes it)
}

func newCaller() *caller {
	c := &caller{parent: os.Getppid()}
	var stat unix.Stat_t
	if unix.Fstat(unix.Stdout, &stat) == nil && (stat.Mode&unix.S_IFMT == unix.S_IFIFO || stat.Mode&unix.S_IFMT == unix.S_IFSOCK) {
		c.out = []unix.PollFd{{Fd: int32(unix.Stdout)}} // errors and the other end's end are always told
	}
	return c
}

// gone looks for a while, and tells at once when nobody reads from us any more.
func (c *caller) gone(while time.Duration) bool {
	n, err := unix.Poll(c.out, int(while.Milliseconds()))
	if err == nil && n > 0 && c.out[0].Revents&(unix.POLLERR|unix.POLLHUP) != 0 {
		return true
	}
	if err == nil && n > 0 { // nothing to be learnt from it
		c.out = nil
	}
	return os.Getppid() != c.parent
}
