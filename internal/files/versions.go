package files

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Versions is a folder of earlier versions of files: NAME.TIME, mode 0600, the last ten of
// each name: files of one name in several folders share them.
type Versions struct{ Dir string }

// VersionsLock is the name of the lock in a folder of versions.
const VersionsLock = "lock"

// kept is how many earlier versions of each file stay.
const kept = 10

// versionTime is how a version's name says when it was the file, in UTC.
const versionTime = "20060102T150405.000000000"

// Locked makes the folder and holds its lock, which every guise that writes the files takes,
// while it calls. Its errors are call's, and *fs.PathError.
func (v Versions) Locked(call func() error) error {
	if err := os.MkdirAll(v.Dir, 0o700); err != nil {
		return err
	}
	lock, err := Acquire(filepath.Join(v.Dir, VersionsLock))
	if err != nil {
		return err
	}
	defer lock.Release()
	return call()
}

// Keep adds a version of a file, and drops the oldest of the others: where the clock was
// ahead, they may be named as if they were newer.
func (v Versions) Keep(name string, data []byte) error {
	Sweep(v.Dir)
	return put(v.Stage(name, data))
}

// Stage begins what Keep does.
func (v Versions) Stage(name string, data []byte) (*Staged, error) {
	path := filepath.Join(v.Dir, name+"."+time.Now().UTC().Format(versionTime))
	s, err := StageKeep(path, data)
	if err == nil {
		s.after = func() error { return v.dropOldest(name, filepath.Base(path)) }
	}
	return s, err
}

// dropOldest drops the oldest versions of a file, but for the one that was added.
func (v Versions) dropOldest(name, added string) error {
	all, err := os.ReadDir(v.Dir) // by name, so the oldest first
	if err != nil {
		return err
	}
	all = slices.DeleteFunc(all, func(one os.DirEntry) bool {
		when, ok := strings.CutPrefix(one.Name(), name+".")
		_, err := time.Parse(versionTime, when)
		return !ok || err != nil || one.Name() == added
	})
	for ; len(all) >= kept; all = all[1:] {
		_ = os.Remove(filepath.Join(v.Dir, all[0].Name()))
	}
	return nil
}
