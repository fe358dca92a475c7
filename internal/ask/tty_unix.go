//go:build unix

package ask

import (
	"bytes"
	"context"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

func openTerminal() (in, out *os.File, err error) {
	// O_NONBLOCK is not asked for: the file description may be shared.
	f, err := os.OpenFile("/dev/tty", os.O_RDWR|unix.O_NOCTTY, 0)
	return f, f, err
}

// inForeground reports whether our process group may read from the terminal.
func inForeground(tty *os.File) bool {
	group, err := unix.IoctlGetInt(fd(tty), unix.TIOCGPGRP)
	return err == nil && group == unix.Getpgrp()
}

func fd(f *os.File) int { return int(f.Fd()) } //nolint:gosec // a file descriptor is small

// rawMode lets keys through one by one, unseen, Ctrl-C too; output goes on to
// be processed as usual, as readline expects.
func rawMode(tty *os.File) (restore func(drop bool) (ours bool), err error) {
	return setMode(tty, func(mode *unix.Termios) {
		mode.Iflag &^= unix.ISTRIP | unix.INLCR | unix.ICRNL | unix.IGNCR | unix.IXON | unix.IXOFF
		mode.Lflag &^= unix.ECHO | unix.ECHONL | unix.ICANON | unix.ISIG | unix.IEXTEN
		mode.Cc[unix.VMIN], mode.Cc[unix.VTIME] = 1, 0
	})
}

// pasteMode is rawMode that leaves to the terminal what concerns others, too: to hold its
// output back (Ctrl-S), and to interrupt the program that waits for us (Ctrl-C).
func pasteMode(tty *os.File) (restore func(drop bool) (ours bool), err error) {
	return setMode(tty, func(mode *unix.Termios) {
		mode.Iflag &^= unix.ISTRIP | unix.INLCR | unix.ICRNL | unix.IGNCR
		mode.Lflag &^= unix.ECHO | unix.ECHONL | unix.ICANON | unix.IEXTEN
		mode.Lflag |= unix.ISIG
		mode.Cc[unix.VMIN], mode.Cc[unix.VTIME] = 1, 0
	})
}

// lineMode leaves the editing of a line, its echo and Ctrl-C to the terminal itself,
// and lets Esc end the line too. It is what a shell leaves for its programs but for
// Esc: so a shell that has the terminal back before we can put it in order, or after
// we were killed, has a terminal that works.
func lineMode(tty *os.File) (restore func(drop bool) (ours bool), err error) {
	return setMode(tty, func(mode *unix.Termios) {
		mode.Iflag |= unix.ICRNL
		mode.Lflag |= unix.ICANON | unix.ECHO | unix.ECHOE | unix.ECHOK | unix.ECHOCTL | unix.ISIG
		mode.Cc[unix.VEOL] = escape
	})
}

// setMode sets the modes of a terminal and gives the way back, which reports whether the
// terminal was still ours: where a shell has taken it back and set its own modes,
// they stay. With drop, what was typed and not read is nobody's.
//
// Until then a terminal that was taken from us neither stops us when we read from it
// or put it in order (SIGTTIN, SIGTTOU): both just fail, or just work.
func setMode(tty *os.File, change func(mode *unix.Termios)) (restore func(drop bool) (ours bool), err error) {
	before, err := unix.IoctlGetTermios(fd(tty), getTermios)
	if err != nil {
		return nil, err
	}
	mode := *before
	change(&mode)
	signal.Ignore(unix.SIGTTOU, unix.SIGTTIN)
	if err := unix.IoctlSetTermios(fd(tty), setTermios, &mode); err != nil {
		signal.Reset(unix.SIGTTOU, unix.SIGTTIN)
		return nil, err
	}
	if set, err := unix.IoctlGetTermios(fd(tty), getTermios); err == nil {
		mode = *set // as the kernel took it
	}
	return func(drop bool) bool {
		now, err := unix.IoctlGetTermios(fd(tty), getTermios)
		foreground := inForeground(tty)
		if !foreground && (err != nil || *now != mode) {
			return false
		}
		if drop && err == nil && *now == mode {
			_ = forget(fd(tty)) // or the shell, which may have the terminal back, takes it for its own
		}
		_ = unix.IoctlSetTermios(fd(tty), setTermios, before)
		if foreground {
			signal.Reset(unix.SIGTTOU, unix.SIGTTIN) // for programs that we start
		}
		return true
	}, nil
}

// forgetTyped drops what was typed and not read. A terminal that was taken from us just now does
// not stop us for it.
func forgetTyped(tty *os.File) {
	signal.Ignore(unix.SIGTTOU)
	defer signal.Reset(unix.SIGTTOU)
	_ = forget(fd(tty))
}

// drain reads what was typed, and gives the first 256 bytes of it. It leaves the modes
// changed.
func drain(tty *os.File) (typed []byte) {
	mode, err := unix.IoctlGetTermios(fd(tty), getTermios)
	if err != nil {
		return nil
	}
	mode.Lflag &^= unix.ICANON | unix.ECHO
	mode.Cc[unix.VMIN], mode.Cc[unix.VTIME] = 0, 0
	if unix.IoctlSetTermios(fd(tty), setTermios, mode) != nil {
		return nil
	}
	for some := make([]byte, 256); ; {
		n, err := unix.Read(fd(tty), some)
		if n <= 0 || err != nil {
			return typed
		}
		if typed == nil {
			typed = slices.Clone(some[:n])
		}
	}
}

// byLine: the terminal edits lines itself.
const byLine = true

// line reads a line in lineMode, without its end. Its error is ErrCancelled for Esc
// and Ctrl-D; again where the line is to be typed once more, since some key has sent
// an escape sequence, or the terminal has answered the shell so late.
func (k *keys) line() (text string, again bool, err error) {
	if stopped, err := k.await(); err != nil || stopped {
		return "", false, ErrCancelled
	}
	read := make([]byte, 4096) // the longest line, see termios(3)
	n, err := unix.Read(fd(k.tty), read)
	if err != nil || n <= 0 {
		return "", false, ErrCancelled
	}
	switch text, end := string(read[:n-1]), read[n-1]; {
	case end == '\n':
		return text, false, nil
	case end == escape && k.sequence():
		return "", true, nil
	case end != escape && read[0] == escape: // what Esc does not end was sent before lineMode
		return "", true, nil
	}
	return "", false, ErrCancelled
}

// sequence reports whether an Esc that ended a line began what an arrow or another
// key sends, and drops what came right behind.
func (k *keys) sequence() bool {
	mode, err := unix.IoctlGetTermios(fd(k.tty), getTermios)
	if err != nil {
		return false
	}
	each := *mode
	each.Lflag &^= unix.ICANON | unix.ECHO
	each.Cc[unix.VMIN], each.Cc[unix.VTIME] = 0, 0
	if unix.IoctlSetTermios(fd(k.tty), setTermios, &each) != nil {
		return false
	}
	var behind []byte
	if k.more() {
		behind = drain(k.tty)
	}
	_ = unix.IoctlSetTermios(fd(k.tty), setTermios, mode)
	return !onlyEscapes(behind)
}

// onlyEscapes tells an Esc that is held down or typed twice from what an arrow sends,
// by what came right behind the first.
func onlyEscapes(behind []byte) bool { return len(bytes.Trim(behind, "\x1b")) == 0 }

// keys reads what is typed, until it is closed: a reader that is left waiting
// would take the next key away from whoever asks next. A lone Esc, which
// readline would wait at for more, comes out as Ctrl-C; so does the end of ctx.
type keys struct {
	tty         *os.File
	stop, woken *os.File // the two ends of a pipe that wakes the reader
	ctx         context.Context
	done        func() bool
	only        string         // where not empty: of what is printed, only these come through
	entered     bool           // Enter was the last key
	leaving     func(key byte) // called with Enter and Ctrl-C, before they are handed on
}

const (
	// escapeAlone is how long after an Esc the rest of a key's sequence may come.
	escapeAlone = 50 * time.Millisecond
	// beforeEnter is how long the keys before Enter may take to be dealt with,
	// where all come at once.
	beforeEnter = 30 * time.Millisecond
	// afterEnter is how long a question may take to end after Enter.
	afterEnter = 200 * time.Millisecond
)

func newKeys(ctx context.Context, tty *os.File, only string, leaving func(key byte)) (*keys, error) {
	woken, stop, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	k := &keys{tty: tty, stop: stop, woken: woken, ctx: ctx, only: only, leaving: leaving}
	k.done = context.AfterFunc(ctx, func() { _, _ = stop.Write([]byte{0}) })
	return k, nil
}

// Read returns one key at a time. What is typed ahead of the next question stays
// with the terminal: so after Enter it waits a little for the question's end
// before it takes more.
func (k *keys) Read(p []byte) (int, error) {
	for {
		if k.entered {
			k.entered = false
			if over, err := readable(afterEnter, k.woken); over[0] || err != nil {
				return k.ended(p)
			}
		}
		if stopped, err := k.await(); err != nil {
			return 0, err
		} else if stopped {
			return k.ended(p)
		}
		n, err := unix.Read(fd(k.tty), p[:1])
		if n <= 0 {
			return 0, io.EOF // EIO: the terminal is no longer ours
		}
		switch c := p[0]; {
		case c == escape && k.more():
			rest, _ := unix.Read(fd(k.tty), p[1:min(len(p), 16)])
			if rest = max(rest, 0); onlyEscapes(p[1 : 1+rest]) {
				return k.no(p)
			}
			n += rest // the sequence of a key, such as an arrow
		case c == escape, c == interrupt, c == endOfText, c == quit:
			return k.no(p)
		case c == '\r' || c == '\n':
			k.entered = true
			time.Sleep(beforeEnter)
			k.leaving(c)
		case c >= ' ' && c != 0x7f && k.only != "" && strings.IndexByte(k.only, c) < 0:
			continue
		}
		return n, err
	}
}

// await waits for a key, or for the end.
func (k *keys) await() (stopped bool, err error) {
	ready, err := readable(forever, k.tty, k.woken)
	return ready[1], err
}

// ended is what a reader gets when the question is over, or ctx is.
func (k *keys) ended(p []byte) (int, error) {
	if k.ctx.Err() != nil {
		return k.no(p)
	}
	return 0, io.EOF
}

// no is what a reader gets for all that says no.
func (k *keys) no(p []byte) (int, error) {
	p[0] = interrupt
	k.leaving(interrupt)
	return 1, nil
}

// more reports whether another key comes right behind.
func (k *keys) more() bool {
	ready, err := readable(escapeAlone, k.tty)
	return err == nil && ready[0]
}

// Close ends a Read that waits. The pipe stays for it to see; it goes with the
// process, which does not ask often.
func (k *keys) Close() error {
	k.done()
	_, err := k.stop.Write([]byte{0})
	return err
}

// ttyName is the terminal to those who are in the same session as we.
func ttyName() string { return "/dev/tty" }
