package main

import (
	"encoding/binary"
	"runtime"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// kernelKey is an entry of the kernel's user keyring.
type kernelKey struct {
	name  string
	value []byte
}

// kernelKeys returns the entries whose names hold a text.
func kernelKeys(of string) (found []kernelKey) {
	each(of, func(id int, name string) {
		value := make([]byte, 4096)
		if n, err := unix.KeyctlBuffer(unix.KEYCTL_READ, id, value, 0); err == nil && n <= len(value) {
			found = append(found, kernelKey{name, value[:n]})
		}
	})
	return found
}

// setKernelKeys makes these the only entries whose names hold a text.
func setKernelKeys(of string, keys []kernelKey) {
	each(of, func(id int, _ string) {
		_, _ = unix.KeyctlInt(unix.KEYCTL_UNLINK, id, unix.KEY_SPEC_USER_KEYRING, 0, 0)
	})
	for _, k := range keys {
		if id, err := unix.AddKey("user", k.name, k.value, unix.KEY_SPEC_USER_KEYRING); err == nil {
			_ = unix.KeyctlSetperm(id, 0x3f3f0000)
		}
	}
}

func each(of string, do func(id int, name string)) {
	ring := make([]byte, 1<<16)
	n, err := unix.KeyctlBuffer(unix.KEYCTL_READ, unix.KEY_SPEC_USER_KEYRING, ring, 0)
	if err != nil {
		return
	}
	for i := 0; i+4 <= min(n, len(ring)); i += 4 {
		id := int(int32(binary.NativeEndian.Uint32(ring[i:]))) //nolint:gosec // a serial number
		about, err := unix.KeyctlString(unix.KEYCTL_DESCRIBE, id)
		if err != nil {
			continue
		}
		parts := strings.SplitN(about, ";", 5) // type;uid;gid;perm;name
		if len(parts) == 5 && strings.Contains(parts[4], of) {
			do(id, parts[4])
		}
	}
}

// asUser runs something as the user who runs guise: a thread that is somebody else
// for good, and ends with it. The user keyring is that of a thread's user.
func (w *world) asUser(do func()) {
	if w.user == 0 {
		do()
		return
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		runtime.LockOSThread() // and never unlocked: the thread ends
		id := uintptr(w.user)
		if _, _, errno := syscall.RawSyscall(syscall.SYS_SETRESUID, id, id, id); errno == 0 {
			do()
		}
	}()
	<-done
}
