//go:build unix

package ask

import (
	"errors"
	"io/fs"
	"os"
	"os/signal"
	"time"

	"golang.org/x/sys/unix"

	"guise/internal/files"
)

// claim opens a file that one process holds at a time; errTaken where another
// does. The kernel lets go of it when that process ends.
func claim(path string) (*os.File, error) {
	for range 5 {
		f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|unix.O_NOFOLLOW, 0o600)
		if err != nil {
			return nil, err
		}
		held := unix.Flock(fd(f), unix.LOCK_EX|unix.LOCK_NB) == nil
		ours, _ := f.Stat()
		if there, err := os.Lstat(path); held && err == nil && os.SameFile(ours, there) {
			return f, nil
		}
		_ = f.Close() // held by another, or removed by who looked into it: a moment later
		time.Sleep(time.Millisecond)
	}
	return nil, errTaken
}

// A pipe has a name, and is read without waiting for a writer.
type pipe struct{ fd int }

// openPipe makes a pipe. It is open for writing too: a pipe without a writer
// would read as ended.
func openPipe(path string) (pipe, error) {
	if err := unix.Mkfifo(path, 0o600); err != nil {
		return pipe{}, err
	}
	n, err := unix.Open(path, unix.O_RDWR|unix.O_NONBLOCK|unix.O_CLOEXEC|unix.O_NOFOLLOW, 0)
	return pipe{n}, err
}

// Read returns what there is, which may be nothing.
func (p pipe) Read(b []byte) (int, error) {
	n, err := unix.Read(p.fd, b)
	return max(n, 0), err
}

// Close closes it.
func (p pipe) Close() error { return unix.Close(p.fd) }

// writePipe opens a pipe of ours that somebody reads.
func writePipe(path string) (*os.File, error) {
	n, err := unix.Open(path, unix.O_WRONLY|unix.O_NONBLOCK|unix.O_CLOEXEC|unix.O_NOFOLLOW, 0)
	if err != nil {
		return nil, err
	}
	f := os.NewFile(uintptr(n), path) //nolint:gosec // a file descriptor is small
	if info, err := f.Stat(); err != nil || info.Mode().Type() != fs.ModeNamedPipe || !files.Ours(info) {
		return nil, errors.Join(fs.ErrPermission, f.Close())
	}
	return f, nil
}

// OurJob names the job that we are of, among those of a terminal: what was started
// by one line of a shell, or by one script.
func OurJob() int { return unix.Getpgrp() }

// OurSession names the terminal that we may share with other processes.
func OurSession() int {
	id, err := unix.Getsid(0)
	if err != nil {
		return 0
	}
	return id
}

// Tell shows a line on the terminal that this process has, where another program is in
// its foreground: there nothing can be asked, and somebody may be looking.
func Tell(line string) {
	in, out, err := openTerminal()
	if err != nil {
		return
	}
	defer func() { _ = in.Close() }()
	if inForeground(in) {
		return
	}
	signal.Ignore(unix.SIGTTOU) // a terminal may be set to stop whoever writes from behind
	t := &Terminal{in: in, out: out}
	t.Say(line)
}
