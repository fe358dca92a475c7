//go:build unix

package ask

import (
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
)

// TestCommandEndsWhole: of a command that is cancelled nothing runs on. (On a
// terminal it stays in guise's own process group, for Ctrl-C to reach: so this is
// played in a session that has none.)
func TestCommandEndsWhole(t *testing.T) {
	const inside = "ASK_TEST_INSIDE"
	if os.Getenv(inside) == "" {
		c := exec.Command(os.Args[0], "-test.run=^TestCommandEndsWhole$")
		c.Env, c.SysProcAttr = append(os.Environ(), inside+"=yes"), &syscall.SysProcAttr{Setsid: true}
		if out, err := c.CombinedOutput(); err != nil {
			t.Errorf("%v\n%s", err, out)
		}
		return
	}
	alive := filepath.Join(t.TempDir(), "alive") // written to by what the command has started
	if err := syscall.Mkfifo(alive, 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		_, err := Command(ctx, `sh -c 'exec sleep 1000 >"$ALIVE"'; true`, append(os.Environ(), "ALIVE="+alive))
		ended <- err
	}()
	started, err := os.Open(alive) // once it writes
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	if err := <-ended; !errors.Is(err, ErrCancelled) {
		t.Error(err)
	}
	if _, err := io.ReadAll(started); err != nil { // until nobody does any more
		t.Error(err)
	}
}
