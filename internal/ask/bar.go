package ask

import (
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"
)

// A Bar shows how far long work is, on one line that it takes away at the end. Where w is
// no terminal it shows nothing.
type Bar struct {
	w    io.Writer
	what string
}

// NewBar makes a bar for work that is called what.
func NewBar(w io.Writer, what string) *Bar {
	if f, ok := w.(*os.File); !ok || !term.IsTerminal(int(f.Fd())) { //nolint:gosec // a file descriptor is small
		w = nil
	}
	return &Bar{w, what}
}

// Show draws the bar; of nothing it takes it away.
func (b *Bar) Show(done, of int) {
	if of == 0 {
		b.End()
		return
	}
	if b.w == nil {
		return
	}
	const width = 24
	full := width * done / of
	_, _ = fmt.Fprintf(b.w, "\r[%s%s] %s: %d of %d ", strings.Repeat("=", full), strings.Repeat(" ", width-full), b.what, done, of)
}

// End takes the bar away.
func (b *Bar) End() {
	if b.w != nil {
		_, _ = io.WriteString(b.w, "\r\x1b[K")
	}
}
