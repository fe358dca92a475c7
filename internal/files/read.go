package files

import (
	"errors"
	"fmt"
	"io/fs"
)

// ConfigLimit is the size, in bytes, up to which a file that people write is
// read. An AWS config file of ten thousand profiles has 2 MiB.
const ConfigLimit = 16 << 20

// ErrNotRegular: a pipe, a socket, a device or a folder stands where a file should.
var ErrNotRegular = errors.New("not a regular file")

// A TooLargeError is a file of more bytes than are read.
type TooLargeError struct{ Limit int64 }

func (e *TooLargeError) Error() string {
	if e.Limit < 1<<20 {
		return fmt.Sprintf("it is larger than %d KiB", e.Limit>>10)
	}
	return fmt.Sprintf("it is larger than %d MiB", e.Limit>>20)
}

// Fits refuses what would be too large to be read again from a path: who writes that into a
// file could not take it back. Its error is an *fs.PathError that wraps a *[TooLargeError].
func Fits(path string, data []byte, limit int64) error {
	if int64(len(data)) <= limit {
		return nil
	}
	return &fs.PathError{Op: "write", Path: path, Err: fmt.Errorf("guise could not read it again: %w", &TooLargeError{limit})}
}

func notRegular(path string, mode fs.FileMode) error {
	what := "special file"
	switch mode.Type() {
	case fs.ModeDir:
		what = "folder"
	case fs.ModeNamedPipe:
		what = "pipe"
	case fs.ModeSocket:
		what = "socket"
	case fs.ModeDevice, fs.ModeDevice | fs.ModeCharDevice:
		what = "device"
	}
	return &fs.PathError{Op: "read", Path: path, Err: fmt.Errorf("it is a %s, %w", what, ErrNotRegular)}
}

// Read reads a regular file of at most limit bytes, through symlinks. It never
// waits: a pipe or a device in the file's place is an error that wraps
// [ErrNotRegular], a larger file one that wraps a *[TooLargeError]. Every error is
// an *fs.PathError. The null device reads as an empty file, as programs that are
// to see no file are given it.
func Read(path string, limit int64) ([]byte, error) {
	return ReadInto(path, limit, nil)
}

// ReadInto is Read into the place of bytes that are not needed any more: they are lost. Where
// that is too small, the file gets a place of its own.
func ReadInto(path string, limit int64, place []byte) ([]byte, error) {
	data, _, err := read(path, limit, true, place)
	return data, err
}

// ReadOwn reads a file of at most limit bytes that is ours and ours alone: a
// regular file, no symlink, owned by us, closed to others. Anything else, and any
// error, is as if it were not there.
func ReadOwn(path string, limit int64) ([]byte, bool) {
	data, private, err := read(path, limit, false, nil)
	return data, err == nil && private
}
