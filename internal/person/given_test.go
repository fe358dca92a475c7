package person

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

// TestGiven: a code is taken once, from the words or from one line of stdin, of which the
// rest is left.
func TestGiven(t *testing.T) {
	for _, c := range []struct{ word, in, code, rest string }{
		{"123 456", "x\n", "123456", "x\n"},
		{"-", "123456\nrest\n", "123456", "rest\n"},
		{"-", " 12345678\r\nrest", "12345678", "rest"},
		{"-", "123456", "123456", ""},
	} {
		in := strings.NewReader(c.in)
		g := Given{In: iotest.DataErrReader(in)}
		if c.in != "123456" {
			g.In = in
		}
		if err := g.Set(c.word); err != nil {
			t.Fatal(err)
		}
		code, ok, err := g.take()
		rest, _ := io.ReadAll(in)
		if code.Reveal() != c.code || !ok || err != nil || string(rest) != c.rest || g.String() != "" {
			t.Errorf("%+v: %q %v %v, %q", c, code.Reveal(), ok, err, rest)
		}
		if _, ok, _ := g.take(); ok {
			t.Error("taken twice")
		}
		if unused, _ := g.Unused(); unused {
			t.Error("unused, and it was used")
		}
	}
}

// TestGivenUnused: the line of a code that nobody asks for is read all the same.
func TestGivenUnused(t *testing.T) {
	in := strings.NewReader("123456\nrest")
	g := Given{In: in}
	_ = g.Set("-")
	if unused, err := g.Unused(); !unused || err != nil {
		t.Error(unused, err)
	}
	if rest, _ := io.ReadAll(in); string(rest) != "rest" {
		t.Errorf("%q", rest)
	}
	if unused, _ := g.Unused(); unused {
		t.Error("said twice")
	}
	if unused, err := new(Given).Unused(); unused || err != nil {
		t.Error("nothing was given")
	}
}

// TestGivenWrong: what is no code is refused, and not shown.
func TestGivenWrong(t *testing.T) {
	for _, word := range []string{"", "12345", "abcdef", "123456789", "--"} {
		if err := new(Given).Set(word); err == nil || word != "" && strings.Contains(err.Error(), word) {
			t.Errorf("%q: %v", word, err)
		}
	}
	for _, in := range []string{"", "\n123456", "secret-thing\n", strings.Repeat("1", 1000)} {
		g := Given{In: strings.NewReader(in)}
		_ = g.Set("-")
		if _, _, err := g.take(); !errors.Is(err, ErrNoCode) {
			t.Errorf("%q: %v", in, err)
		}
	}
	var none *Given
	if _, ok, err := none.take(); ok || err != nil {
		t.Error(ok, err)
	}
}
