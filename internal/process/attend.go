package process

import (
	"errors"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
)

// Attend runs a command to its end, and returns its [Status] where that is not 0.
// Ctrl-C and Ctrl-\ are the command's own business, as it has the terminal too; a
// signal to end is passed on, as what pass makes of it. began gets its process id.
func Attend(c *exec.Cmd, began func(pid int), pass func(os.Signal) os.Signal) error {
	signals := make(chan os.Signal, 4)
	signal.Notify(signals, os.Interrupt, syscall.SIGQUIT, syscall.SIGTERM, syscall.SIGHUP)
	defer signal.Stop(signals)
	if err := c.Start(); err != nil {
		return NotStarted(err)
	}
	began(c.Process.Pid)
	ended := make(chan error, 1)
	go func() { ended <- c.Wait() }()
	for {
		select {
		case err := <-ended:
			if status, ok := errors.AsType[*exec.ExitError](err); ok {
				return StatusOf(status)
			}
			return err
		case s := <-signals:
			if s != os.Interrupt && s != syscall.SIGQUIT {
				_ = c.Process.Signal(pass(s))
			}
		}
	}
}
