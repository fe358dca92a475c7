package ask

import (
	"context"
	"io"
	"os"

	"golang.org/x/term"
)

func openTerminal() (in, out *os.File, err error) {
	if in, err = os.OpenFile("CONIN$", os.O_RDWR, 0); err != nil {
		return nil, nil, err
	}
	if out, err = os.OpenFile("CONOUT$", os.O_RDWR, 0); err != nil {
		_ = in.Close()
	}
	return in, out, err
}

// inForeground: Windows has no job control; a console is there or it is not.
func inForeground(*os.File) bool { return true }

func rawMode(tty *os.File) (restore func() (ours bool), err error) {
	before, err := term.MakeRaw(int(tty.Fd()))
	if err != nil {
		return nil, err
	}
	return func() bool { _ = term.Restore(int(tty.Fd()), before); return true }, nil
}

func ttyName() string { return "" }

func newKeys(_ context.Context, tty *os.File, _ string, _ func(key byte)) (io.ReadCloser, error) {
	return io.NopCloser(tty), nil
}
