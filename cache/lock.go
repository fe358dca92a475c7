package cache

import (
	"context"
	"encoding/json"
	"path/filepath"
	"time"

	"guise/internal/files"
)

const refusalSuffix = ".refused"

// Lock waits, as long as ctx allows, until no other process holds the name, and
// returns what lets the next one in. It does not poll: the kernel wakes the next one,
// also when the holder was killed. Its errors are those of ctx and of Usable.
func (s *Store) Lock(ctx context.Context, name string) (unlock func(), err error) {
	type answer struct {
		unlock func()
		err    error
	}
	answered := make(chan answer, 1)
	go func() {
		unlock, err := s.lockNow(name)
		answered <- answer{unlock, err}
	}()
	select {
	case a := <-answered:
		return a.unlock, a.err
	case <-ctx.Done():
		go func() { // a lock that comes too late goes to the next
			if a := <-answered; a.err == nil {
				a.unlock()
			}
		}()
		return nil, ctx.Err()
	}
}

// TryLock is Lock without the wait; held where another process holds the name. Its errors
// are those of Usable.
func (s *Store) TryLock(name string) (unlock func(), held bool, err error) {
	path, err := s.lockPath(name)
	if err != nil {
		return nil, false, err
	}
	lock, held, err := files.TryAcquire(path)
	if err != nil || held {
		return nil, held, err
	}
	return lock.Release, false, nil
}

func (s *Store) lockNow(name string) (unlock func(), err error) {
	path, err := s.lockPath(name)
	if err != nil {
		return nil, err
	}
	lock, err := files.Acquire(path)
	if err != nil {
		return nil, err
	}
	return lock.Release, nil
}

func (s *Store) lockPath(name string) (string, error) {
	dir := filepath.Join(s.dir, locksDir)
	return filepath.Join(dir, name), s.makeDir(dir)
}

// refusal is what is beside a lock, sealed.
type refusal struct {
	At    time.Time
	Value []byte
}

// refusalKept is how long a refusal is of interest to anybody.
const refusalKept = time.Hour

// Refuse leaves word, for those who wait for a lock, that its holder failed. Only the
// holder calls it. Its errors are those of Put.
func (s *Store) Refuse(lock string, value []byte) error {
	at := s.now()
	data, err := json.Marshal(refusal{at, value})
	if err != nil {
		return err
	}
	sealer, err := s.sealer(true)
	if err != nil {
		return err
	}
	name := lock + refusalSuffix
	return files.Replace(filepath.Join(s.dir, locksDir, name), sealer.seal(name, data, at.Add(refusalKept)))
}

// Refusal is the word that the last holder who failed has left, and when.
func (s *Store) Refusal(lock string) (value []byte, at time.Time, ok bool) {
	name := lock + refusalSuffix
	data, _, ok := read(filepath.Join(s.dir, locksDir, name))
	if !ok {
		return nil, time.Time{}, false
	}
	if data, ok = s.open(name, data); !ok {
		return nil, time.Time{}, false
	}
	var r refusal
	if json.Unmarshal(data, &r) != nil {
		return nil, time.Time{}, false
	}
	return r.Value, r.At, true
}
