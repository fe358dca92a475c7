package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"guise/internal/faults/inject"
)

// place is an odd surrounding that a command may be run in.
type place struct {
	name string
	// spoil changes the world, and gives what puts it back.
	spoil func(w *world) (back func() error, err error)
	env   []string // a name without "=" is unset
	clock string   // how far the clock is off
	// noHelp: not even credentials can be had there.
	noHelp bool
	// noCache: the cache is out of reach, and there seems to be none.
	noCache bool
}

// person is the user who runs commands in odd places: not root, whom no mode and no
// owner stops.
const person = 4321

func places() []place {
	return []place{
		{name: "read-only ~/.cache", spoil: owned(".cache", 0, 0o555)},
		{name: "read-only ~/.local", spoil: owned(".local", 0, 0o555)},
		{name: "read-only ~/.aws", spoil: owned(".aws", 0, 0o555)},
		{name: "~/.aws of root, closed", spoil: owned(".aws", 0, 0o700), noHelp: true},
		{name: "~/.cache is a file", spoil: isFile(".cache"), noCache: true},
		{name: "~/.local is a file", spoil: isFile(".local")},
		{name: "~/.cache/guise of root", spoil: owned(".cache/guise", 0, 0o700)},
		{name: "~/.cache/guise mode 0777", spoil: owned(".cache/guise", person, 0o777)},
		{name: "~/.local/state of root", spoil: owned(".local/state", 0, 0o755)},
		{name: "~/.config/guise closed", spoil: owned(".config/guise", 0, 0o700), noHelp: true}, // whose approval is wanted is there
		{name: "full ~/.cache", spoil: full(".cache")},
		{name: "full ~/.aws", spoil: full(".aws")},
		{name: "full ~/.local", spoil: full(".local")},
		{name: "HOME unset", env: []string{"HOME"}, noHelp: true},
		{name: "HOME empty", env: []string{"HOME="}, noHelp: true},
		{name: "HOME is not there", env: []string{"HOME=/nowhere/at/all"}, noHelp: true},
		{name: "no runtime directory", env: []string{"XDG_RUNTIME_DIR"}},
		{name: "runtime directory is not there", env: []string{"XDG_RUNTIME_DIR=/nowhere/at/all"}},
		{name: "runtime directory of root", env: []string{"XDG_RUNTIME_DIR=/"}},
		{name: "TMPDIR is not there", env: []string{"TMPDIR=/nowhere/at/all"}},
		{name: "clock a day ahead", clock: "24h"},
		{name: "clock a day behind", clock: "-24h"},
	}
}

// owned returns a folder to a user, with a mode.
func owned(name string, uid int, mode fs.FileMode) func(*world) (func() error, error) {
	return func(w *world) (func() error, error) {
		path := filepath.Join(w.home(), name)
		made := os.MkdirAll(path, 0o700)
		back := func() error { return errors.Join(w.giveAway(), os.Chmod(path, 0o700)) }
		return back, errors.Join(made, w.giveAway(), os.Chown(path, uid, uid), os.Chmod(path, mode))
	}
}

// isFile puts a file where a folder should be.
func isFile(name string) func(*world) (func() error, error) {
	return func(w *world) (func() error, error) {
		path, aside := filepath.Join(w.home(), name), filepath.Join(w.dir(), "aside")
		back := func() error { return errors.Join(os.Remove(path), os.Rename(aside, path)) }
		return back, errors.Join(os.Rename(path, aside), os.WriteFile(path, nil, 0o600), os.Chown(path, person, person))
	}
}

// full puts a folder onto a disk without room.
func full(name string) func(*world) (func() error, error) {
	return func(w *world) (func() error, error) {
		path, aside := filepath.Join(w.home(), name), filepath.Join(w.dir(), "aside")
		if err := errors.Join(copyTree(path, aside), syscall.Mount("tmpfs", path, "tmpfs", 0, fmt.Sprintf("size=256k,uid=%d,gid=%d,mode=700", person, person))); err != nil {
			return nil, err
		}
		fill := filepath.Join(path, "fill")
		back := func() error { return errors.Join(os.Remove(fill), copyBack(path, aside)) }
		if err := errors.Join(copyTree(aside, path), w.giveAway()); err != nil {
			return back, err
		}
		f, err := os.Create(fill) //nolint:gosec // a path of our own
		if err != nil {
			return back, err
		}
		defer func() { _ = f.Close() }()
		for chunk := make([]byte, 4096); err == nil; _, err = f.Write(chunk) {
		}
		return back, nil
	}
}

// copyBack takes a disk away, and puts what was on it where it was.
func copyBack(path, aside string) error {
	err := errors.Join(os.RemoveAll(aside), copyTree(path, aside), syscall.Unmount(path, syscall.MNT_DETACH))
	return errors.Join(err, os.RemoveAll(path), copyTree(aside, path), os.RemoveAll(aside))
}

// judgePlace looks at one command in one place, then at the next run, elsewhere.
func (w *world) judgePlace(s *story, clean *cleanRun, p place) (v verdict, err error) {
	if err := w.restore(clean.saved); err != nil {
		return v, err
	}
	if err := w.giveAway(); err != nil {
		return v, err
	}
	back := func() error { return nil }
	if p.spoil != nil {
		if back, err = p.spoil(w); err != nil {
			return v, err
		}
	}
	if p.clock != "" {
		if err := w.setClock(p.clock); err != nil {
			return v, err
		}
	}
	odd := *s
	odd.odd = true
	odd.env = append(append([]string(nil), s.env...), p.env...)
	r, err := w.run(&odd, s.args, inject.Fault{}, nil)
	w.sweep()
	if err := errors.Join(err, back(), os.RemoveAll(w.clockFile()), w.giveAway()); err != nil {
		return v, err
	}
	now, err := w.look()
	if err != nil {
		return v, err
	}
	if p.noHelp {
		odd.serves = false
	}
	if p.noHelp || p.noCache {
		odd.clears = false
	}
	if v := w.firstRun(&odd, clean, inject.Fault{Kind: "place"}, r, now); v.what != "" {
		return v, nil
	}
	return w.nextRun(s, clean, now, false)
}
