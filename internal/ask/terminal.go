package ask

// The rules of the terminal:
//
//   - It is opened (/dev/tty, CONIN$ and CONOUT$), not assumed: stdin, stdout and
//     stderr may all be somebody else's.
//   - It is asked on only when our process group is in its foreground. A read
//     from the background would stop the whole job (SIGTTIN).
//   - A question is erased when it is answered. A code is not left to be read.
//   - Its modes are put back as they were found, however the question ends: also
//     when a signal ends us, or when whoever has called us is gone (caller.go). A
//     shell that has the terminal back by then is not interfered with.
//   - Esc, Ctrl-C, Ctrl-\ and Ctrl-D all say no. Closing the terminal does not.

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/manifoldco/promptui"

	"guise/internal/display"
	"guise/internal/secret"
)

// Terminal is the user's terminal, open for questions.
type Terminal struct {
	// Plain asks without colours and bold type.
	Plain bool
	// Late is the line that takes the place of a question which nobody has answered
	// in time: the caller is gone, or the context's deadline has passed.
	Late string

	in, out *os.File
	given   bool // by [On]: not ours to lose
}

// Open returns the terminal that this process may ask on, or ErrNoTerminal.
func Open() (*Terminal, error) {
	in, out, err := openTerminal()
	if err != nil {
		return nil, ErrNoTerminal
	}
	t := &Terminal{in: in, out: out}
	if !inForeground(in) {
		_ = t.Close()
		return nil, ErrNoTerminal
	}
	return t, nil
}

// On is a terminal that need not be the one which this process is at home on: it may be
// asked on until it is closed. Of its keys, Esc and Ctrl-D say no; Ctrl-C is a signal to
// whoever is at home there.
func On(tty *os.File) *Terminal { return &Terminal{in: tty, out: tty, given: true} }

// mayAsk reports whether the terminal may be asked on now.
func (t *Terminal) mayAsk() bool { return t.given || inForeground(t.in) }

// Name is what a program that we start opens the terminal by; empty where there is
// no such name.
func (*Terminal) Name() string { return ttyName() }

// Close lets go of the terminal.
func (t *Terminal) Close() error {
	err := t.in.Close()
	if t.out != t.in {
		err = errors.Join(err, t.out.Close())
	}
	return err
}

// CodeQuestion is what the user is told when asked for a code.
type CodeQuestion struct {
	Profile   string // whose session it is for
	Serial    string // the device
	Complaint string // why it is asked once more; empty the first time
	Shown     string // what the device shows, where that is known (the demo); empty where not
}

// Code asks for an MFA code: six to eight digits. Spaces in it are dropped.
func (t *Terminal) Code(ctx context.Context, q CodeQuestion) (secret.Text, error) {
	label := fmt.Sprintf("MFA code for %s (%s)", Sanitise(q.Profile), Sanitise(deviceName(q.Serial)))
	if q.Shown != "" {
		label += ", which shows " + Sanitise(q.Shown)
	}
	if q.Complaint != "" {
		t.Say(q.Complaint)
	}
	typed, err := line{label: label, only: "0123456789 ", check: func(s string) error {
		_, err := ParseCode(s)
		return err
	}}.ask(ctx, t)
	return secret.New(strip(typed)), err
}

// ParseCode reads an MFA code that was typed. Its error says nothing of the text.
func ParseCode(text string) (secret.Text, error) {
	if text = strip(text); !isCode(text) {
		return secret.Text{}, errors.New("six digits, as the device shows them")
	}
	return secret.New(text), nil
}

// deviceName is the part of a serial that people know.
func deviceName(serial string) string { return serial[strings.LastIndex(serial, ":")+1:] }

func strip(s string) string { return strings.ReplaceAll(s, " ", "") }

func isCode(s string) bool {
	return len(s) >= 6 && len(s) <= 8 && strings.Trim(s, "0123456789") == ""
}

