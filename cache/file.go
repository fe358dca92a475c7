package cache

import (
	"io"
	"os"
	"path/filepath"
)

const (
	tempPrefix = ".new-"
	// largest is more than any session takes.
	largest = 1 << 20
)

// readOwn reads a file that is ours and ours alone.
func readOwn(path string) ([]byte, bool) {
	f, err := openNoFollow(path)
	if err != nil {
		return nil, false
	}
	defer func() { _ = f.Close() }()
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() || !isOurs(info) || !isPrivate(info) || info.Size() > largest {
		return nil, false
	}
	data := make([]byte, info.Size())
	_, err = io.ReadFull(f, data)
	return data, err == nil
}

// Replace writes a file, mode 0600, in one step: whoever reads it sees all of
// the old or all of the new. It does not wait for the disk: what a power cut
// takes must be something that can be had again.
func Replace(path string, data []byte) error { return replace(path, data, false) }

// Keep is Replace for what cannot be had again: it returns when the disk has it.
func Keep(path string, data []byte) error { return replace(path, data, true) }

func replace(path string, data []byte, durably bool) error {
	f, err := os.CreateTemp(filepath.Dir(path), tempPrefix+"*") // mode 0600
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err == nil && durably {
		err = f.Sync()
	}
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		_ = os.Remove(f.Name())
		return err
	}
	if durably {
		syncFolder(filepath.Dir(path))
	}
	return nil
}

// syncFolder makes a rename last. Not every system can do that to a folder, and the
// file itself is on the disk already.
func syncFolder(dir string) {
	if d, err := os.Open(dir); err == nil {
		_ = d.Sync()
		_ = d.Close()
	}
}
