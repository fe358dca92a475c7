package ask

import (
	"context"
	"os"

	"golang.org/x/sys/windows"
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

// forgetTyped drops what was typed and not read.
func forgetTyped(tty *os.File) { _ = windows.FlushConsoleInputBuffer(windows.Handle(tty.Fd())) }

func rawMode(tty *os.File) (restore func(drop bool) (ours bool), err error) {
	before, err := term.MakeRaw(int(tty.Fd()))
	if err != nil {
		return nil, err
	}
	return func(bool) bool { _ = term.Restore(int(tty.Fd()), before); return true }, nil
}

// byLine: a console has no key but Enter that ends a line.
const byLine = false

func lineMode(tty *os.File) (restore func(drop bool) (ours bool), err error) { return rawMode(tty) }

func pasteMode(tty *os.File) (restore func(drop bool) (ours bool), err error) { return rawMode(tty) }

func ttyName() string { return "" }

// keys reads what is typed.
type keys struct{ *os.File }

// Close leaves the console open.
func (keys) Close() error { return nil }

func (keys) line() (text string, again bool, err error) { return "", false, ErrCancelled }

func newKeys(_ context.Context, tty *os.File, _ string, _ func(key byte)) (*keys, error) {
	return &keys{tty}, nil
}
