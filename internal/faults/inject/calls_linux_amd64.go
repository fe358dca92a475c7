package inject

import "golang.org/x/sys/unix"

// olderCalls are those that newer architectures have in their …at form alone.
func olderCalls() map[int]form {
	return map[int]form{
		unix.SYS_MKDIR: {name: "mkdir", path: 1}, unix.SYS_UNLINK: {name: "unlink", path: 1}, unix.SYS_RMDIR: {name: "rmdir", path: 1},
		unix.SYS_RENAME: {name: "rename", path: 2, from: 1}, unix.SYS_LINK: {name: "link", path: 2}, unix.SYS_SYMLINK: {name: "symlink", path: 2},
		unix.SYS_CHMOD: {name: "chmod", path: 1}, unix.SYS_CHOWN: {name: "chown", path: 1}, unix.SYS_MKNOD: {name: "mknod", path: 1},
	}
}