// Run runs a program with the terminal as its own, and waits for its end. Its error is that of
// [exec.Cmd.Run].
func (t *Terminal) Run(c *exec.Cmd) error {
	c.Stdin, c.Stdout, c.Stderr = t.in, t.out, t.out
	return c.Run()
}

// Confirm asks for yes or no, until the answer is one of the two: y, yes, n, no, in any
// case, or Enter alone, which is the default.
func (t *Terminal) Confirm(ctx context.Context, question string, byDefault bool) (bool, error) {
	for {
		typed, err := t.yesNo(ctx, question, byDefault)
		if err != nil {
			return false, err
		}
		switch strings.ToLower(strings.TrimSpace(typed)) {
		case "":
			return byDefault, nil
		case "y", "yes":
			return true, nil
		case "n", "no":
			return false, nil
		}
		t.Say("answer y or n")
	}
}

// Approve is Confirm of what nobody may agree to unseen: what was typed before the question is
// shown, such as a second Enter at the question before it, is no answer to it.
func (t *Terminal) Approve(ctx context.Context, question string) (bool, error) {
	if t.mayAsk() {
		forgetTyped(t.in)
	}
	return t.Confirm(ctx, question, false)
}

// yesNo shows a question that wants yes or no, and returns what is typed.
func (t *Terminal) yesNo(ctx context.Context, question string, byDefault bool) (typed string, err error) {
	choice := map[bool]string{true: "Y/n", false: "y/N"}[byDefault]
	// The library draws one line: of a question that is longer it has the last.
	const around, goesOn = len("? ? [y/N] yes"), "  "
	lines := display.Look{Width: max(t.look().Width-around, 0)}.Lines(question)
	for i := range lines {
		lines[i] = strings.TrimLeft(lines[i], " ")
	}
	above, last := lines[:len(lines)-1], lines[len(lines)-1]
	mark, bold, faint := promptui.IconInitial, promptui.Styler(promptui.FGBold), promptui.Styler(promptui.FGFaint)
	if t.Plain {
		plain := func(text any) string { return fmt.Sprint(text) }
		mark, bold, faint = "?", plain, plain
	}
	begins := mark + " "
	t.makeRoom()
	for _, line := range above {
		t.write(begins + bold(line) + "\n")
		begins = goesOn
	}
	p := promptui.Prompt{
		Label: last, IsConfirm: true, HideEntered: true,
		Templates: &promptui.PromptTemplates{Confirm: begins + bold("{{ . }}") + "? " + faint("["+choice+"]") + " "},
	}
	// promptui draws at each key from another goroutine, Enter included: so nothing
	// is drawn from the last key on.
	ends := func(byte) bool { return true }
	err = t.asking(ctx, "", erase, ends, func(keys io.ReadCloser, screen io.WriteCloser) error {
		p.Stdin, p.Stdout = keys, screen
		typed, err = p.Run()
		if errors.Is(err, promptui.ErrAbort) { // all but "y"
			return nil
		}
		return err
	})
	return typed, err
}

// look is how what is shown on the terminal is to look.
func (t *Terminal) look() display.Look { return display.On(t.out, t.Plain) }

// Say shows a line above the next question.
func (t *Terminal) Say(line string) { t.write(t.look().Text(line)) }

// write writes lines, in a terminal that may be in raw mode.
func (t *Terminal) write(lines string) {
	_, _ = io.WriteString(t.out, strings.ReplaceAll(lines, "\n", "\r\n"))
}

// makeRoom marks the place of a question, with lines below it for a long label and a
// complaint, so that the screen does not scroll when they are drawn.
func (t *Terminal) makeRoom() {
	const room = 5
	_, _ = io.WriteString(t.out, strings.Repeat("\r\n", room)+fmt.Sprintf("\x1b[%dA\x1b7", room))
}

// erase clears all from the place that makeRoom has marked.
const erase = "\x1b8\x1b[J"

