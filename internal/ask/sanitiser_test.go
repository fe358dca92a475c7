package ask

import (
	"strings"
	"testing"
)

// TestSanitiser: what a command says is shown as it comes, in whatever pieces, and
// nothing of it steers the terminal.
func TestSanitiser(t *testing.T) {
	const said, want = "Touch\tyour key: é日\r\n\x1b]0;title\a\u202eok\xff.\x9b2J\n\xe6", "Touch\tyour key: é日\r\n�]0;title��ok�.�2J\n�"
	for size := 1; size <= len(said); size++ {
		var b strings.Builder
		s := &sanitiser{to: &b}
		for rest := said; rest != ""; {
			n := min(size, len(rest))
			if wrote, err := s.Write([]byte(rest[:n])); wrote != n || err != nil {
				t.Fatal(wrote, err)
			}
			rest = rest[n:]
			if size == 1 && rest == said[len("Touch"):] && b.String() != "Touch" {
				t.Errorf("kept back: %q", b.String())
			}
		}
		s.end()
		if b.String() != want {
			t.Errorf("by %d: %q", size, b.String())
		}
	}
}
