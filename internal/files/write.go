// Package files writes and reads small files so that a kill, a full disk or a
// power cut leaves the whole old or the whole new text, and so that nothing
// that is in a file's place can hang the program.
//
// Every write goes to a temporary file in the same folder, mode 0600, and is
// renamed. Temporary files have names of a pattern that nobody else uses:
// [Sweep] removes those that a killed process left, and each write sweeps the
// folder that it writes to.
//
// Not promised: that two writers of one file see each other. Who needs that
// holds a lock.
package files

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Replace writes a file, mode 0600, in one step: whoever reads it sees all of
// the old or all of the new. It does not wait for the disk: what a power cut
// takes must be something that can be had again.
func Replace(path string, data []byte) error {
	Sweep(filepath.Dir(path))
	f, err := beside(path, data)
	if err != nil {
		return err
	}
	return inPlace(f, path)
}

// Keep is Replace for what cannot be had again: it returns when the disk has it.
func Keep(path string, data []byte) error {
	Sweep(filepath.Dir(path))
	return put(StageKeep(path, data))
}

// A ChangedError is a file that somebody else wrote while it was being edited.
type ChangedError struct{ Path string }

func (e *ChangedError) Error() string {
	return e.Path + " was changed by another program at the same moment, so guise did not write it"
}

// Change is Keep for a file of the user's that holds before (nothing, if it is
// not there): it keeps the file's owner and mode, and refuses to replace what
// is not a regular file, and to write more than limit bytes, up to which the file is read
// (see [Fits]). A file that holds something else by now is left as it is: the error is a
// *ChangedError. The caller follows symlinks.
func Change(path string, before, data []byte, limit int64) error {
	Sweep(filepath.Dir(path))
	return put(StageChange(path, before, data, limit))
}

// Remove removes a file that still is what before says: the error is a *ChangedError where it
// is not. The caller follows symlinks.
func Remove(path string, before []byte, limit int64) error {
	now, err := Read(path, limit)
	switch {
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return err
	case !bytes.Equal(now, before):
		return &ChangedError{path}
	}
	if err := os.Remove(path); err != nil {
		return err
	}
	syncFolder(filepath.Dir(path))
	return nil
}

// beside makes the temporary file of a file that is written.
func beside(path string, data []byte) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(filepath.Dir(path), tempName()), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, err
	}
	if err = ours(f); err == nil {
		_, err = f.Write(data)
	}
	if err != nil {
		discard(f)
		return nil, err
	}
	return f, nil
}

// inPlace closes a temporary file and gives it the name that it was written for.
func inPlace(f *os.File, path string) error {
	err := f.Close()
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		_ = os.Remove(f.Name())
	}
	return err
}

// discard removes a temporary file.
func discard(f *os.File) {
	_ = f.Close()
	_ = os.Remove(f.Name())
}

// ours gives the owner of a file back what a umask took away: guise reads the file again.
func ours(f *os.File) error {
	is, err := f.Stat()
	if err != nil || is.Mode().Perm()&0o600 == 0o600 {
		return err
	}
	return f.Chmod(0o600)
}

// syncFolder makes a rename last. Not every system can do that to a folder, and
// the file itself is on the disk already.
func syncFolder(dir string) {
	if d, err := os.Open(dir); err == nil {
		_ = d.Sync()
		_ = d.Close()
	}
}

const (
	tempPrefix = ".guise-tmp-"
	tempRandom = 8 // bytes, in hexadecimal
	tempAge    = time.Minute
)

func tempName() string {
	random := make([]byte, tempRandom)
	_, _ = rand.Read(random) // it never fails: crypto/rand
	return tempPrefix + hex.EncodeToString(random)
}

// Probe reports whether a file can be made in a folder, and removed. What an earlier
// probe had to leave is removed as well.
func Probe(dir string) error {
	Sweep(dir)
	f, err := os.OpenFile(filepath.Join(dir, tempName()), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	return errors.Join(f.Close(), os.Remove(f.Name()))
}

// IsTemp reports whether a name is one that writes give to their temporary files.
func IsTemp(name string) bool {
	random, ok := strings.CutPrefix(name, tempPrefix)
	_, err := hex.DecodeString(random)
	return ok && err == nil && len(random) == 2*tempRandom && strings.ToLower(random) == random
}

// Sweep removes from a folder the temporary files that a killed process left
// there more than a minute ago, and nothing else. It tells how many.
func Sweep(dir string) (removed int) { return sweep(dir, tempAge) }

// SweepAll is Sweep without the minute: for who holds the lock that all who write
// to the folder take, or wants what is written there now to fail.
func SweepAll(dir string) (removed int) { return sweep(dir, -1) }

// SweepEarlier removes what earlier versions of guise left so, .new- and a number,
// from a folder of tokens: they hold the tokens readable.
func SweepEarlier(dir string) {
	found, _ := filepath.Glob(filepath.Join(dir, ".new-*"))
	for _, path := range found {
		_, number, _ := strings.Cut(filepath.Base(path), ".new-")
		if info, err := os.Lstat(path); err == nil && info.Mode().IsRegular() && strings.Trim(number, "0123456789") == "" {
			_ = os.Remove(path)
		}
	}
}

func sweep(dir string, age time.Duration) (removed int) {
	d, err := os.Open(dir)
	if err != nil {
		return 0
	}
	names, _ := d.Readdirnames(-1)
	_ = d.Close()
	for _, name := range names {
		if !IsTemp(name) {
			continue
		}
		path := filepath.Join(dir, name)
		info, err := os.Lstat(path)
		if err == nil && info.Mode().IsRegular() && time.Since(info.ModTime()).Abs() > age && os.Remove(path) == nil {
			removed++
		}
	}
	return removed
}
