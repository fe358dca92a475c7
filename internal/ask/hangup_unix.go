//go:build unix

package ask

import (
	"os"
	"os/signal"
	"syscall"
)

// removeAtHangup removes a file when it is done with, or when the terminal's window is
// closed before that: then this process ends as it would have.
func removeAtHangup(path string) (done func()) {
	closed := make(chan os.Signal, 1)
	signal.Notify(closed, syscall.SIGHUP)
	go func() {
		if _, ok := <-closed; ok {
			_ = os.Remove(path)
			signal.Reset(syscall.SIGHUP)
			_ = syscall.Kill(os.Getpid(), syscall.SIGHUP)
		}
	}()
	return func() {
		signal.Stop(closed)
		close(closed)
		_ = os.Remove(path)
	}
}
