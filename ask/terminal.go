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
//   - Esc, Ctrl-C and Ctrl-D all say no.

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/manifoldco/promptui"

	"guise/internal/secret"
)

// Terminal is the person's terminal, open for questions.
type Terminal struct {
	// Plain asks without colours and bold type.
	Plain bool
	// Late is the line that takes the place of a question which nobody has answered
	// in time: the caller is gone, or the context's deadline has passed.
	Late string

	in, out *os.File
}

// Open gives the terminal that this process may ask on, or ErrNoTerminal.
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

// CodeQuestion is what the person is told when asked for a code.
type CodeQuestion struct {
	Profile string // whose session it is for
	Serial  string // the device
	Again   string // why it is asked once more; empty the first time
}

// Code asks for an MFA code: six to eight digits. Spaces in it are dropped.
func (t *Terminal) Code(ctx context.Context, q CodeQuestion) (secret.Text, error) {
	label := fmt.Sprintf("MFA code for %s (%s)", Sanitise(q.Profile), Sanitise(deviceName(q.Serial)))
	if q.Again != "" {
		t.Say(q.Again)
	}
	typed, err := t.prompt(ctx, "0123456789 ", promptui.Prompt{
		Label: label, HideEntered: true, Templates: t.templates(),
		Validate: func(s string) error {
			if !isCode(strip(s)) {
				return errors.New("six digits, as the device shows them")
			}
			return nil
		},
	})
	return secret.New(strip(typed)), err
}

// templates mark a code that is complete; promptui's own mark one that is not
// as wrong from the first digit on.
func (t *Terminal) templates() *promptui.PromptTemplates {
	ask := &promptui.PromptTemplates{
		Prompt: `{{ . | bold }}: `, Invalid: `? {{ . | bold }}: `, Valid: `{{ "✔" | green }} {{ . | bold }}: `,
	}
	if t.Plain {
		ask.Prompt, ask.Invalid, ask.Valid, ask.ValidationError = `{{ . }}: `, `? {{ . }}: `, `✔ {{ . }}: `, `>> {{ . }}`
	}
	return ask
}

// deviceName is the part of a serial that people know.
func deviceName(serial string) string { return serial[strings.LastIndex(serial, ":")+1:] }

func strip(s string) string { return strings.ReplaceAll(s, " ", "") }

func isCode(s string) bool {
	return len(s) >= 6 && len(s) <= 8 && strings.Trim(s, "0123456789") == ""
}

// Confirm asks for yes or no. Enter alone is the default.
func (t *Terminal) Confirm(ctx context.Context, question string, byDefault bool) (bool, error) {
	defaults := map[bool]string{true: "y", false: "n"}
	p := promptui.Prompt{Label: Sanitise(question), IsConfirm: true, Default: defaults[byDefault], HideEntered: true}
	if t.Plain {
		p.Templates = &promptui.PromptTemplates{Confirm: "? {{ . }}? [" + map[bool]string{true: "Y/n", false: "y/N"}[byDefault] + "] "}
	}
	_, err := t.prompt(ctx, "yYnN", p)
	if errors.Is(err, promptui.ErrAbort) {
		return false, nil
	}
	return err == nil, err
}

// Say shows a line above the next question.
func (t *Terminal) Say(line string) { _, _ = io.WriteString(t.out, Sanitise(line)+"\r\n") }

// prompt asks with promptui, on this terminal, and leaves nothing of it on the
// screen. Of what is typed, only the characters named come through, beside keys
// such as Enter.
//
// promptui erases its question too, but draws at each key from another goroutine,
// Enter included, and so may draw it once more behind that, or a line too high.
// So nothing is drawn from the last key on, and the question is cleared from the
// place where it began, with room below it that keeps the screen from scrolling.
func (t *Terminal) prompt(ctx context.Context, only string, p promptui.Prompt) (string, error) {
	const room = 5 // lines, for a long label and a complaint
	_, _ = io.WriteString(t.out, strings.Repeat("\r\n", room)+fmt.Sprintf("\x1b[%dA\x1b7", room))
	var wrong atomic.Bool
	if check := p.Validate; check != nil {
		wrong.Store(true)
		p.Validate = func(typed string) error {
			err := check(typed)
			wrong.Store(err != nil)
			return err
		}
	}
	var answer string
	last := func(key byte) bool { return key == interrupt || !wrong.Load() }
	erase := "\x1b8\x1b[J"
	err := t.asking(ctx, only, erase, last, func(keys io.ReadCloser, screen io.WriteCloser) (err error) {
		p.Stdin, p.Stdout = keys, screen
		answer, err = p.Run()
		return err
	})
	return answer, err
}

// asking runs a question of promptui's with the terminal in raw mode, and puts
// the modes back whatever comes of it, and what erases the question. last tells of
// an Enter or Ctrl-C whether it ends the question: from then on nothing is drawn.
// Its errors are ErrCancelled, [ErrGone], ErrNoTerminal and the question's own.
func (t *Terminal) asking(ctx context.Context, only, erase string, last func(key byte) bool, question func(keys io.ReadCloser, screen io.WriteCloser) error) error {
	ctx, stop := t.ours(ctx)
	defer stop()
	restore, err := rawMode(t.in)
	if err != nil {
		return ErrNoTerminal
	}
	shown := &screen{out: t.out}
	over := sync.OnceFunc(func() {
		ours := restore()
		shown.end()
		if ours {
			_, _ = io.WriteString(t.out, erase)
			t.sayLate(ctx)
		}
	})
	defer over()
	defer context.AfterFunc(ctx, over)() // at once: a shell may be about to take the terminal back
	keys, err := newKeys(ctx, t.in, only, func(key byte) {
		if last(key) {
			shown.end()
		}
	})
	if err != nil {
		return err
	}
	defer func() { _ = keys.Close() }()
	err = question(keys, shown)
	if err == nil {
		return nil
	}
	if ctx.Err() != nil {
		return causeOf(ctx)
	}
	if errors.Is(err, promptui.ErrInterrupt) || errors.Is(err, promptui.ErrEOF) || errors.Is(err, io.EOF) {
		return ErrCancelled
	}
	return err
}

func (t *Terminal) sayLate(ctx context.Context) {
	if cause := context.Cause(ctx); t.Late != "" && (errors.Is(cause, ErrGone) || errors.Is(cause, context.DeadlineExceeded)) {
		t.Say(t.Late)
	}
}

// ours gives a context that ends when there is nobody to ask for any more, when the
// terminal is no longer ours to ask on, or when a signal ends us.
func (t *Terminal) ours(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, signals := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT)
	ctx, gone := UntilGone(ctx)
	ctx, cancel := context.WithCancelCause(ctx)
	var looking sync.WaitGroup
	looking.Go(func() {
		for tick := time.Tick(lookEvery); ctx.Err() == nil; {
			select {
			case <-tick:
				if !inForeground(t.in) {
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

// Secret asks for something that is not shown while it is typed.
func (t *Terminal) Secret(ctx context.Context, label string) (secret.Text, error) {
	typed, err := t.prompt(ctx, "", promptui.Prompt{
		Label: Sanitise(label), Mask: '•', HideEntered: true, Templates: t.templates(),
		Validate: func(s string) error {
			if strings.TrimSpace(s) == "" {
				return errors.New("nothing was typed")
			}
			return nil
		},
	})
	return secret.New(typed), err
}

// Line asks for a line of text.
func (t *Terminal) Line(ctx context.Context, label string, check func(string) error) (string, error) {
	return t.prompt(ctx, "", promptui.Prompt{Label: Sanitise(label), HideEntered: true, Templates: t.templates(), Validate: check})
}
