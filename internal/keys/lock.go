package keys

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"guise/internal/files"
)

const (
	lockFile = "keys.lock"
	// lockWord is how long a process waits for another before it says so.
	lockWord = time.Second
)

// lock keeps other processes from changing keys. It waits as long as ctx allows,
// and says who it waits for.
func (k *Keeper) lock(ctx context.Context) (unlock func(), err error) {
	if err := os.MkdirAll(k.Dir, 0o700); err != nil {
		return nil, err
	}
	path := filepath.Join(k.Dir, lockFile)
	type answer struct {
		lock *files.Lock
		err  error
	}
	answered := make(chan answer, 1)
	go func() {
		lock, err := files.Acquire(path)
		answered <- answer{lock, err}
	}()
	word := time.NewTimer(lockWord)
	defer word.Stop()
	for {
		select {
		case a := <-answered:
			if a.err != nil {
				return nil, a.err
			}
			_ = os.WriteFile(path, []byte(strconv.Itoa(os.Getpid())+"\n"), 0o600) // for the words of those who wait
			return a.lock.Release, nil
		case <-word.C:
			holder := ""
			if data, err := os.ReadFile(path); err == nil {
				holder = " (pid " + strings.TrimSpace(string(data)) + ")"
			}
			k.Say(fmt.Sprintf("waiting for another guise%s, which is changing the key store", holder))
		case <-ctx.Done():
			go func() { // a lock that comes too late goes to the next
				if a := <-answered; a.err == nil {
					a.lock.Release()
				}
			}()
			return nil, ctx.Err()
		}
	}
}
