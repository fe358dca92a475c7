//go:build unix

package ask

import (
	"context"
	"io"
	"os"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

func openTerminal() (in, out *os.File, err error) {
	// O_NONBLOCK is not asked for: the file description may be shared.
	f, err := os.OpenFile("/dev/tty", os.O_RDWR|unix.O_NOCTTY, 0)
	return f, f, err
}

// inForeground tells whether our process group may read from the terminal.
func inForeground(tty *os.File) bool {
	group, err := unix.IoctlGetInt(fd(tty), unix.TIOCGPGRP)
	return err == nil && group == unix.Getpgrp()
}

func fd(f *os.File) int { return int(f.Fd()) } //nolint:gosec // a file descriptor is small

// rawMode lets keys through one by one, unseen, Ctrl-C too; output goes on to
// be processed as usual, as readline expects. It gives the way back.
func rawMode(tty *os.File) (restore func(), err error) {
	before, err := unix.IoctlGetTermios(fd(tty), getTermios)
	if err != nil {
		return nil, err
	}
	raw := *before
	raw.Iflag &^= unix.ISTRIP | unix.INLCR | unix.ICRNL | unix.IGNCR | unix.IXON | unix.IXOFF
	raw.Lflag &^= unix.ECHO | unix.ECHONL | unix.ICANON | unix.ISIG | unix.IEXTEN
	raw.Cc[unix.VMIN], raw.Cc[unix.VTIME] = 1, 0
	if err := unix.IoctlSetTermios(fd(tty), setTermios, &raw); err != nil {
		return nil, err
	}
	return func() { _ = unix.IoctlSetTermios(fd(tty), setTermios, before) }, nil
}

// keys reads what is typed, until it is closed: a reader that is left waiting
// would take the next key away from whoever asks next. A lone Esc, which
// readline would wait at for more, comes out as Ctrl-C; so does the end of ctx.
type keys struct {
	tty         *os.File
	stop, woken *os.File // the two ends of a pipe that wakes the reader
	ctx         context.Context
	done        func() bool
	only        string // where not empty: of what is printed, only these come through
}

const (
	escape    = 0x1b
	interrupt = 0x03
	// escapeAlone is how long after an Esc the rest of a key's sequence may come.
	escapeAlone = 50 * time.Millisecond
)

func newKeys(ctx context.Context, tty *os.File, only string) (io.ReadCloser, error) {
	woken, stop, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	k := &keys{tty: tty, stop: stop, woken: woken, ctx: ctx, only: only}
	k.done = context.AfterFunc(ctx, func() { _, _ = stop.Write([]byte{0}) })
	return k, nil
}

func (k *keys) Read(p []byte) (int, error) {
	for {
		waiting := []unix.PollFd{{Fd: int32(fd(k.tty)), Events: unix.POLLIN}, {Fd: int32(fd(k.woken)), Events: unix.POLLIN}} //nolint:gosec // small
		if _, err := unix.Poll(waiting, -1); err == unix.EINTR {
			continue
		} else if err != nil {
			return 0, err
		}
		if waiting[1].Revents != 0 {
			if k.ctx.Err() != nil && len(p) > 0 {
				p[0] = interrupt
				return 1, nil
			}
			return 0, io.EOF
		}
		n, err := unix.Read(fd(k.tty), p)
		if n <= 0 {
			return 0, io.EOF
		}
		if n = k.let(p[:n]); n > 0 {
			return n, err
		}
	}
}

// let makes a lone Esc a Ctrl-C, and leaves out what is not to come through. A
// key's sequence (an arrow) comes in one piece, and begins with Esc.
func (k *keys) let(p []byte) int {
	if p[0] == escape {
		if len(p) == 1 && !k.more() {
			p[0] = interrupt
		}
		return len(p)
	}
	n := 0
	for _, c := range p {
		if k.only == "" || c < ' ' || c == 0x7f || strings.IndexByte(k.only, c) >= 0 {
			p[n] = c
			n++
		}
	}
	return n
}

// more tells whether another key comes right behind.
func (k *keys) more() bool {
	n, err := unix.Poll([]unix.PollFd{{Fd: int32(fd(k.tty)), Events: unix.POLLIN}}, int(escapeAlone/time.Millisecond)) //nolint:gosec // small
	return err == nil && n > 0
}

// Close ends a Read that waits. The pipe stays for it to see; it goes with the
// process, which does not ask often.
func (k *keys) Close() error {
	k.done()
	_, err := k.stop.Write([]byte{0})
	return err
}
