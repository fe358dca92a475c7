package cache

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"guise/internal/need"
)

// TestUnlockThatFails: where the file system refuses to unlock, as network file
// systems may, the lock is released all the same. A process of its own has the
// kernel refuse.
func TestUnlockThatFails(t *testing.T) {
	const child = "GUISE_TEST_UNLOCK_FAILS"
	if dir := os.Getenv(child); dir != "" {
		need.RefusedWith(t, unix.SYS_FLOCK, 1, unix.LOCK_UN, unix.EIO)
		s := open(dir)
		for range 2 {
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			unlock, err := s.Lock(ctx, "name")
			cancel()
			if err != nil {
				t.Fatal(err)
			}
			unlock()
		}
		return
	}
	c := exec.Command(os.Args[0], "-test.run=^TestUnlockThatFails$", "-test.v")
	c.Env = append(os.Environ(), child+"="+t.TempDir())
	if out, err := c.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// TestLockThatFails: what cannot be locked is named.
func TestLockThatFails(t *testing.T) {
	const child = "GUISE_TEST_LOCK_FAILS"
	if dir := os.Getenv(child); dir != "" {
		need.RefusedWith(t, unix.SYS_FLOCK, 1, unix.LOCK_EX, unix.ENOSPC)
		_, err := open(dir).Lock(t.Context(), "name")
		if !errors.Is(err, unix.ENOSPC) || !strings.Contains(err.Error(), filepath.Join(dir, "locks", "name")) {
			t.Errorf("%v", err)
		}
		return
	}
	c := exec.Command(os.Args[0], "-test.run=^TestLockThatFails$", "-test.v")
	c.Env = append(os.Environ(), child+"="+t.TempDir())
	if out, err := c.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
