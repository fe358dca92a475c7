package ask

import (
	"context"
	"errors"
	"io"
	"strings"
	"unicode/utf8"
)

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
// It reads keys itself: the line editors that there are set the modes of stdin, which
// may be the terminal too, and set them back when it is no longer ours.
func (l line) ask(ctx context.Context, t *Terminal) (string, error) {
	t.makeRoom()
	ctx, shown, end, err := t.begin(ctx, erase)
	if err != nil {
		return "", err
	}
	defer end()
	keys, err := newKeys(ctx, t.in, l.only, func(byte) {})
	if err != nil {
		return "", err
	}
	defer func() { _ = keys.Close() }()
	typed, complaint := []byte(nil), ""
	for key := make([]byte, 16); ; {
		_, _ = io.WriteString(shown, erase+l.drawn(t.Plain, string(typed), complaint))
		n, err := keys.Read(key)
		if ctx.Err() != nil {
			return "", causeOf(ctx)
		}
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
func (l line) drawn(plain bool, typed, complaint string) string {
	label, mark, shown := l.label, "✔", Sanitise(typed)
	if l.verify([]byte(typed)) != nil {
		mark = "?"
	}
	if l.hidden {
		shown = strings.Repeat("•", utf8.RuneCountInString(typed))
	}
	if !plain {
		label = "\x1b[1m" + label + "\x1b[0m"
	}
	if complaint != "" {
		complaint = ">> " + Sanitise(complaint) + "\r\n"
	}
	return complaint + mark + " " + label + ": " + shown
}
