//go:build unix

package process

import (
	"errors"
	"os"
	"os/exec"
	"syscall"
	"testing"
)

// TestAttend: the status of a command is what a shell would make of it, and a signal
// is passed on as pass has it.
func TestAttend(t *testing.T) {
	none := func(s os.Signal) os.Signal { return s }
	for script, want := range map[string]Status{"exit 0": 0, "exit 7": 7, "kill -TERM $$": 128 + 15} {
		err := Attend(exec.Command("/bin/sh", "-c", script), func(int) {}, none) //nolint:gosec // above
		status, ok := errors.AsType[Status](err)
		if err != nil && !ok || status != want {
			t.Errorf("%s: %v, want %d", script, err, want)
		}
	}
	began := func(int) { _ = syscall.Kill(os.Getpid(), syscall.SIGTERM) }
	err := Attend(exec.Command("/bin/sh", "-c", "sleep 20"), began, func(os.Signal) os.Signal { return syscall.SIGHUP })
	if status, ok := errors.AsType[Status](err); !ok || status != 128+1 {
		t.Errorf("a signal to end, passed on as a hang-up: %v", err)
	}
	if err := Attend(exec.Command("/none"), func(int) {}, none); err == nil {
		t.Error("a program that is not there")
	}
}
