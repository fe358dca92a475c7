//go:build unix

package files

import (
	"io/fs"
	"os"
	"syscall"
)

// read goes straight to the system calls: package os would hand a descriptor that
// is opened without blocking to the runtime's poller first, which costs a cached
// answer more than the reading.
func read(path string, limit int64, links bool, place []byte) (data []byte, private bool, err error) {
	flags := syscall.O_RDONLY | syscall.O_NONBLOCK | syscall.O_CLOEXEC
	if !links {
		flags |= syscall.O_NOFOLLOW
	}
	var fd int
	if err := again(func() (err error) { fd, err = syscall.Open(path, flags, 0); return err }); err != nil {
		if err == syscall.ENXIO { //nolint:errorlint // a bare errno: a socket cannot be opened
			return nil, false, &fs.PathError{Op: "open", Path: path, Err: ErrNotRegular}
		}
		return nil, false, &fs.PathError{Op: "open", Path: path, Err: err}
	}
	defer func() { _ = syscall.Close(fd) }()
	var stat syscall.Stat_t
	if err := again(func() error { return syscall.Fstat(fd, &stat) }); err != nil {
		return nil, false, &fs.PathError{Op: "stat", Path: path, Err: err}
	}
	if stat.Mode&syscall.S_IFMT != syscall.S_IFREG {
		return nil, false, special(path)
	}
	private = int(stat.Uid) == os.Geteuid() && stat.Mode&0o077 == 0
	tooLarge := &fs.PathError{Op: "read", Path: path, Err: &TooLargeError{limit}}
	if stat.Size > limit {
		return nil, private, tooLarge
	}
	if data = place[:0]; int64(cap(data)) <= stat.Size {
		data = make([]byte, 0, stat.Size+1) // one more, to see the end without a second buffer
	}
	for {
		if int64(len(data)) > limit {
			return nil, private, tooLarge // it has grown, or its size is not known (/proc)
		}
		if len(data) == cap(data) {
			data = append(data, make([]byte, 512)...)[:len(data)]
		}
		var n int
		err := again(func() (err error) { n, err = syscall.Read(fd, data[len(data):cap(data)]); return err })
		if err != nil {
			return nil, private, &fs.PathError{Op: "read", Path: path, Err: err}
		}
		if n == 0 {
			return data, private, nil
		}
		data = data[:len(data)+n]
	}
}

// special is the error for what is no regular file; none for the null device.
func special(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if null, err := os.Stat(os.DevNull); err == nil && os.SameFile(info, null) {
		return nil
	}
	return notRegular(path, info.Mode())
}

// again calls until the call is not interrupted by a signal.
func again(call func() error) error {
	for {
		if err := call(); err != syscall.EINTR { //nolint:errorlint // a bare errno
			return err
		}
	}
}

// Ours reports whether a file belongs to the user that we run as.
func Ours(info fs.FileInfo) bool {
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(stat.Uid) == os.Geteuid()
}

// Owner returns the number of the user that a file belongs to.
func Owner(info fs.FileInfo) (uid int, ok bool) {
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return 0, false
	}
	return int(stat.Uid), true
}
