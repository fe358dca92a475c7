// Package cache keeps encrypted values on disk, shared by every process of one user.
//
// # What is promised
//
// A value is either there as it was put, or it is not there: an entry that is
// expired, truncated, altered, renamed, encrypted with another key, owned by
// somebody else or readable by others is a miss, never an error and never an
// answer. Put replaces an entry in one step. Any number of processes may get and
// put at once; the last put wins. A lock is held by one process at a time, those
// that wait sleep in the kernel, and when the holder dies the kernel lets the
// next one in. None of this holds on a network file system.
//
// # Security
//
// An entry is encrypted with AES-256-GCM, with its name and expiry as associated data,
// under a key that is kept elsewhere ([KeySource]). This protects what is on the disk:
// backups, synchronised folders, a stolen disk, another user. It does not protect
// against a program that runs as the user, which can get the key as guise does.
package cache

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"guise/internal/files"
)

// A Store is the cache of one user. It touches nothing until it is first used,
// and is safe for concurrent use.
type Store struct {
	dir string
	key KeySource
	now func() time.Time

	mu   sync.Mutex
	seal *sealer // once the key is at hand
}

// A KeySource has the key that seals all entries of a cache: 32 bytes, the same ones for
// every process of the user.
type KeySource interface {
	// Key returns the key. Where there is none and create is set, it makes one: the cache
	// has one process at a time do that.
	Key(create bool) ([]byte, error)
	// Forget removes the key from wherever it is.
	Forget() error
	// Settle finishes what an earlier Forget could not do. The cache calls it about once
	// an hour.
	Settle() error
}

// Open returns the cache in a directory, which need not exist yet.
func Open(dir string, key KeySource, now func() time.Time) *Store {
	return &Store{dir: dir, key: key, now: now}
}

// ErrUnsafe: a folder of the cache belongs to somebody else or is open to others.
var ErrUnsafe = errors.New("it belongs to another user or is open to others")

const (
	entriesDir = "sessions"
	locksDir   = "locks"

	// largest is more than any session takes, in bytes.
	largest = 1 << 20
)

func (s *Store) entry(name string) string { return filepath.Join(s.dir, entriesDir, name) }

// Get returns the value put under a name, unless it has ended or anything is
// wrong with it.
func (s *Store) Get(name string) ([]byte, bool) {
	data, expires, ok := read(s.entry(name))
	if !ok || !s.now().Before(expires) {
		return nil, false
	}
	return s.open(name, data)
}

// open returns what was sealed under a name.
func (s *Store) open(name string, data []byte) ([]byte, bool) {
	sealer, err := s.sealer(false)
	if err != nil {
		return nil, false
	}
	return sealer.open(name, data)
}

// Put keeps a value until it expires. Now and then it sweeps out what has. Its errors are
// those of Usable and of the key source.
func (s *Store) Put(name string, value []byte, expires time.Time) error {
	dir := filepath.Join(s.dir, entriesDir)
	if err := s.makeDir(dir); err != nil {
		return err
	}
	sealer, err := s.sealer(true)
	if err != nil {
		return err
	}
	s.sweep(dir)
	return files.Replace(s.entry(name), sealer.seal(name, value, expires))
}

