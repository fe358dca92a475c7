//go:build unix

package ask

import (
	"testing"

	"guise/internal/terminaltest"
)

// TestLineAfterAnAnswer: what the terminal still answers to the shell (where its cursor is),
// while the shell's mode holds, does not answer the question that follows.
func TestLineAfterAnAnswer(t *testing.T) {
	for _, late := range []string{"\x1b[1;1R", "\x1b[?62;c", "\x1b[1;1R\x1b[1;1R"} {
		terminal, inside := terminaltest.Open(t)
		defer func() { _ = inside.Close() }()
		asShell, err := rawMode(inside)
		if err != nil {
			t.Fatal(err)
		}
		terminal.Type(late)
		if ready, err := readable(forever, inside); err != nil || !ready[0] {
			t.Fatal(err)
		}
		restore, err := lineMode(inside)
		if err != nil {
			t.Fatal(err)
		}
		k, err := newKeys(t.Context(), inside, "", func(byte) {})
		if err != nil {
			t.Fatal(err)
		}
		if text, again, err := k.line(); text != "" || !again || err != nil {
			t.Errorf("%q: %q, %v, %v", late, text, again, err)
		}
		terminal.Type("123456\r")
		if text, again, err := k.line(); text != "123456" || again || err != nil {
			t.Errorf("after %q: %q, %v, %v", late, text, again, err)
		}
		_ = k.Close()
		restore(true)
		asShell(true)
	}
}
