package process

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// StablePath finds the path to write into other programs' configuration: the
// one on PATH that leads to this very program, since package managers delete
// the old version's folder that a resolved path would name. Where PATH has
// none, it is the path of the running file. Its error is ErrTemporary where that is a
// program that `go run` has built and deletes again, or one of the file system.
func StablePath(arg0, path string, running func() (string, error)) (string, error) {
	self, err := running()
	if err != nil {
		return "", err
	}
	me, err := os.Stat(self)
	if err != nil {
		return "", err
	}
	for _, dir := range append([]string{filepath.Dir(arg0)}, filepath.SplitList(path)...) {
		if !filepath.IsAbs(dir) || isTemporary(dir) {
			continue
		}
		candidate := filepath.Join(dir, filepath.Base(self))
		for _, c := range []string{filepath.Join(dir, "guise"), candidate} {
			if info, err := os.Stat(c); err == nil && os.SameFile(info, me) {
				return c, nil
			}
		}
	}
	if isTemporary(filepath.Dir(self)) {
		return "", ErrTemporary
	}
	return self, nil
}

// ErrTemporary: the program is gone when it ends.
var ErrTemporary = errors.New("this guise is a temporary build of `go run`, which is gone when it ends: build it and put it on PATH")

// isTemporary reports whether a folder is one that `go run` builds programs in: its
// go-build…/b001/exe.
func isTemporary(dir string) bool {
	return filepath.Base(dir) == "exe" && strings.HasPrefix(filepath.Base(filepath.Dir(filepath.Dir(dir))), "go-build")
}

// Callers returns the names of the programs that have started this one, the nearest
// first: a shell may be behind a program that runs others.
func Callers() (names []string) {
	const most = 4
	for pid := os.Getppid(); pid > 0 && len(names) < most; { // in a container the first process may be a shell
		name, parent := Parent(pid)
		names, pid = append(names, name), parent
	}
	return names
}

// A NotStartedError is a program that cannot be started. Its status is the one that
// shells have for it: 127 where there is none of that name, 126 where it is no program.
type NotStartedError struct {
	Status Status
	Why    string
}

func (e *NotStartedError) Error() string { return e.Why }

// Find finds a program as a shell does. Its error is a *NotStartedError.
func Find(name string) (path string, err error) {
	path, err = exec.LookPath(name)
	switch {
	case err == nil, errors.Is(err, exec.ErrDot): // whoever has . on PATH means it
		return path, nil
	case errors.Is(err, exec.ErrNotFound) || errors.Is(err, fs.ErrNotExist):
		return "", &NotStartedError{127, "command not found"}
	}
	return "", NotStarted(err)
}

// NotStarted is the error of a program that is there and cannot be started.
func NotStarted(err error) error {
	if err == nil || errors.Is(err, fs.ErrPermission) {
		return &NotStartedError{126, "it cannot be executed"}
	}
	for inner := errors.Unwrap(err); inner != nil; inner = errors.Unwrap(inner) {
		err = inner // what the system says, without what Go has put before
	}
	return &NotStartedError{126, "it cannot be executed: " + err.Error()}
}
