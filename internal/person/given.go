package person

import (
	"errors"
	"io"
	"strings"

	"guise/internal/ask"
	"guise/internal/secret"
)

// A Given is what the user has answered in the words of a command before it is asked: an
// MFA code, there or in the first line of its stdin, which answers the first question and no
// other; and a yes. Of the code it is a flag's value (pflag.Value), which shows nothing of it.
type Given struct {
	In  io.Reader // where the line is read from, if it is to be
	Yes bool      // to what guise_confirm = yes asks

	code        secret.Text
	given, used bool
	toRead      bool
}

func (*Given) String() string { return "" }
func (*Given) Type() string   { return "code" }

// Set takes the value of the flag: a code, or - for the line of stdin, which is read when
// the code is needed, or [Given.Unused] is called.
func (g *Given) Set(text string) (err error) {
	g.given = true
	if g.toRead = text == "-"; !g.toRead {
		g.code, err = ask.ParseCode(text)
	}
	return err
}

// ErrNoCode: the line of stdin that is to have the code has none.
var ErrNoCode = errors.New("the first line of stdin is not an MFA code")

// A GivenError is a code that was given and refused, where there is no terminal to ask for
// another one.
type GivenError struct{ Why string }

func (e *GivenError) Error() string { return e.Why }

// take returns the code for the first question; not ok for others, or where none is given.
// Its error is ErrNoCode.
func (g *Given) take() (code secret.Text, ok bool, err error) {
	if g == nil || !g.given || g.used {
		return code, false, nil
	}
	g.used = true
	return g.code, true, g.read()
}

// Unused reports whether there is a code that no question was answered with. The line that
// it is in is read: what follows it is another's. Its error is ErrNoCode.
func (g *Given) Unused() (bool, error) {
	if !g.given || g.used {
		return false, nil
	}
	g.used = true
	return true, g.read()
}

// longestLine is what a line with a code surely fits into.
const longestLine = 256

// read reads the line with the code, if it is in one, and not a byte more.
func (g *Given) read() (err error) {
	if !g.toRead {
		return nil
	}
	g.toRead = false
	var line strings.Builder
	for one := make([]byte, 1); line.Len() < longestLine; {
		n, err := g.In.Read(one)
		if n > 0 && one[0] == '\n' {
			break
		}
		line.Write(one[:n])
		if err != nil {
			break
		}
	}
	if g.code, err = ask.ParseCode(strings.TrimSpace(line.String())); err != nil {
		return ErrNoCode
	}
	return nil
}

// given is the code that was given, for the first question; not ok where there is none.
func (p *Person) given() (code secret.Text, ok bool, err error) {
	if p.nobody {
		return code, false, nil
	}
	return p.o.Given.take()
}

// asksAgain is the error where a code that was given was refused, and there is no terminal
// to ask for another one.
func (p *Person) asksAgain(complaint string) error {
	if p.o.Given == nil || !p.o.Given.used {
		return nil
	}
	t, err := p.o.Terminal()
	if err == nil {
		return t.Close()
	}
	if !errors.Is(err, ask.ErrNoTerminal) {
		return err
	}
	why, tries, _ := strings.Cut(complaint, "; ")
	if !strings.HasSuffix(tries, "left") {
		why = complaint
	}
	return &GivenError{why}
}
