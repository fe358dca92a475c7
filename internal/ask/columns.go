package ask

import (
	"slices"
	"strings"

	"github.com/rivo/uniseg"
	"golang.org/x/term"
)

// frame is how many columns fzf needs around a row: its border, pointer, marker and
// scroll bar.
const frame = 8

// leastLast is how few columns the last one may be left: it is cut, not left out.
const leastLast = 16

// width is that of the terminal in columns; 80 where it does not say.
func (t *Terminal) width() int {
	if w, _, err := term.GetSize(int(t.out.Fd())); err == nil && w > 0 { //nolint:gosec // a file descriptor is small
		return w
	}
	return 80
}

// aligned returns the heading and each row as one line, with their columns below each
// other. A column that is empty in all rows is left out, and so are the least of them where
// a line is wider than the terminal. A star is before the row that is marked.
func (p Picker) aligned(width int) (string, []string) {
	cells, widths := p.cells()
	total := func() (sum int) {
		last := len(widths) - 1
		for j, w := range widths {
			if j == last {
				w = min(w, leastLast)
			}
			if w > 0 {
				sum += w + 2
			}
		}
		return sum
	}
	if slices.ContainsFunc(p.Rows, func(r Row) bool { return r.Marked }) {
		width -= 2
	}
	for _, j := range p.Least {
		if total() > width && j < len(widths) {
			widths[j] = 0
		}
	}
	line := func(columns []string, mark string) string {
		var b strings.Builder
		b.WriteString(mark)
		for j, c := range columns {
			if j < len(widths) && widths[j] > 0 {
				b.WriteString(c)
				b.WriteString(strings.Repeat(" ", widths[j]-uniseg.StringWidth(c)+2))
			}
		}
		return strings.TrimRight(b.String(), " ")
	}
	lines := make([]string, len(cells))
	for i, columns := range cells {
		lines[i] = line(columns, p.mark(p.Rows[i].Marked))
	}
	return line(p.Heading, p.mark(false)), lines
}

// cells are what the rows show, and how wide each column is; 0 for one that is empty.
func (p Picker) cells() (cells [][]string, widths []int) {
	cells = make([][]string, len(p.Rows))
	for i, r := range p.Rows {
		cells[i] = make([]string, len(r.Columns))
		for j, c := range r.Columns {
			cells[i][j] = Sanitise(c)
			if j == len(widths) {
				widths = append(widths, 0)
			}
			widths[j] = max(widths[j], uniseg.StringWidth(cells[i][j]))
		}
	}
	for j, name := range p.Heading[:min(len(p.Heading), len(widths))] {
		if widths[j] > 0 {
			widths[j] = max(widths[j], uniseg.StringWidth(name))
		}
	}
	return cells, widths
}

// mark is the place before a row for a star, where any row has one.
func (p Picker) mark(marked bool) string {
	switch {
	case marked:
		return "* "
	case slices.ContainsFunc(p.Rows, func(r Row) bool { return r.Marked }):
		return "  "
	}
	return ""
}
