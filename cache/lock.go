package cache

import (
	"context"
	"encoding/json"
	"path/filepath"
	"time"

	"guise/internal/files"
)

// A Lock is a name that one process holds against all others.
type Lock struct {
	store *Store
	name  string
	file  *files.Lock
}

const refusalSuffix = ".refused"

// Lock waits, as long as ctx allows, until nobody else holds the name. It does
// not poll: the kernel wakes the next one, also when the holder was killed.
func (s *Store) Lock(ctx context.Context, name string) (*Lock, error) {
	type answer struct {
		lock *Lock
		err  error
	}
	answered := make(chan answer, 1)
	go func() {
		l, err := s.lockNow(name)
		answered <- answer{l, err}
	}()
	select {
	case a := <-answered:
		return a.lock, a.err
	case <-ctx.Done():
		go func() { // a lock that comes too late goes to the next
			if a := <-answered; a.err == nil {
				a.lock.Unlock()
			}
		}()
		return nil, ctx.Err()
	}
}

// TryLock is Lock without the wait; held where another process holds the name.
func (s *Store) TryLock(name string) (l *Lock, held bool, err error) {
	path, err := s.lockPath(name)
	if err != nil {
		return nil, false, err
	}
	file, held, err := files.TryAcquire(path)
	if err != nil || held {
		return nil, held, err
	}
	return &Lock{s, name, file}, false, nil
}

func (s *Store) lockNow(name string) (*Lock, error) {
	path, err := s.lockPath(name)
	if err != nil {
		return nil, err
	}
	file, err := files.Acquire(path)
	if err != nil {
		return nil, err
	}
	return &Lock{s, name, file}, nil
}

func (s *Store) lockPath(name string) (string, error) {
	dir := filepath.Join(s.dir, locksDir)
	return filepath.Join(dir, name), s.makeDir(dir)
}

// Unlock lets the next one in.
func (l *Lock) Unlock() { l.file.Release() }

// refusal is what lies, sealed, beside a lock.
type refusal struct {
	At    time.Time
	Value []byte
}

// refusalKept is how long a refusal is of interest to anybody.
const refusalKept = time.Hour

// Refuse leaves word, for those who wait for the lock, that its holder failed.
func (l *Lock) Refuse(value []byte, at time.Time) error {
	data, err := json.Marshal(refusal{at, value})
	if err != nil {
		return err
	}
	sealer, err := l.store.sealer(true)
	if err != nil {
		return err
	}
	name := l.name + refusalSuffix
	return files.Replace(filepath.Join(l.store.dir, locksDir, name), sealer.seal(name, data, at.Add(refusalKept)))
}

// Refusal is the word that the last holder who failed has left, and when.
func (s *Store) Refusal(lock string) (value []byte, at time.Time, ok bool) {
	name := lock + refusalSuffix
	data, ok := files.ReadOwn(filepath.Join(s.dir, locksDir, name), largest)
	if !ok || len(data) < headerSize {
		return nil, time.Time{}, false
	}
	sealer, err := s.sealer(false)
	if err != nil {
		return nil, time.Time{}, false
	}
	if data, ok = sealer.open(name, data); !ok {
		return nil, time.Time{}, false
	}
	var r refusal
	if json.Unmarshal(data, &r) != nil {
		return nil, time.Time{}, false
	}
	return r.Value, r.At, true
}
