//go:build unix

package ask

import (
	"errors"
	"strings"
	"testing"

	"github.com/creack/pty"

	"guise/internal/await"
	"guise/internal/need"
	"guise/internal/terminaltest"
)

// TestConfirmLong: a question that needs several lines begins with its mark, and the mark
// stands in none of the others.
func TestConfirmLong(t *testing.T) {
	if need.Race { // promptui reads what it shows while another goroutine of its own changes it
		return
	}
	for _, plain := range []bool{false, true} {
		terminal, inside := terminaltest.Open(t)
		if err := pty.Setsize(inside, &pty.Winsize{Rows: 24, Cols: 60}); err != nil {
			t.Fatal(err)
		}
		on := On(inside)
		on.Plain = plain
		type result struct {
			yes bool
			err error
		}
		ended := make(chan result, 1)
		go func() {
			yes, err := on.Confirm(t.Context(), "first "+strings.Repeat("middle ", 20)+"last", true)
			ended <- result{yes, err}
		}()
		terminal.See(`(?m)^\? first middle `)
		terminal.See(`middle\r?\n  (middle )*last\? \[Y/n\]`)
		terminal.Type("y\r")
		if got := <-ended; !got.yes || got.err != nil {
			t.Error(got)
		}
		_ = inside.Close()
	}
}

// TestConfirmAnswers: y, yes, n, no and Enter answer; anything else asks again, and no letter
// of it is passed over. Esc and Ctrl-C give up, also then.
func TestConfirmAnswers(t *testing.T) {
	if need.Race { // see above
		return
	}
	type result struct {
		yes bool
		err error
	}
	for _, c := range []struct {
		typed     []string // each for a question of its own
		byDefault bool
		want      result
	}{
		{[]string{"y\r"}, false, result{yes: true}},
		{[]string{"YES\r"}, false, result{yes: true}},
		{[]string{"n\r"}, true, result{}},
		{[]string{"No\r"}, true, result{}},
		{[]string{"\r"}, true, result{yes: true}},
		{[]string{"\r"}, false, result{}},
		{[]string{"noway\r", "yes\r"}, false, result{yes: true}},
		{[]string{"yx\r", "ny\r", "n\r"}, true, result{}},
		{[]string{"x\r", "\x1b"}, true, result{err: ErrCancelled}},
		{[]string{"x\r", "\x03"}, true, result{err: ErrCancelled}},
	} {
		terminal, inside := terminaltest.Open(t)
		ended := make(chan result, 1)
		go func() {
			yes, err := On(inside).Confirm(t.Context(), "write it", c.byDefault)
			ended <- result{yes, err}
		}()
		for i, typed := range c.typed {
			if i > 0 {
				terminal.See("answer y or n")
			}
			terminal.See(`write it\? \[[Yy]/[nN]\]`)
			terminal.Type(typed)
		}
		if got := <-ended; got.yes != c.want.yes || !errors.Is(got.err, c.want.err) {
			t.Errorf("%q: %+v", c.typed, got)
		}
		_ = inside.Close()
	}
}

// TestApproveUnseen: what was typed before an approval is asked for is no answer to it, a whole
// line as little as half of one.
func TestApproveUnseen(t *testing.T) {
	if need.Race { // see above
		return
	}
	for _, ahead := range []string{"y\r", "y\ry\r", "yes\ry"} {
		terminal, inside := terminaltest.Open(t)
		terminal.Type(ahead)
		await.That(t, "what was typed", func() bool {
			ready, err := readable(0, inside)
			return err == nil && ready[0]
		})
		answered := make(chan bool, 1)
		go func() {
			yes, err := On(inside).Approve(t.Context(), "allow it")
			answered <- yes || err != nil
		}()
		terminal.See(`allow it\? \[y/N\]`)
		terminal.Type("n\r")
		if <-answered {
			t.Errorf("%q was an answer", ahead)
		}
		_ = inside.Close()
	}
}
