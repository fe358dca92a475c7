package ask

import (
	"context"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"guise/internal/display"
	"guise/internal/secret"
)

// Secret asks for something that is not shown while it is typed.
func (t *Terminal) Secret(ctx context.Context, label string) (secret.Text, error) {
	typed, err := line{label: Sanitise(label), hidden: true, check: func(s string) error {
		if strings.TrimSpace(s) == "" {
			return errors.New("nothing was typed")
		}
		return nil
	}}.ask(ctx, t)
	return secret.New(typed), err
}

// SecretAs asks for a secret until it can be read: it gives what read makes of it, and shows
// read's errors, which hold nothing of the secret.
func (t *Terminal) SecretAs(ctx context.Context, label string, read func(typed secret.Text) (secret.Text, error)) (secret.Text, error) {
	for {
		typed, err := t.Secret(ctx, label)
		if err != nil {
			return secret.Text{}, err
		}
		text, err := read(typed)
		if err == nil {
			return text, nil
		}
		t.Say(err.Error())
	}
}

// Line asks for a line of text.
func (t *Terminal) Line(ctx context.Context, label string, check func(string) error) (string, error) {
	return line{label: Sanitise(label), check: check}.ask(ctx, t)
}

// line is a question for a line of text.
type line struct {
	label  string
	only   string             // where not empty: of what is printed, only these come through
	hidden bool               // what is typed is not shown
	check  func(string) error // whether it may be entered; nil: anything
}

// ask asks on a terminal, and leaves nothing of it on the screen. What is typed ahead
// of the next question stays with the terminal.
//
// What may be seen is edited by the terminal itself, where it can: a terminal that
// stays in the modes of a line editor since something went wrong is of little use.
func (l line) ask(ctx context.Context, t *Terminal) (string, error) {
	mode, read := rawMode, l.byKeys
	if byLine && !l.hidden {
		mode, read = lineMode, l.byLines
	}
	t.makeRoom()
	ctx, shown, end, err := t.begin(ctx, erase, mode)
	if err != nil {
		return "", err
	}
	answered := false
	defer func() { end(answered) }()
	keys, err := newKeys(ctx, t.in, l.only, func(byte) {})
	if err != nil {
		return "", err
	}
	defer func() { _ = keys.Close() }()
	typed, err := read(keys, func(typed, complaint string) {
		_, _ = io.WriteString(shown, erase+l.drawn(t.look(), typed, complaint))
	})
	if ctx.Err() != nil {
		return "", causeOf(ctx)
	}
	if err != nil && !t.mayAsk() { // it was closed, or taken
		err = ErrNoTerminal
	}
	answered = err == nil
	return typed, err
}

// byLines reads what the terminal has edited, line by line.
func (l line) byLines(keys *keys, draw func(typed, complaint string)) (string, error) {
	for complaint := ""; ; {
		draw("", complaint)
		text, again, err := keys.line()
		switch {
		case err != nil:
			return "", err
		case again:
			continue
		}
		if err = l.verify([]byte(text)); err == nil {
			return text, nil
		}
		complaint = err.Error()
	}
}

// byKeys reads key by key, and draws what is typed.
func (l line) byKeys(keys *keys, draw func(typed, complaint string)) (string, error) {
	typed, complaint := []byte(nil), ""
	for key := make([]byte, 16); ; {
		draw(string(typed), complaint)
		n, err := keys.Read(key)
		if err != nil || n == 0 || key[0] == interrupt || key[0] == endOfText || n == 1 && key[0] == escape {
			return "", ErrCancelled
		}
		switch c := key[0]; {
		case n > 1: // an arrow, say
		case c == '\r' || c == '\n':
			err := l.verify(typed)
			if err == nil {
				return string(typed), nil
			}
			complaint = err.Error()
		case c == backspace || c == del:
			_, last := utf8.DecodeLastRune(typed)
			typed = typed[:len(typed)-last]
		case c == killLine:
			typed = nil
		case c >= ' ':
			typed = append(typed, c)
		}
	}
}

// What keys send besides themselves.
const (
	interrupt = 0x03 // Ctrl-C
	endOfText = 0x04 // Ctrl-D
	backspace = 0x08
	killLine  = 0x15 // Ctrl-U
	quit      = 0x1c // Ctrl-\
	escape    = 0x1b
	del       = 0x7f
)

func (l line) verify(typed []byte) error {
	switch {
	case !utf8.Valid(typed):
		return errors.New("that is no text")
	case l.check == nil:
		return nil
	}
	return l.check(string(typed))
}

// drawn is the question as it stands: a mark that says whether it can be entered and
// what is typed, and above it what was wrong.
func (l line) drawn(look display.Look, typed, complaint string) string {
	mark, shown := "✔", Sanitise(typed)
	if l.verify([]byte(typed)) != nil {
		mark = "?"
	}
	if l.hidden {
		shown = strings.Repeat("•", utf8.RuneCountInString(typed))
	}
	label := strings.Join(look.Lines(mark+" "+l.label+":"), "\r\n")
	if complaint != "" {
		complaint = strings.Join(look.Lines(">> "+complaint), "\r\n") + "\r\n"
	}
	return complaint + mark + look.Strong(strings.TrimPrefix(label, mark)) + " " + shown
}
