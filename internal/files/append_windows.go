package files

import (
	"io/fs"
	"os"
)

// openOwn opens a file of ours: see read.
func openOwn(path string, flags int) (*os.File, fs.FileInfo, error) {
	f, err := os.OpenFile(path, flags, 0o600)
	if err != nil {
		return nil, nil, err
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = notRegular(path, info.Mode())
	}
	if err != nil {
		_ = f.Close()
		return nil, nil, err
	}
	return f, info, nil
}

// removed: Windows removes no open file.
func removed(fs.FileInfo) bool { return false }
