package need

import (
	"syscall"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Refused has the kernel refuse a system call to this process from now on (seccomp), as
// no test could provoke it otherwise. A test that needs this runs itself as a process.
func Refused(t testing.TB, call uint32, with syscall.Errno) {
	t.Helper()
	That(t, filter([]unix.SockFilter{
		{Code: load, K: number},
		{Code: equal, K: call, Jf: 1},
		{Code: give, K: unix.SECCOMP_RET_ERRNO | uint32(with)},
		{Code: give, K: unix.SECCOMP_RET_ALLOW},
	}))
}

// RefusedWith is Refused where the low half of one of the call's arguments, counted from
// 0, has a value.
func RefusedWith(t testing.TB, call, argument, value uint32, with syscall.Errno) {
	t.Helper()
	That(t, filter([]unix.SockFilter{
		{Code: load, K: number},
		{Code: equal, K: call, Jf: 3},
		{Code: load, K: arguments + 8*argument},
		{Code: equal, K: value, Jf: 1},
		{Code: give, K: unix.SECCOMP_RET_ERRNO | uint32(with)},
		{Code: give, K: unix.SECCOMP_RET_ALLOW},
	}))
}

const (
	load  = unix.BPF_LD | unix.BPF_W | unix.BPF_ABS
	equal = unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K
	give  = unix.BPF_RET | unix.BPF_K

	number, arguments = 0, 16 // offsets in struct seccomp_data, on a little-endian machine
)

// filter applies a filter to the system calls of all threads.
func filter(instructions []unix.SockFilter) error {
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return err
	}
	program := unix.SockFprog{Len: uint16(len(instructions)), Filter: &instructions[0]}
	_, _, errno := unix.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, unix.SECCOMP_FILTER_FLAG_TSYNC, uintptr(unsafe.Pointer(&program)))
	if errno != 0 {
		return errno
	}
	return nil
}
