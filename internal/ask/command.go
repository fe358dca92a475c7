package ask

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"guise/internal/secret"
)

// CommandError is a command that was to print a code and did not. What it
// printed is no part of the error.
type CommandError struct {
	Command string
	Why     string
}

func (e *CommandError) Error() string { return fmt.Sprintf("the command for MFA codes: %s", e.Why) }

// killedAfter is how long a command that was told to end may take over it.
const killedAfter = 2 * time.Second

// Command gets a code from a command of the user's (`op item get aws --otp`),
// run by the shell. The terminal, where there is one, is free for it to ask
// on; what it says on stderr is shown there, made safe as everything is.
// Its error is a *CommandError, or ErrCancelled.
func Command(ctx context.Context, command string, env []string) (secret.Text, error) {
	c := shellCommand(ctx, command)
	c.Env = env
	c.WaitDelay = killedAfter
	var out bytes.Buffer
	c.Stdout = &out
	if in, tty, err := openTerminal(); err == nil {
		said := &sanitiser{to: tty}
		c.Stdin, c.Stderr = in, said
		defer func() { said.end(); _ = in.Close(); _ = tty.Close() }()
	} else {
		withAllItStarts(c) // on a terminal, Ctrl-C reaches all of it
	}
	err := c.Run()
	if ctx.Err() != nil {
		return secret.Text{}, ErrCancelled
	}
	if status, ok := errors.AsType[*exec.ExitError](err); ok {
		return secret.Text{}, &CommandError{command, fmt.Sprintf("it ended with %s", status.ProcessState)}
	} else if err != nil {
		return secret.Text{}, &CommandError{command, err.Error()}
	}
	code := strip(strings.TrimSpace(out.String()))
	if !isCode(code) {
		return secret.Text{}, &CommandError{command, "what it printed is not a code of six to eight digits"}
	}
	return secret.New(code), nil
}

// sanitiser hands on what a program says, also half a line that it asks with, as
// Sanitise has it; ends of lines and tabs stay.
type sanitiser struct {
	to   io.Writer
	half []byte // of a character
}

func (s *sanitiser) Write(p []byte) (int, error) {
	text := append(s.half, p...)
	end := len(text)
	for back := 1; back < utf8.UTFMax && back <= len(text); back++ {
		if utf8.RuneStart(text[len(text)-back]) {
			if !utf8.FullRune(text[len(text)-back:]) {
				end = len(text) - back
			}
			break
		}
	}
	s.half = slices.Clone(text[end:])
	_, err := io.WriteString(s.to, sanitisePiece(string(text[:end])))
	return len(p), err
}

// end shows what was left of a character that never came whole.
func (s *sanitiser) end() { _, _ = io.WriteString(s.to, sanitisePiece(string(s.half))) }

func sanitisePiece(text string) string {
	var b strings.Builder
	for text != "" {
		at := strings.IndexAny(text, "\r\n\t")
		if at < 0 {
			at = len(text)
		}
		b.WriteString(Sanitise(text[:at]))
		if at < len(text) {
			b.WriteByte(text[at])
			at++
		}
		text = text[at:]
	}
	return b.String()
}

func has(program string) bool {
	_, err := exec.LookPath(program)
	return err == nil
}
