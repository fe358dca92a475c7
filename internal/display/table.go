package display

import (
	"cmp"
	"iter"
	"slices"
	"strings"
)

// A Table is rows of cells below their columns' names. An empty cell is shown as a dash.
type Table struct {
	Columns []Column
	Rows    [][]string // each as long as Columns
	// Each gives the rows one by one, in the place of Rows: of many, which are not all to be
	// kept at once. It is gone through twice, and may give one slice again and again.
	Each iter.Seq[[]string]
	// Marked are the rows that a "*" is before. Where there is none, no place is
	// kept for it. nil: none is.
	Marked func(row int) bool
}

// A Column of a table. How a table becomes narrower: first cells are cut to Cut, the widest
// column first; then columns are left out, in the order of Drop; then what is left is
// cut as far as need be.
type Column struct {
	Name  string
	Drop  int                     // its turn to be left out, from 1; 0: it stays
	Cut   int                     // the width that its cells may be cut to at once; 0: they stay whole
	Style func(cell string) Style // nil: plain
}

const between = 2 // columns of the terminal between those of a table

// Table writes a table.
func (l Look) Table(t Table) string {
	text, _ := l.Roll(t)
	return text
}

// Roll writes a table that goes on: row gives each further row, without a line end, in the
// same columns. These have room for rows like those given, too, which are not shown.
func (l Look) Roll(t Table, like ...[]string) (table string, row func(cells []string) string) {
	rows := t.Each
	if rows == nil {
		rows = slices.Values(t.Rows)
	}
	widths := make([]int, len(t.Columns))
	for j, c := range t.Columns {
		widths[j] = Width(c.Name)
	}
	count, mark := 0, false
	for cells := range rows {
		t.widen(widths, cells)
		mark = mark || t.Marked != nil && t.Marked(count)
		count++
	}
	for _, cells := range like {
		t.widen(widths, cells)
	}
	unmarked := ""
	if mark {
		unmarked = "  "
	}
	if l.Width > 0 {
		t.fit(widths, l.Width-len(unmarked))
	}
	var b strings.Builder
	b.Grow((len(unmarked) + total(widths) + 1) * (count + 1))
	heading := make([]string, len(t.Columns))
	for j, c := range t.Columns {
		heading[j] = cmp.Or(c.Name, " ")
	}
	b.WriteString(l.in(Strong, unmarked+t.row(Look{}, heading, widths)) + "\n")
	i := 0
	for cells := range rows {
		if mark && t.Marked(i) {
			b.WriteString(l.in(Active, "* "))
			t.write(l, &b, cells, widths, Active)
		} else {
			b.WriteString(unmarked)
			t.write(l, &b, cells, widths, Plain)
		}
		b.WriteByte('\n')
		i++
	}
	return b.String(), func(cells []string) string {
		if l.Width <= 0 { // nothing is cut
			t.widen(widths, cells)
		}
		return unmarked + t.row(l, cells, widths)
	}
}

// widen makes columns as wide as the cells of a row.
func (t Table) widen(widths []int, cells []string) {
	for j, cell := range cells {
		_, width := shown(cell)
		widths[j] = max(widths[j], width)
	}
}

// shown is a cell as it is shown, and how many columns of the terminal it takes: mostly both
// are known after one look.
func shown(cell string) (text string, width int) {
	switch {
	case cell == "":
		return "-", 1
	case ascii(cell):
		return cell, len(cell)
	}
	text = line(cell)
	return text, Width(text)
}

// fit makes columns narrower until they fit into a room; of one that is left out the
// width is 0.
func (t Table) fit(widths []int, room int) {
	natural := append([]int{}, widths...)
	for {
		over := total(widths) - room
		if t.narrow(widths, over, func(c Column) int { return c.Cut }) <= 0 {
			return
		}
		drop := -1
		for j, c := range t.Columns {
			if c.Drop > 0 && widths[j] > 0 && (drop < 0 || c.Drop < t.Columns[drop].Drop) {
				drop = j
			}
		}
		if drop < 0 {
			break
		}
		for j := range widths {
			if widths[j] > 0 {
				widths[j] = natural[j] // the others may need to be cut less now, or not at all
			}
		}
		widths[drop] = 0
		for j := range t.Columns { // those left out before stay so
			if widths[j] == 0 {
				natural[j] = 0
			}
		}
	}
	t.narrow(widths, total(widths)-room, func(Column) int { return 1 })
}

// narrow takes so many columns of the terminal away, always from the widest, and none
// below its least width; 0 is one that stays whole. It returns what it could not take.
func (t Table) narrow(widths []int, over int, least func(Column) int) int {
	for ; over > 0; over-- {
		widest := -1
		for j, c := range t.Columns {
			if n := least(c); n > 0 && widths[j] > n && (widest < 0 || widths[j] > widths[widest]) {
				widest = j
			}
		}
		if widest < 0 {
			return over
		}
		widths[widest]--
	}
	return 0
}

// total is what columns take, with the space between them.
func total(widths []int) int {
	sum := -between
	for _, w := range widths {
		if w > 0 {
			sum += w + between
		}
	}
	return sum
}

// row is a row without spaces at its end.
func (t Table) row(l Look, cells []string, widths []int) string {
	var b strings.Builder
	t.write(l, &b, cells, widths, Plain)
	return b.String()
}

// write writes a row, in a style where a column has none of its own.
func (t Table) write(l Look, b *strings.Builder, cells []string, widths []int, whole Style) {
	space := 0
	for j, full := range cells {
		if widths[j] == 0 {
			continue
		}
		writeSpace(b, space)
		full, width := shown(full)
		cell := full
		if width > widths[j] {
			cell = cut(full, widths[j])
			width = Width(cell)
		}
		space = widths[j] - width + between
		in := Plain
		if style := t.Columns[j].Style; style != nil && l.Colour {
			in = style(full)
		}
		b.WriteString(l.in(cmp.Or(in, whole), cell))
	}
}

const spaces = "                                "

func writeSpace(b *strings.Builder, n int) {
	for ; n > len(spaces); n -= len(spaces) {
		b.WriteString(spaces)
	}
	b.WriteString(spaces[:n])
}
