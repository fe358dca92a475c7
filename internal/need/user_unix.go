//go:build unix

package need

import (
	"os"
	"os/exec"
	"syscall"
	"testing"
)

// Two users of the machine who need not be known to it. Victim plays the one that
// a test is about, Stranger another.
const (
	Victim   = 1234
	Stranger = 1235
)

// OtherUsers skips a test that cannot run programs as [Victim] and [Stranger]:
// only root can. It is skipped in a CI that is not run by root too, which says so
// at its end.
func OtherUsers(t testing.TB) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("SKIPPED, not root: programs of other users can be started by root alone")
	}
}

// As makes a command run as a user, with no groups but its own.
func As(uid uint32, c *exec.Cmd) *exec.Cmd {
	if c.SysProcAttr == nil {
		c.SysProcAttr = &syscall.SysProcAttr{}
	}
	c.SysProcAttr.Credential = &syscall.Credential{Uid: uid, Gid: uid}
	return c
}
