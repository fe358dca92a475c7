package files

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// A Folder is a place that only our own user gets into, for what other users of
// the machine must neither read nor put there. Names come from the environment
// and may lead anywhere: so each folder on the way is looked at, before anything
// is made, read or believed.
type Folder struct {
	// Root belongs to us, and nobody else writes to it.
	Root string
	// Closed is whether nobody else may read Root either, and it is never made:
	// what the XDG specification says of the runtime directory.
	Closed bool
	// Below are the folders in it, with slashes between them. Each is ours, mode
	// 0700, and no link.
	Below string
}

// A NotOursError is a folder that somebody else owns or can get into.
type NotOursError struct {
	Path string
	Why  string // "it belongs to another user"
}

func (e *NotOursError) Error() string { return e.Path + " is not used: " + e.Why }

// Path is where the folder is.
func (f Folder) Path() string { return filepath.Join(f.Root, filepath.FromSlash(f.Below)) }

// Join returns a folder in it.
func (f Folder) Join(name string) Folder {
	f.Below = strings.TrimPrefix(f.Below+"/"+name, "/")
	return f
}

// Check looks at what is there. Its error is a *NotOursError, or wraps
// fs.ErrNotExist where there is none.
func (f Folder) Check() error {
	return f.walk(func(string) error { return nil })
}

// Make makes what is missing, and checks all of it. The errors are those of Check
// and of the system.
func (f Folder) Make() error {
	if !f.Closed {
		if err := os.MkdirAll(f.Root, 0o700); err != nil {
			return err
		}
	}
	return f.walk(func(path string) error {
		if err := os.Mkdir(path, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
			return err
		}
		return nil
	})
}

// walk calls prepare for each folder below the root, and checks it then.
func (f Folder) walk(prepare func(path string) error) error {
	if !filepath.IsAbs(f.Root) {
		return &NotOursError{f.Root, "its path is not absolute"}
	}
	closedTo := fs.FileMode(0o022)
	if f.Closed {
		closedTo = 0o077
	}
	if err := check(f.Root, closedTo); err != nil {
		return err
	}
	path := f.Root
	for name := range strings.SplitSeq(f.Below, "/") {
		path = filepath.Join(path, name)
		if err := prepare(path); err != nil {
			return err
		}
		if err := check(path, 0o077); err != nil {
			return err
		}
	}
	return nil
}

// check refuses what is not a folder of ours that others have none of the rights
// in closedTo to. On Windows a folder takes its access from the one above it.
func check(path string, closedTo fs.FileMode) error {
	info, err := os.Lstat(path)
	switch {
	case err != nil:
		return err
	case !info.IsDir():
		return &NotOursError{path, "it is not a folder"}
	case !Ours(info):
		return &NotOursError{path, "it belongs to another user"}
	case runtime.GOOS != "windows" && info.Mode().Perm()&closedTo != 0:
		return &NotOursError{path, fmt.Sprintf("others can get into it (mode %04o)", info.Mode().Perm())}
	}
	return nil
}

// RuntimeFolders are guise's folder in the runtime directory and, where that is
// missing or not ours alone (XDG Base Directory Specification: owned by the user,
// mode 0700), the one in the cache.
func RuntimeFolders(runtime, cache string) []Folder {
	return []Folder{{Root: runtime, Closed: true, Below: "guise"}, {Root: cache, Below: "run"}}
}
