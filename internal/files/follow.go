package files

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Follow returns the file that a path leads to, through symlinks of its folders
// and of its own, as the kernel does: `..` behind a link is the parent of where
// the link leads. A link to nothing leads to what it names.
// Its errors are *fs.PathError.
func Follow(path string) (string, error) {
	for range 40 { // Linux's own limit
		dir, name := filepath.Split(path)      // it cleans nothing
		dir, err := filepath.EvalSymlinks(dir) // of "": "."
		if errors.Is(err, fs.ErrNotExist) {
			return path, nil // a folder that is still to be made
		}
		if err != nil {
			return "", err
		}
		path = filepath.Join(dir, name)
		to, err := os.Readlink(path)
		if err != nil {
			return path, nil //nolint:nilerr // no link (any more): this is it
		}
		if !filepath.IsAbs(to) {
			to = strings.TrimSuffix(dir, string(filepath.Separator)) + string(filepath.Separator) + to
		}
		path = to
	}
	return "", &fs.PathError{Op: "follow", Path: path, Err: errors.New("too many links")}
}
