package inject

import (
	"maps"

	"golang.org/x/sys/unix"
)

// form says how to read the arguments of a call.
type form struct {
	name string
	path int  // the number of the argument that is a path, from 1; 0: the first is a descriptor
	from int  // of a rename: the number of the argument that is the path of before
	key  bool // a key of the kernel: its name is the second argument
}

// changesKeys are the operations of keyctl(2) that change something, as linux/keyctl.h
// numbers them: what removes a key, or says who may use it.
func changesKeys() map[uint64]string {
	return map[uint64]string{
		unix.KEYCTL_UPDATE: "update", unix.KEYCTL_REVOKE: "revoke", unix.KEYCTL_SETPERM: "setperm", unix.KEYCTL_CLEAR: "clear",
		unix.KEYCTL_LINK: "link", unix.KEYCTL_UNLINK: "unlink", unix.KEYCTL_INVALIDATE: "invalidate",
	}
}

// calls are the system calls that are counted beside openat: those that change a
// file, a folder or a key of the kernel, and those that speak to a socket.
func calls() map[int]form {
	all := map[int]form{
		unix.SYS_WRITE: {name: "write"}, unix.SYS_PWRITE64: {name: "pwrite"}, unix.SYS_FTRUNCATE: {name: "ftruncate"},
		unix.SYS_FSYNC: {name: "fsync"}, unix.SYS_FDATASYNC: {name: "fdatasync"}, unix.SYS_FLOCK: {name: "flock"},
		unix.SYS_FCHMOD: {name: "fchmod"}, unix.SYS_FCHOWN: {name: "fchown"},
		unix.SYS_MKDIRAT: {name: "mkdirat", path: 2}, unix.SYS_UNLINKAT: {name: "unlinkat", path: 2}, unix.SYS_MKNODAT: {name: "mknodat", path: 2},
		unix.SYS_RENAMEAT: {name: "renameat", path: 4, from: 2}, unix.SYS_RENAMEAT2: {name: "renameat2", path: 4, from: 2}, unix.SYS_LINKAT: {name: "linkat", path: 4},
		unix.SYS_SYMLINKAT: {name: "symlinkat", path: 3}, unix.SYS_FCHMODAT: {name: "fchmodat", path: 2}, unix.SYS_FCHOWNAT: {name: "fchownat", path: 2},
		unix.SYS_UTIMENSAT: {name: "utimensat", path: 2}, unix.SYS_ADD_KEY: {name: "add_key", key: true}, unix.SYS_KEYCTL: {name: "keyctl"},
		unix.SYS_CONNECT: {name: "connect"}, unix.SYS_SENDTO: {name: "sendto"}, unix.SYS_SENDMSG: {name: "sendmsg"},
	}
	maps.Copy(all, olderCalls())
	return all
}
