//go:build unix

package shell

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestSay: what the hook says by itself goes on in the next line between words, below its
// label, however narrow the terminal is; a word that no line has room for stays whole.
func TestSay(t *testing.T) {
	long := "/" + strings.Repeat("long", 20)
	for name, c := range map[string]struct {
		columns    int
		said, want string
	}{
		"wide":      {120, "guise: claude (pid 4242, in ~/src/infra) asks for prod: guise login prod", "guise: claude (pid 4242, in ~/src/infra) asks for prod\nhint: guise login prod\n"},
		"guise":     {120, "guise: guise (pid 4242, in ~) asks for prod: guise login prod", "guise: guise (pid 4242, in ~) asks for prod\nhint: guise login prod\n"},
		"fits":      {41, "guise: terraform (pid 42) needs a code of: guise login a", "guise: terraform (pid 42) needs a code of\nhint: guise login a\n"},
		"one more":  {40, "guise: terraform (pid 42) needs a code of: guise login a", "guise: terraform (pid 42) needs a code\n       of\nhint: guise login a\n"},
		"narrow":    {40, "guise: claude (pid 4242, in ~/src/infra) asks for production-of-acme: allow for 15m?: guise login production-of-acme", "guise: claude (pid 4242, in ~/src/infra)\n       asks for production-of-acme:\n       allow for 15m?\nhint: guise login production-of-acme\n"},
		"long word": {40, "guise: claude (pid 4242, in " + long + ") asks for prod: guise login a", "guise: claude (pid 4242, in\n       " + long + ")"},
		"data":      {30, "guise: $(touch pwned)`touch pwned`%n * \\n %s asks: guise login a", "guise: $(touch pwned)`touch\n       pwned`%n * \\n %s asks\nhint: guise login a\n"},
	} {
		t.Run(name, func(t *testing.T) {
			shells(t, func(t *testing.T, d Dialect, _ []string) {
				room := t.TempDir()
				hook, err := d.Hook(HookOptions{Rooms: []string{room}})
				if err != nil {
					t.Fatal(err)
				}
				s := open(t, d, fmt.Sprintf("stty cols %d\n", c.columns)+prompts()[d.name]+hook+"\n", "exit 9")
				s.See("ready> ")
				if err := os.WriteFile(filepath.Join(room, "1"), fmt.Appendf(nil, "%d\n%s\n", os.Getpid(), c.said), 0o600); err != nil {
					t.Fatal(err)
				}
				s.Type("\r")
				s.See("ready> ")
				if shown := s.Everything(); !strings.Contains(shown, c.want) {
					t.Errorf("%q, want %q", shown, c.want)
				}
				if left, _ := filepath.Glob(filepath.Join(s.dir, "pwned*")); len(left) > 0 {
					t.Errorf("something ran: %q", left)
				}
			})
		})
	}
}
