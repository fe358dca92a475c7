package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"guise/internal/faults/inject"
	"guise/internal/loopback"
)

// saved is a world as it was: files, the kernel's keys, the keyring, and AWS.
type saved struct {
	dir     string
	at      time.Time
	kernel  []kernelKey
	keyring bool // there is one
	items   []item
	aws     *loopback.AWS
}

// stale is the age at which a state is made again: sessions in it end, and sooner are
// renewed.
const stale = 5 * time.Minute

func (w *world) save(name string) (s saved, err error) {
	s = saved{dir: filepath.Join(w.root, "saved-"+name), at: time.Now(), keyring: w.keyring != nil, aws: w.aws.Clone()}
	w.asUser(func() { s.kernel = kernelKeys(w.root + "/") })
	if w.keyring != nil {
		if s.items, err = w.keyring.items(); err != nil {
			return s, err
		}
	}
	return s, errors.Join(os.RemoveAll(s.dir), copyTree(w.dir(), s.dir))
}

// restore puts the world back. What a command left in the background ends first.
func (w *world) restore(s saved) error {
	w.sweep()
	if err := errors.Join(os.RemoveAll(w.dir()), copyTree(s.dir, w.dir())); err != nil {
		return err
	}
	w.asUser(func() { setKernelKeys(w.root+"/", s.kernel) })
	if err := w.hasKeyring(s.keyring); err != nil {
		return err
	}
	if w.keyring != nil {
		if err := w.keyring.set(s.items); err != nil {
			return err
		}
	}
	w.use(s.aws.Clone())
	w.codes = 0
	return w.proofs()
}

// sweep ends every process that a command of this world has left.
func (w *world) sweep() { inject.Sweep(w.dir() + "/") }

// hasKeyring reports whether the world has an OS keyring from now on.
func (w *world) hasKeyring(yes bool) (err error) {
	w.keyring = nil
	if !yes {
		return nil
	}
	if w.keyrings == nil {
		if w.keyrings, err = startKeyring(); err != nil {
			return err
		}
	}
	w.keyring = w.keyrings
	return nil
}

func copyTree(from, to string) error {
	return filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rest, _ := filepath.Rel(from, path)
		target := filepath.Join(to, rest)
		info, err := d.Info()
		if err != nil {
			return err
		}
		switch {
		case d.IsDir():
			return os.MkdirAll(target, info.Mode().Perm())
		case d.Type() == fs.ModeSymlink:
			link, err := os.Readlink(path)
			if err != nil {
				return err
			}
			return os.Symlink(link, target)
		case !d.Type().IsRegular():
			return nil
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if err := os.WriteFile(target, data, info.Mode().Perm()); err != nil {
			return err
		}
		return errors.Join(os.Chmod(target, info.Mode().Perm()), os.Chtimes(target, info.ModTime(), info.ModTime()))
	})
}
