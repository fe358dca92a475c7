package ask

import (
	"fmt"
	"io"
	"strings"

	"guise/internal/display"
)

// A Bar shows how far long work is, on one line that it takes away at the end. Where w is
// no terminal it shows nothing.
type Bar struct {
	w       io.Writer
	what    string
	columns int // of the terminal
}

// NewBar makes a bar for work that is called what.
func NewBar(w io.Writer, what string) *Bar {
	columns := display.On(w, true).Width
	if columns == 0 {
		w = nil
	}
	return &Bar{w, what, columns}
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
	text := fmt.Sprintf("%s: %d of %d ", b.what, done, of)
	if width := min(b.columns-1-len("[] ")-display.Width(text), 24); width > 0 {
		full := width * done / of
		text = fmt.Sprintf("[%s%s] %s", strings.Repeat("=", full), strings.Repeat(" ", width-full), text)
	}
	_, _ = io.WriteString(b.w, "\r"+text)
}

// End takes the bar away.
func (b *Bar) End() {
	if b.w != nil {
		_, _ = io.WriteString(b.w, "\r\x1b[K")
	}
}
