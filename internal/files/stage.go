package files

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
)

// A Staged file is written beside its place, and not yet in it: of several files that are
// written one after the other all can be brought to the disk at once. Each is to be put into
// its place or dropped.
type Staged struct {
	path  string
	f     *os.File
	ready func() error // before it is put into its place: whether it may be; nil: it may
	after func() error // once it is there; nil: nothing is to do
}

// StageKeep begins what [Keep] does. It sweeps nothing: by the clock of a file server, what was
// staged in the folder a moment ago may be old.
func StageKeep(path string, data []byte) (*Staged, error) {
	f, err := beside(path, data)
	if err != nil {
		return nil, err
	}
	return &Staged{path: path, f: f}, nil
}

// StageChange begins what [Change] does. That the file holds something else by now, or is a
// link or has another mode, is seen when it is put into its place.
func StageChange(path string, before, data []byte, limit int64) (*Staged, error) {
	if err := Fits(path, data, limit); err != nil {
		return nil, err
	}
	was, err := os.Lstat(path)
	if err == nil && !was.Mode().IsRegular() {
		return nil, notRegular(path, was.Mode())
	}
	there := err == nil
	s, err := StageKeep(path, data)
	if err != nil {
		return nil, err
	}
	if there {
		err := keepOwner(s.f, was)
		if err == nil {
			err = s.f.Chmod(was.Mode().Perm())
		}
		if err != nil {
			s.Drop()
			return nil, err
		}
	}
	s.ready = func() error {
		is, err := os.Lstat(path)
		if err == nil != there || there && is.Mode() != was.Mode() {
			return &ChangedError{path} // a link perhaps, or closed to others
		}
		now, err := Read(path, limit)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		if !bytes.Equal(now, before) {
			return &ChangedError{path}
		}
		return nil
	}
	return s, nil
}

// Sync brings staged files to the disk, all at once.
func Sync(staged ...*Staged) error {
	failed := make([]error, len(staged))
	var all sync.WaitGroup
	for i, s := range staged {
		all.Go(func() { failed[i] = s.f.Sync() })
	}
	all.Wait()
	return errors.Join(failed...)
}

// Ready reports whether a file may be put into its place, as Put looks too: of several, the
// first is better not put there where another cannot be.
func (s *Staged) Ready() error {
	if s.ready == nil {
		return nil
	}
	return s.ready()
}

// Put puts a file that is on the disk into its place, and returns when the disk has that.
// On an error it is dropped.
func (s *Staged) Put() error {
	if err := s.Ready(); err != nil {
		s.Drop()
		return err
	}
	if err := inPlace(s.f, s.path); err != nil {
		return err
	}
	syncFolder(filepath.Dir(s.path))
	if s.after != nil {
		return s.after()
	}
	return nil
}

// Drop removes a file that is not put into its place.
func (s *Staged) Drop() { discard(s.f) }

// put brings a file that was staged, unless that failed, to the disk and into its place.
func put(s *Staged, err error) error {
	if err != nil {
		return err
	}
	if err := Sync(s); err != nil {
		s.Drop()
		return err
	}
	return s.Put()
}
