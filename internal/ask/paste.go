package ask

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"guise/internal/secret"
)

// WaitOrPaste is Wait where the user may also paste a line meanwhile, which is not shown:
// an address, say, that holds a code. take is given it, and may take its time; its error
// is shown, and something else may be pasted, until it returns nil or wait ends.
//
// The line is read key by key: one that the terminal edits is cut off at 1,024
// characters on some systems (MAX_CANON), and an address with a code can be longer.
func (t *Terminal) WaitOrPaste(parent context.Context, take func(ctx context.Context, pasted secret.Text) error, wait func(context.Context) error) error {
	return t.wait(parent, pasteMode, func(ctx context.Context, typed *keys) bool {
		p := pasting{terminal: t}
		defer func() {
			if !errors.Is(context.Cause(ctx), ErrGone) { // then the screen is somebody else's
				p.clear()
			}
		}()
		for key := make([]byte, 16); ; {
			n, err := typed.Read(key)
			if err != nil || n == 0 {
				return false
			}
			if key[0] == interrupt || key[0] == endOfText || n == 1 && key[0] == escape {
				return true
			}
			for _, c := range key[:n] {
				if ctx.Err() != nil || !p.key(c) {
					continue
				}
				p.clear()
				pasted := secret.New(string(p.line))
				p.line = nil
				switch err := take(ctx, pasted); {
				case ctx.Err() != nil, err == nil:
					return false
				default:
					t.Say(err.Error())
				}
			}
		}
	}, wait)
}

// pasting is a line that is being pasted, on a line of the screen of its own: so that
// whatever else is said meanwhile stays.
type pasting struct {
	terminal *Terminal
	line     []byte
	shown    bool
	sequence sequence
}

// sequence is how far into the sequence of a key a byte is: arrows, and the marks around
// what is pasted where a shell has left these on, come as such (ECMA-48, 5.4).
type sequence int

const (
	outside sequence = iota
	afterEscape
	inControl // after ESC [ or ESC O
)

// next takes a byte, and reports whether it is of a sequence.
func (s *sequence) next(c byte) (within bool) {
	switch was := *s; {
	case c == escape:
		*s = afterEscape
	case was == afterEscape && (c == '[' || c == 'O'):
		*s = inControl
	case was == inControl && c < '@': // parameters
	default:
		*s = outside
		return was != outside
	}
	return true
}

// longestPaste is more than any address of a sign-in has.
const longestPaste = 16 << 10

// key takes a key, and reports whether the line is whole.
func (p *pasting) key(c byte) (whole bool) {
	if p.sequence.next(c) {
		return false
	}
	switch {
	case c == '\r' || c == '\n':
		return len(p.line) > 0
	case c == backspace || c == del:
		_, last := utf8.DecodeLastRune(p.line)
		p.line = p.line[:len(p.line)-last]
	case c == killLine:
		p.line = nil
	case c >= ' ' && len(p.line) < longestPaste:
		p.line = append(p.line, c)
	}
	p.draw()
	return false
}

// draw shows how much there is, and nothing of it.
func (p *pasting) draw() {
	const most = 24
	n := utf8.RuneCount(p.line)
	if n > most && n%64 != 0 { // it comes in thousands
		return
	}
	p.shown = true
	dots := strings.Repeat("•", min(n, most))
	if n > most {
		dots += fmt.Sprintf("… %d", n)
	}
	p.terminal.write(clearLine + "> " + dots)
}

const clearLine = "\r\x1b[K"

func (p *pasting) clear() {
	if p.shown {
		p.terminal.write(clearLine)
	}
	p.shown = false
}