// asking runs a question of promptui's, and takes it from the screen by what erases
// it. last reports whether an Enter or Ctrl-C ends the question: from then on
// nothing is drawn. Its errors are ErrCancelled, [ErrGone], [ErrStopped], ErrNoTerminal, that of a
// deadline, and the question's own.
func (t *Terminal) asking(ctx context.Context, only, erase string, last func(key byte) bool, question func(keys io.ReadCloser, screen io.WriteCloser) error) error {
	ctx, shown, end, err := t.begin(ctx, erase, rawMode)
	if err != nil {
		return err
	}
	defer end(true)
	keys, err := newKeys(ctx, t.in, only, func(key byte) {
		if last(key) {
			shown.end()
		}
	})
	if err != nil {
		return err
	}
	defer func() { _ = keys.Close() }()
	switch err = question(keys, shown); {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return causeOf(ctx)
	case !t.mayAsk(): // it was closed, or taken
		return ErrNoTerminal
	case errors.Is(err, promptui.ErrInterrupt), errors.Is(err, promptui.ErrEOF), errors.Is(err, io.EOF):
		return ErrCancelled
	}
	return err
}

// begin takes the terminal for a question, in a mode, until end is called or the
// context that it gives ends. Then nothing more is drawn on the screen that it gives,
// the question is erased, the modes are as they were found, and what was half typed
// of an answer is dropped.
func (t *Terminal) begin(parent context.Context, erase string, mode func(tty *os.File) (func(drop bool) bool, error)) (ctx context.Context, shown *screen, end func(answered bool), err error) {
	ctx, stop := t.ours(parent)
	restore, err := mode(t.in)
	if err != nil {
		stop()
		return nil, nil, nil, ErrNoTerminal
	}
	shown = &screen{out: t.out}
	var once sync.Once
	over := func(drop bool) {
		once.Do(func() {
			ours := restore(drop)
			shown.end()
			if ours {
				_, _ = io.WriteString(t.out, erase)
				t.sayLate(ctx)
			}
		})
	}
	stopped := context.AfterFunc(ctx, func() { over(true) }) // at once: a shell may be about to take the terminal back
	return ctx, shown, func(answered bool) {
		stopped()
		over(!answered)
		restore(false) // once more: promptui sets the modes of stdin, which may be the terminal too
		stop()
	}, nil
}

func (t *Terminal) sayLate(ctx context.Context) {
	if cause := context.Cause(ctx); t.Late != "" && (errors.Is(cause, ErrGone) || errors.Is(cause, context.DeadlineExceeded)) {
		t.Say(t.Late)
	}
}

// ours returns a context that ends when there is nobody to ask for any more, when the
// terminal is no longer ours to ask on, or when a signal ends us.
func (t *Terminal) ours(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, signals := UntilSignal(ctx, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT)
	ctx, gone := UntilGone(ctx)
	ctx, cancel := context.WithCancelCause(ctx)
	var looking sync.WaitGroup
	looking.Go(func() {
		for tick := time.Tick(lookEvery); ctx.Err() == nil; {
			select {
			case <-tick:
				if !t.mayAsk() {
					cancel(ErrNoTerminal)
				}
			case <-ctx.Done():
			}
		}
	})
	return ctx, func() { cancel(nil); looking.Wait(); gone(); signals() } // the terminal may be closed now
}

// screen is the terminal as promptui writes to it: it rings no bell (readline
// does at every key that it does not know), promptui may not close it, and once
// the question is over nothing is drawn on it any more.
type screen struct {
	out  *os.File
	mu   sync.Mutex
	over bool
}

func (s *screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.over || len(p) == 1 && p[0] == '\a' {
		return len(p), nil
	}
	return s.out.Write(p)
}

func (*screen) Close() error { return nil }

func (s *screen) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.over = true
	_, _ = io.WriteString(s.out, "\x1b[?25h") // promptui hides the cursor
}
