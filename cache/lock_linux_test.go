package cache

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"guise/internal/need"
)

// TestUnlockThatFails: where the file system refuses to unlock, as network file
// systems may, the lock is let go of all the same. A process of its own has the
// kernel refuse.
func TestUnlockThatFails(t *testing.T) {
	const child = "GUISE_TEST_UNLOCK_FAILS"
	if dir := os.Getenv(child); dir != "" {
		need.That(t, refuseFlock(unix.LOCK_UN, unix.EIO)) // by seccomp
		s := Open(dir, nil)
		for range 2 {
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			lock, err := s.Lock(ctx, "name")
			cancel()
			if err != nil {
				t.Fatal(err)
			}
			lock.Unlock()
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
		need.That(t, refuseFlock(unix.LOCK_EX, unix.ENOSPC)) // by seccomp
		_, err := Open(dir, nil).Lock(t.Context(), "name")
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

// refuseFlock makes every flock of this process that does an operation fail.
func refuseFlock(operation uint32, with syscall.Errno) error {
	err := refuse([]unix.SockFilter{
		{Code: load, K: number},
		{Code: equal, K: unix.SYS_FLOCK, Jf: 3},
		{Code: load, K: second},
		{Code: equal, K: operation, Jf: 1},
		{Code: give, K: unix.SECCOMP_RET_ERRNO | uint32(with)},
		{Code: give, K: unix.SECCOMP_RET_ALLOW},
	})
	if err != nil {
		return err
	}
	f, err := os.CreateTemp("", "")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(f.Name()) }()
	if err := unix.Flock(int(f.Fd()), int(operation)); !errors.Is(err, with) {
		return errors.New("the filter does nothing")
	}
	return nil
}

const (
	load  = unix.BPF_LD | unix.BPF_W | unix.BPF_ABS
	equal = unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K
	give  = unix.BPF_RET | unix.BPF_K

	number, first, second = 0, 16, 24 // offsets in struct seccomp_data, on a little-endian machine
)

// refuse has the kernel apply a filter to the system calls of this process.
func refuse(filter []unix.SockFilter) error {
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return err
	}
	program := unix.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]}
	_, _, errno := unix.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, unix.SECCOMP_FILTER_FLAG_TSYNC, uintptr(unsafe.Pointer(&program)))
	if errno != 0 {
		return errno
	}
	return nil
}
