//go:build unix

package ask

import (
	"strings"
	"testing"

	"github.com/creack/pty"

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
