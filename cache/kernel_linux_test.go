package cache

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"guise/internal/need"
)

// TestBootKey: what was put is got, up to its size, until it is removed.
func TestBootKey(t *testing.T) {
	key := ownKey(t)
	t.Cleanup(func() { _ = key.Remove() })
	need.That(t, key.Put([]byte("first"))) // the kernel may keep none
	for _, size := range []int{1, 32, 128} {
		want := bytes.Repeat([]byte{'x'}, size)
		if err := key.Put(want); err != nil {
			t.Fatal(err)
		}
		if got, err := key.Get(); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%d bytes: %d, %v", size, len(got), err)
		}
	}
	if err := key.Put(make([]byte, 129)); err != nil {
		t.Fatal(err)
	}
	if got, err := key.Get(); err == nil {
		t.Errorf("%d bytes of 129", len(got))
	}
	if err := key.Put(make([]byte, 40_000)); err == nil {
		t.Error("more than the kernel takes was kept")
	}
	if err := key.Put([]byte("last")); err != nil {
		t.Fatal(err)
	}
	if err := key.Remove(); err != nil {
		t.Error(err)
	}
	if _, err := key.Get(); err == nil {
		t.Error("not removed")
	}
}

// TestKeyOfAnotherLogin: a process whose login session has no link to the user's
// keyring finds the key too: cron's, and those over ssh without pam_keyinit.
func TestKeyOfAnotherLogin(t *testing.T) {
	const child = "GUISE_TEST_LOGIN"
	if name := os.Getenv(child); name != "" {
		runtime.LockOSThread() // the session keyring is of one thread
		if _, err := unix.KeyctlInt(unix.KEYCTL_JOIN_SESSION_KEYRING, 0, 0, 0, 0); err != nil {
			t.Fatal(err)
		}
		got, err := BootKey{name}.Get()
		if err != nil || string(got) != "value" {
			t.Errorf("%q, %v", got, err)
		}
		return
	}
	key := ownKey(t)
	t.Cleanup(func() { _ = key.Remove() })
	need.That(t, key.Put([]byte("value")))
	c := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v")
	c.Env = append(os.Environ(), child+"="+key.Name)
	if out, err := c.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// TestNoKernelKeyring: where the kernel keeps no keys, as in a container, the key is in
// the OS keyring alone, or else in a file; who wants the kernel's is refused.
func TestNoKernelKeyring(t *testing.T) {
	const child = "GUISE_TEST_NO_KEYCTL"
	if os.Getenv(child) == "" {
		c := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v")
		c.Env = append(os.Environ(), child+"=1")
		if out, err := c.CombinedOutput(); err != nil {
			t.Errorf("%v\n%s", err, out)
		}
		return
	}
	need.That(t, refuse([]unix.SockFilter{
		{Code: load, K: number},
		{Code: equal, K: unix.SYS_KEYCTL, Jt: 1},
		{Code: equal, K: unix.SYS_ADD_KEY, Jf: 1},
		{Code: give, K: unix.SECCOMP_RET_ERRNO | uint32(unix.ENOSYS)},
		{Code: give, K: unix.SECCOMP_RET_ALLOW},
	}))
	for _, c := range []struct {
		prefer string
		ring   bool
		held   string
	}{{"auto", true, "keyring"}, {"auto", false, "file"}, {"keyring", true, "keyring"}, {"kernel", false, ""}} {
		r := newRing()
		r.away = !c.ring
		custody := &Custody{Dir: t.TempDir(), Prefer: c.prefer, Store: r.store}
		key, err := custody.Create()
		if held := r.held(custody.Dir); held != c.held || (err == nil) != (c.held != "") {
			t.Errorf("%s: in %q, want %q: %v", c.prefer, held, c.held, err)
		}
		if err != nil {
			if !errors.Is(err, unix.ENOSYS) || !strings.Contains(err.Error(), "kernel") {
				t.Error(err)
			}
			continue
		}
		again := &Custody{Dir: custody.Dir, Prefer: c.prefer, Store: r.store}
		if got, err := again.Key(); err != nil || !bytes.Equal(got, key) {
			t.Errorf("%s: another process: %v", c.prefer, err)
		}
		if want := map[string]string{"keyring": "the OS keyring", "file": "a file"}[c.held]; again.Place() != want {
			t.Errorf("%s: said to be in %s", c.prefer, again.Place())
		}
		if err := again.Forget(); err != nil || r.held(custody.Dir) != "" {
			t.Errorf("%s: %v, and still in %q", c.prefer, err, r.held(custody.Dir))
		}
	}
	if err := (BootKey{"guise-test"}).Put([]byte("x")); !errors.Is(err, unix.ENOSYS) {
		t.Errorf("put: %v", err)
	}
}

// TestKernelThatKeepsTheKey: a key that the kernel does not let go of is said, by a
// cache that forgets its key too.
func TestKernelThatKeepsTheKey(t *testing.T) {
	const child = "GUISE_TEST_NO_UNLINK"
	if dir := os.Getenv(child); dir != "" {
		need.That(t, refuse([]unix.SockFilter{
			{Code: load, K: number},
			{Code: equal, K: unix.SYS_KEYCTL, Jf: 3},
			{Code: load, K: first},
			{Code: equal, K: unix.KEYCTL_UNLINK, Jf: 1},
			{Code: give, K: unix.SECCOMP_RET_ERRNO | uint32(unix.EPERM)},
			{Code: give, K: unix.SECCOMP_RET_ALLOW},
		}))
		if err := (&Custody{Dir: dir, Prefer: "kernel"}).Forget(); !errors.Is(err, unix.EPERM) {
			t.Errorf("%v", err)
		}
		return
	}
	kernelKeeps(t)
	c := &Custody{Dir: t.TempDir(), Prefer: "kernel"}
	t.Cleanup(func() { _ = c.Forget() })
	if _, err := c.Create(); err != nil {
		t.Fatal(err)
	}
	again := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v")
	again.Env = append(os.Environ(), child+"="+c.Dir)
	if out, err := again.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	if _, err := c.Key(); err != nil {
		t.Errorf("it was removed all the same: %v", err)
	}
}
