package inject

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// launch has the kernel tell of this thread's calls, waits until somebody listens,
// and becomes the program: whatever that starts inherits the filter.
func launch(program string, args []string) error {
	runtime.LockOSThread()
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return err
	}
	filter := filterOf()
	of := unix.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]} //nolint:gosec // a few dozen
	_, _, errno := unix.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, unix.SECCOMP_FILTER_FLAG_NEW_LISTENER, uintptr(unsafe.Pointer(&of)))
	if errno != 0 {
		return fmt.Errorf("seccomp: %w", errno)
	}
	buf := make([]byte, 1)
	if _, err := syscall.Read(3, buf); err != nil {
		return err
	}
	_ = syscall.Close(3)
	var env []string
	for _, pair := range os.Environ() {
		if !strings.HasPrefix(pair, launching+"=") {
			env = append(env, pair)
		}
	}
	return syscall.Exec(program, append([]string{program}, args...), env)
}

// filterOf is the program that the kernel runs at each call: it notifies of those in
// calls(), of openat only where the file may be made or written, and allows all else.
func filterOf() []unix.SockFilter {
	const (
		load  = unix.BPF_LD | unix.BPF_W | unix.BPF_ABS
		equal = unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K
		set   = unix.BPF_JMP | unix.BPF_JSET | unix.BPF_K
		ret   = unix.BPF_RET | unix.BPF_K
		// struct seccomp_data: nr, arch, instruction_pointer, args[6]
		atNumber, atOpenFlags = 0, 16 + 2*8
	)
	notify := unix.SockFilter{Code: ret, K: unix.SECCOMP_RET_USER_NOTIF}
	allow := unix.SockFilter{Code: ret, K: unix.SECCOMP_RET_ALLOW}
	f := []unix.SockFilter{
		{Code: load, K: atNumber},
		{Code: equal, K: unix.SYS_OPENAT, Jf: 4},
		{Code: load, K: atOpenFlags},
		{Code: set, K: unix.O_WRONLY | unix.O_RDWR | unix.O_CREAT | unix.O_TRUNC, Jf: 1},
		notify, allow,
	}
	for number := range calls() {
		f = append(f, unix.SockFilter{Code: equal, K: uint32(number), Jf: 1}, notify) //nolint:gosec // system calls have small numbers
	}
	return append(f, allow)
}
