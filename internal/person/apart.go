package person

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"strconv"
	"syscall"

	"guise/internal/ask"
	"guise/internal/awsconfig"
	"guise/internal/process"
	"guise/internal/secret"
	"guise/internal/signin"
	"guise/session"
)

// A credential process that needs the user in a browser does not wait there
// itself: SDKs end it after a minute. It starts a process of its own that signs
// in, outlives it, and leaves what it gets in the cache. The two speak over a
// pipe: what the user is to see comes from the one that signs in, and is shown
// by the one that has the terminal. So Esc works as everywhere, and a page that is
// finished late is not finished in vain. What the user pastes goes back over its stdin.

// ErrPageOpen: the page was not finished within the time that SDKs wait.
var ErrPageOpen = errors.New("the sign-in page is still open")

// A SignInError is a sign-in that failed in its own process.
type SignInError struct {
	Status process.Status
	Said   []byte // what that process said to the user
}

func (e *SignInError) Error() string { return "the sign-in failed: " + e.Status.Error() }
func (e *SignInError) Unwrap() error { return e.Status }

// relayed is what goes over the pipe: a visit, a line to show, or a verdict.
type relayed struct {
	Visit   signin.Visit
	Opened  bool
	Pastes  bool    // the visit's end may be pasted
	Line    string  `json:",omitempty"`
	Verdict *string `json:",omitempty"` // on what was pasted: empty, or what is wrong with it
}

func (p *Person) passOn(r relayed) {
	if data, err := json.Marshal(r); err == nil {
		_, _ = p.o.Out.Write(append(data, '\n')) // nobody may be there any more
	}
}

// relay passes a visit on to whoever has the terminal.
func (p *Person) relay(ctx context.Context, v signin.Visit, wait func(context.Context) error) error {
	opened, closePage := p.openPage(v)
	defer closePage()
	p.passOn(relayed{Visit: v, Opened: opened, Pastes: v.Paste != nil})
	if v.Paste != nil {
		go p.takePasted(ctx, v.Paste)
	}
	switch err := wait(ctx); {
	case isStopped(ctx, err):
		return &StoppedError{}
	case errors.Is(err, context.Canceled):
		return session.ErrCancelled
	default:
		return err
	}
}

// takePasted reads what is pasted where the terminal is, and tells what became of it.
func (p *Person) takePasted(ctx context.Context, take func(ctx context.Context, pasted secret.Text) error) {
	for d := json.NewDecoder(p.o.In); ; {
		var pasted, verdict string
		if d.Decode(&pasted) != nil {
			return
		}
		if err := take(ctx, secret.New(pasted)); err != nil {
			verdict = err.Error()
		}
		if ctx.Err() == nil {
			p.passOn(relayed{Verdict: &verdict})
		}
	}
}

// handOver is the other end of takePasted.
func handOver(to io.Writer, verdicts <-chan string) func(ctx context.Context, pasted secret.Text) error {
	return func(ctx context.Context, pasted secret.Text) error {
		data, err := json.Marshal(pasted.Reveal())
		if err == nil {
			_, err = to.Write(append(data, '\n'))
		}
		if err != nil {
			return errors.New("it could not be handed over")
		}
		select {
		case verdict := <-verdicts:
			if verdict != "" {
				return errors.New(verdict)
			}
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// apart are the words of a process of its own: it knows for whom it works.
func (p *Person) apart(command, profile string) []string {
	return []string{command, "--profile-encoded", awsconfig.EncodeProfile(profile), "--asker", strconv.Itoa(p.asker().PID)}
}

// signInApart has a process of its own, `guise sign-in`, sign in for a profile, and
// waits for it as long as SDKs wait for us. Its errors are [*SignInError],
// [ErrPageOpen], [*LateError], [*StoppedError], and those of session.Person.
func (p *Person) signInApart(ctx context.Context, profile string) error {
	terminal, err := p.o.Terminal()
	if err != nil {
		return session.ErrNoPerson
	}
	defer func() { _ = terminal.Close() }()
	c, err := process.Guise(p.o.Environ(), p.apart("sign-in", profile)...)
	if err != nil {
		return err
	}
	var complaint bytes.Buffer
	c.Stderr = &complaint
	process.Apart(c)
	out, err := c.StdoutPipe()
	if err != nil {
		return err
	}
	in, err := c.StdinPipe()
	if err != nil {
		return err
	}
	if err := c.Start(); err != nil {
		return err
	}
	visits, verdicts, ended := make(chan relayed, 1), make(chan string, 1), make(chan error, 1)
	go func() {
		readRelayed(out, func(line string) { terminal.Say("guise: " + line) }, visits, verdicts)
		ended <- c.Wait()
	}()
	late := p.late()
	terminal.Late = late.notice()
	waiting, cancel := context.WithTimeout(ctx, p.left(p.o.Settings.WaitForPerson))
	defer cancel()
	awaitEnd := func(ctx context.Context) error {
		select {
		case err := <-ended:
			return err
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	select {
	case v := <-visits:
		if v.Pastes {
			v.Visit.Paste = handOver(in, verdicts)
		}
		err = attend(waiting, terminal, v.Visit, func(ctx context.Context) error {
			show(terminal, v.Visit, v.Opened)
			return awaitEnd(ctx)
		})
	case err = <-ended:
	case <-waiting.Done():
		err = waiting.Err()
	}
	if status, ok := errors.AsType[*exec.ExitError](err); ok && !errors.Is(context.Cause(ctx), ask.ErrGone) {
		return &SignInError{process.StatusOf(status), complaint.Bytes()}
	}
	return endSignIn(ctx, c.Process, err, late)
}

// endSignIn ends a sign-in whose process has not, as err says why we wait for it no
// longer.
func endSignIn(ctx context.Context, signIn *os.Process, err error, late *LateError) error {
	end := func(s os.Signal) { // the other process takes Ctrl-C alone for a no
		if signIn.Signal(s) != nil {
			_ = signIn.Kill() // Windows knows no other way
		}
	}
	switch {
	case err == nil:
		return nil
	case errors.Is(err, ask.ErrGone), errors.Is(context.Cause(ctx), ask.ErrGone):
		return late.said(true) // the page stays open: finished or not, it is no business of ours any more
	case isStopped(ctx, err):
		end(syscall.SIGTERM)
		return &StoppedError{}
	case errors.Is(err, ask.ErrCancelled), ctx.Err() != nil:
		end(os.Interrupt)
		return session.ErrCancelled
	}
	return ErrPageOpen
}

// readRelayed reads the pipe to its end: lines are said, visits and verdicts handed on.
func readRelayed(from io.Reader, say func(string), visits chan<- relayed, verdicts chan<- string) {
	for d := json.NewDecoder(from); ; {
		var r relayed
		if d.Decode(&r) != nil {
			break
		}
		switch { // of visits and verdicts there is one at a time
		case r.Line != "":
			say(r.Line)
		case r.Verdict != nil:
			select {
			case verdicts <- *r.Verdict:
			default:
			}
		default:
			select {
			case visits <- r:
			default:
			}
		}
	}
	_, _ = io.Copy(io.Discard, from)
}
