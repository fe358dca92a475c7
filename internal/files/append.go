package files

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// OldSuffix ends the name of the file that [Append] has filled and moved away.
const OldSuffix = ".1"

// tries is how often Append begins again where the file is moved away under its hands.
const tries = 10

// Append adds a line, to which it adds the line end, to a file of ours (mode 0600), which
// it makes if need be, with its folder. Many processes may append at once: the line is
// written in one call, so that no line is lost and none is mixed with another. A line that
// a full disk or a kill has cut short is ended before the next begins; so one that is just
// being written may be followed by an empty line.
//
// Once the file has as many bytes as most, it becomes the old file (path + [OldSuffix]) and
// takes that one's place; the next line begins a new file.
//
// What is not ours alone (a symlink, a file of another user, one with a second name, a pipe)
// is not written to. Its errors are *fs.PathError.
func Append(path string, line []byte, most int64) error {
	err := appendOnce(path, line, most)
	if errors.Is(err, fs.ErrNotExist) {
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return err
		}
		err = appendOnce(path, line, most)
	}
	for range tries {
		if !errors.Is(err, errRemoved) {
			break
		}
		err = appendOnce(path, line, most)
	}
	return err
}

// errRemoved: the file has lost its name before the line was in it.
var errRemoved = errors.New("the file was removed at the same moment")

// appendOnce is Append for a folder that is there. Its error is errRemoved where the line
// is in a file that has no name any more.
func appendOnce(path string, line []byte, most int64) error {
	f, info, err := openOwn(path, os.O_RDWR|os.O_APPEND|os.O_CREATE)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	data := make([]byte, 0, len(line)+2)
	if last := make([]byte, 1); info.Size() > 0 {
		if _, err := f.ReadAt(last, info.Size()-1); err == nil && last[0] != '\n' {
			data = append(data, '\n')
		}
	}
	if _, err := f.Write(append(append(data, line...), '\n')); err != nil {
		return err
	}
	if info, err = f.Stat(); err != nil {
		return err
	}
	if removed(info) {
		return errRemoved
	}
	if info.Size() >= most {
		return moveAway(f, info, path)
	}
	return nil
}

// OpenAppended opens a file that [Append] writes, or has moved away, for reading: one that is
// ours alone. Its errors are *fs.PathError.
func OpenAppended(path string) (*os.File, error) {
	f, _, err := openOwn(path, os.O_RDONLY)
	return f, err
}

// moveAway makes a file the old one, unless another process does that now or has done it.
// Who has the lock of the file that the path leads to is alone in moving it.
func moveAway(f *os.File, info fs.FileInfo, path string) error {
	if held, err := tryLock(f); held || err != nil {
		return nil //nolint:nilerr // the next line will be as good an occasion
	}
	if there, err := os.Lstat(path); err != nil || !os.SameFile(there, info) {
		return nil //nolint:nilerr // it has been moved away already
	}
	return os.Rename(path, path+OldSuffix)
}
