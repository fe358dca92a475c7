// Package cache keeps sealed values on disk, shared by every process of one user.
//
// # What is promised
//
// A value is either there as it was put, or it is not there: an entry that is
// expired, truncated, altered, renamed, sealed with another key, owned by
// somebody else or readable by others is a miss, never an error and never an
// answer. Put replaces an entry in one step. Any number of processes may get and
// put at once; the last put wins. A lock is held by one process at a time, those
// that wait sleep in the kernel, and when the holder dies the kernel lets the
// next one in. None of this holds on a network file system.
//
// # Security
//
// An entry is sealed with AES-256-GCM, with its name and end as associated data,
// under a key that [Custody] keeps elsewhere. This protects what lies on disk:
// backups, synchronised folders, a stolen disk, another user. It does not protect
// against a program that runs as the user, which can ask the kernel or the
// OS keyring for the key as guise does.
package cache

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"guise/internal/files"
)

// A Store is the cache of one user. It touches nothing until it is first used,
// and is safe for concurrent use.
type Store struct {
	dir  string
	keys *Custody

	mu   sync.Mutex
	seal *sealer // once the key is at hand
}

// Open gives the cache in a directory, which need not exist yet.
func Open(dir string, keys *Custody) *Store { return &Store{dir: dir, keys: keys} }

// ErrUnsafe: a folder of the cache belongs to somebody else or is open to others.
var ErrUnsafe = errors.New("it belongs to another user or is open to others")

const (
	entriesDir = "sessions"
	locksDir   = "locks"

	// largest is more than any session takes, in bytes.
	largest = 1 << 20
)

func (s *Store) entry(name string) string { return filepath.Join(s.dir, entriesDir, name) }

// Get gives the value put under a name, unless it has ended or anything is
// wrong with it.
func (s *Store) Get(name string, now time.Time) ([]byte, bool) {
	data, ok := files.ReadOwn(s.entry(name), largest)
	if !ok {
		return nil, false
	}
	expires, ok := expiry(data)
	if !ok || !now.Before(expires) {
		return nil, false
	}
	sealer, err := s.sealer(false)
	if err != nil {
		return nil, false
	}
	return sealer.open(name, data)
}

// Put keeps a value until it expires. Now and then it sweeps out what has.
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

// Delete removes an entry; that there is none is no error.
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
	Readable bool // sealed with our key, and unaltered
}

// List gives all entries.
func (s *Store) List(now time.Time) ([]Entry, error) {
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
		data, ok := files.ReadOwn(s.entry(f.Name()), largest)
		e := Entry{Name: f.Name()}
		if ok {
			if e.Expires, ok = expiry(data); ok {
				e.Fresh = now.Before(e.Expires)
				_, e.Readable = s.Get(f.Name(), e.Expires.Add(-time.Second))
			}
		}
		all = append(all, e)
	}
	return all, nil
}

// Clear removes all entries, and tells how many there were.
func (s *Store) Clear() (removed int, err error) { return s.clear(nil) }

func (s *Store) clear(keep []string) (removed int, err error) {
	entries, err := s.List(time.Time{})
	for _, e := range entries {
		if slices.Contains(keep, e.Name) {
			continue
		}
		if failed := s.Delete(e.Name); failed != nil {
			err = failed
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
// sealed them. Its error may be a *StillStoredError.
func (s *Store) Wipe(keep ...string) error {
	_, err := s.clear(keep)
	if len(keep) > 0 {
		return err
	}
	s.mu.Lock()
	s.seal = nil
	s.mu.Unlock()
	return errors.Join(err, s.keys.Forget())
}

// KeyToRemove reports whether the OS keyring has a sealing key that Wipe could not
// remove.
func (s *Store) KeyToRemove() bool { return s.keys.ToRemove() }

// KeyPlace says where the sealing key is kept, in words.
func (s *Store) KeyPlace() string { return s.keys.Place() }

// sealer gets the sealing key, or makes one where there is none and create is set.
func (s *Store) sealer(create bool) (*sealer, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.seal != nil {
		return s.seal, nil
	}
	key, err := s.keys.Key()
	if errors.Is(err, ErrNoKey) && create {
		var lock *Lock
		if lock, err = s.lockNow("sealing-key"); err == nil {
			key, err = s.keys.Create()
			lock.Unlock()
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
		if !info.IsDir() || !files.Ours(info) || info.Mode().Perm()&0o022 != 0 {
			return fmt.Errorf("%s: %w", d, ErrUnsafe)
		}
	}
	return nil
}

// Usable says whether entries can be kept here; it makes what is missing. Its error
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
	now := time.Now()
	marker := filepath.Join(dir, ".swept")
	if info, err := os.Stat(marker); err == nil && now.Sub(info.ModTime()).Abs() < time.Hour {
		return
	}
	if err := os.WriteFile(marker, nil, 0o600); err != nil {
		return
	}
	_ = os.Chtimes(marker, now, now)
	_ = s.keys.Settle()
	found, _ := os.ReadDir(dir)
	for _, f := range found {
		path := filepath.Join(dir, f.Name())
		if data, ok := files.ReadOwn(path, largest); ok {
			if end, ok := expiry(data); ok && now.Sub(end) > time.Hour {
				_ = os.Remove(path)
			}
		}
	}
}

// expiry reads the end of an entry, which stands before what is sealed.
func expiry(data []byte) (time.Time, bool) {
	if len(data) < headerSize || string(data[:len(magic)]) != magic {
		return time.Time{}, false
	}
	return time.Unix(int64(binary.BigEndian.Uint64(data[len(magic):headerSize])), 0), true //nolint:gosec // what Put wrote
}
