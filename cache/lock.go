package cache

import (
	"context"
	"encoding/json"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"

	"guise/internal/files"
)

// A Lock is a name that one process holds against all others.
//
// Its file is never removed: a process that waits on a file that another has
// removed would hold a lock that nobody else sees.
type Lock struct {
	store *Store
	name  string
	flock *flock.Flock
}

const refusalSuffix = ".refused"

// Lock waits, as long as ctx allows, until nobody else holds the name. It does
// not poll: the kernel wakes the next one, also when the holder was killed.
func (s *Store) Lock(ctx context.Context, name string) (*Lock, error) {
	locked := make(chan error, 1)
	l, err := s.newLock(name)
	if err != nil {
		return nil, err
	}
	go func() { locked <- l.flock.Lock() }()
	select {
	case err := <-locked:
		if err != nil {
			return nil, err
		}
		return l, nil
	case <-ctx.Done():
		go func() { // a lock that comes too late goes to the next
			if <-locked == nil {
				l.Unlock()
			}
		}()
		return nil, ctx.Err()
	}
}

func (s *Store) lockNow(name string) (*Lock, error) {
	l, err := s.newLock(name)
	if err != nil {
		return nil, err
	}
	return l, l.flock.Lock()
}

func (s *Store) newLock(name string) (*Lock, error) {
	dir := filepath.Join(s.dir, locksDir)
	if err := s.makeDir(dir); err != nil {
		return nil, err
	}
	return &Lock{s, name, flock.New(filepath.Join(dir, name), flock.SetPermissions(0o600))}, nil
}

// Unlock lets the next one in.
func (l *Lock) Unlock() { _ = l.flock.Unlock() }

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