// Delete removes an entry; that there is none is no error. Its error is an *fs.PathError.
func (s *Store) Delete(name string) error {
	if err := os.Remove(s.entry(name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// Entry is what can be said of a cached value without showing it.
type Entry struct {
	Name     string
	Expires  time.Time
	Fresh    bool // not expired
	Readable bool // encrypted with our key, and unaltered
}

// List returns all entries. Its error is an *fs.PathError.
func (s *Store) List() ([]Entry, error) {
	found, err := os.ReadDir(filepath.Join(s.dir, entriesDir))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var all []Entry
	for _, f := range found {
		if strings.HasPrefix(f.Name(), ".") {
			continue
		}
		e := Entry{Name: f.Name()}
		if data, expires, ok := read(s.entry(e.Name)); ok {
			e.Expires, e.Fresh = expires, s.now().Before(expires)
			_, e.Readable = s.open(e.Name, data)
		}
		all = append(all, e)
	}
	return all, nil
}

// Clear removes all entries, and returns how many there were. Its errors are those of List
// and Delete.
func (s *Store) Clear() (removed int, err error) { return s.clear(nil) }

func (s *Store) clear(keep []string) (removed int, err error) {
	entries, err := s.List()
	for _, e := range entries {
		if slices.Contains(keep, e.Name) {
			continue
		}
		if failed := s.Delete(e.Name); failed != nil {
			err = errors.Join(err, failed)
			continue
		}
		removed++
	}
	refusals, _ := filepath.Glob(filepath.Join(s.dir, locksDir, "*"+refusalSuffix))
	for _, path := range refusals {
		_ = os.Remove(path)
	}
	return removed, err
}

// Wipe removes all entries but some, and then, if none is kept, the key that
// sealed them; its error is then also that of [KeySource].Forget.
func (s *Store) Wipe(keep ...string) error {
	_, err := s.clear(keep)
	if len(keep) > 0 {
		return err
	}
	s.mu.Lock()
	s.seal = nil
	s.mu.Unlock()
	return errors.Join(err, s.key.Forget())
}

// sealer gets the sealing key, or makes one where there is none and create is set.
func (s *Store) sealer(create bool) (*sealer, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.seal != nil {
		return s.seal, nil
	}
	key, err := s.key.Key(false)
	if err != nil && create {
		var unlock func()
		if unlock, err = s.lockNow("sealing-key"); err == nil {
			key, err = s.key.Key(true)
			unlock()
		}
	}
	if err != nil {
		return nil, err
	}
	s.seal, err = newSealer(key)
	return s.seal, err
}

// makeDir makes a directory of the cache, and refuses one that is not ours.
func (s *Store) makeDir(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	for _, d := range []string{s.dir, dir} {
		info, err := os.Lstat(d)
		if err != nil {
			return err
		}
		others := info.Mode().Perm() & 0o022 // on Windows a folder takes its access from the one above it
		if !info.IsDir() || !files.Ours(info) || others != 0 && runtime.GOOS != "windows" {
			return fmt.Errorf("%s: %w", d, ErrUnsafe)
		}
	}
	return nil
}

// Usable reports whether entries can be kept here; it makes what is missing. Its error
// wraps [ErrUnsafe] or is an *fs.PathError.
func (s *Store) Usable() error {
	for _, name := range []string{entriesDir, locksDir} {
		dir := filepath.Join(s.dir, name)
		if err := s.makeDir(dir); err != nil {
			return err
		}
		if err := files.Probe(dir); err != nil {
			return err
		}
	}
	return nil
}

// sweep removes entries that have ended, if it has not been done for an hour: the
// folder's marker file tells.
func (s *Store) sweep(dir string) {
	now := s.now()
	marker := filepath.Join(dir, ".swept")
	if info, err := os.Stat(marker); err == nil && now.Sub(info.ModTime()).Abs() < time.Hour {
		return
	}
	if err := os.WriteFile(marker, nil, 0o600); err != nil {
		return
	}
	_ = os.Chtimes(marker, now, now)
	_ = s.key.Settle()
	found, _ := os.ReadDir(dir)
	for _, f := range found {
		path := filepath.Join(dir, f.Name())
		if _, expires, ok := read(path); ok && now.Sub(expires) > time.Hour {
			_ = os.Remove(path)
		}
	}
}

// read returns a sealed file that is ours alone, and when it expires: that stands
// before what is sealed.
func read(path string) (data []byte, expires time.Time, ok bool) {
	data, ok = files.ReadOwn(path, largest)
	if !ok || len(data) < headerSize || string(data[:len(magic)]) != magic {
		return nil, time.Time{}, false
	}
	return data, time.Unix(int64(binary.BigEndian.Uint64(data[len(magic):headerSize])), 0), true //nolint:gosec // what Put wrote
}
