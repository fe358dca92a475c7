package custody

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

// TestKernelKey: what was put is got, up to its size, until it is removed.
func TestKernelKey(t *testing.T) {
	key := ownKey(t)
	t.Cleanup(func() { _ = key.remove() })
	need.That(t, key.put([]byte("first"))) // the kernel may keep none
	for _, size := range []int{1, 32, 128} {
		want := bytes.Repeat([]byte{'x'}, size)
		if err := key.put(want); err != nil {
			t.Fatal(err)
		}
		if got, err := key.get(); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%d bytes: %d, %v", size, len(got), err)
		}
	}
	if err := key.put(make([]byte, 129)); err != nil {
		t.Fatal(err)
	}
	if got, err := key.get(); err == nil {
		t.Errorf("%d bytes of 129", len(got))
	}
	if err := key.put(make([]byte, 40_000)); err == nil {
		t.Error("more than the kernel takes was kept")
	}
	if err := key.put([]byte("last")); err != nil {
		t.Fatal(err)
	}
	if err := key.remove(); err != nil {
		t.Error(err)
	}
	if _, err := key.get(); err == nil {
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
		got, err := kernelKey(name).get()
		if err != nil || string(got) != "value" {
			t.Errorf("%q, %v", got, err)
		}
		return
	}
	key := ownKey(t)
	t.Cleanup(func() { _ = key.remove() })
	need.That(t, key.put([]byte("value")))
	c := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v")
	c.Env = append(os.Environ(), child+"="+string(key))
	if out, err := c.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// TestKernelKeyring keeps a key where every process of the user finds it.
func TestKernelKeyring(t *testing.T) {
	dir := t.TempDir()
	c := &SealingKey{Dir: dir, Prefer: "kernel"}
	t.Cleanup(func() { _ = c.Forget() })
	if _, err := c.Key(false); !errors.Is(err, ErrNoKey) {
		t.Fatalf("%v", err)
	}
	key, err := c.Key(true)
	need.That(t, err)
	again, err := (&SealingKey{Dir: dir, Prefer: "auto"}).Key(false)
	if err != nil || !bytes.Equal(key, again) {
		t.Errorf("another process: %v", err)
	}
	if other, err := (&SealingKey{Dir: dir + "x", Prefer: "kernel"}).Key(false); err == nil {
		t.Errorf("another cache has a key: %d bytes", len(other))
	}
	if !strings.Contains(c.Place(), "kernel") {
		t.Error(c.Place())
	}
	if err := c.Forget(); err != nil {
		t.Error(err)
	}
	if _, err := c.Key(false); !errors.Is(err, ErrNoKey) {
		t.Errorf("not forgotten: %v", err)
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
	need.Refused(t, unix.SYS_KEYCTL, unix.ENOSYS)
	need.Refused(t, unix.SYS_ADD_KEY, unix.ENOSYS)
	for _, c := range []struct {
		prefer string
		ring   bool
		held   string
	}{{"auto", true, "keyring"}, {"auto", false, "file"}, {"keyring", true, "keyring"}, {"kernel", false, ""}} {
		r := newRing()
		r.away = !c.ring
		first := &SealingKey{Dir: t.TempDir(), Prefer: c.prefer, Keyring: r.keyring}
		key, err := first.Key(true)
		if held := r.held(first.Dir); held != c.held || (err == nil) != (c.held != "") {
			t.Errorf("%s: in %q, want %q: %v", c.prefer, held, c.held, err)
		}
		if err != nil {
			if !errors.Is(err, unix.ENOSYS) || !strings.Contains(err.Error(), "kernel") {
				t.Error(err)
			}
			continue
		}
		again := &SealingKey{Dir: first.Dir, Prefer: c.prefer, Keyring: r.keyring}
		if got, err := again.Key(false); err != nil || !bytes.Equal(got, key) {
			t.Errorf("%s: another process: %v", c.prefer, err)
		}
		if want := map[string]string{"keyring": "the OS keyring", "file": "a file"}[c.held]; again.Place() != want {
			t.Errorf("%s: said to be in %s", c.prefer, again.Place())
		}
		if err := again.Forget(); err != nil || r.held(first.Dir) != "" {
			t.Errorf("%s: %v, and still in %q", c.prefer, err, r.held(first.Dir))
		}
	}
	if err := kernelKey("guise-test").put([]byte("x")); !errors.Is(err, unix.ENOSYS) {
		t.Errorf("put: %v", err)
	}
}

// TestKernelThatKeepsTheKey: a key that the kernel does not remove is said.
func TestKernelThatKeepsTheKey(t *testing.T) {
	const child = "GUISE_TEST_NO_UNLINK"
	if dir := os.Getenv(child); dir != "" {
		need.RefusedWith(t, unix.SYS_KEYCTL, 0, unix.KEYCTL_UNLINK, unix.EPERM)
		if err := (&SealingKey{Dir: dir, Prefer: "kernel"}).Forget(); !errors.Is(err, unix.EPERM) {
			t.Errorf("%v", err)
		}
		return
	}
	kernelKeeps(t)
	c := &SealingKey{Dir: t.TempDir(), Prefer: "kernel"}
	t.Cleanup(func() { _ = c.Forget() })
	if _, err := c.Key(true); err != nil {
		t.Fatal(err)
	}
	again := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v")
	again.Env = append(os.Environ(), child+"="+c.Dir)
	if out, err := again.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	if _, err := c.Key(false); err != nil {
		t.Errorf("it was removed all the same: %v", err)
	}
}
