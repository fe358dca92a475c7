package awsconfig

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
)

// Diff returns the changes made in memory: for each file its changed lines, in the order
// of the file, under the header of the section that they are in; empty where there are
// none. Line numbers are those of the file before. Secrets in it are masked. That the
// file's last line has got an end, or lost it, is shown only where nothing else changes.
func (f *Files) Diff() string {
	var b strings.Builder
	secrets := readable(f.config.before(), f.credentials.before(), f.config.parsed(), f.credentials.parsed())
	for _, one := range f.both() {
		if bytes.Equal(one.was.data, one.bytes()) {
			continue
		}
		d := differ{before: view(one.before(), secrets), after: view(one.parsed(), secrets)}
		d.compare()
		if d.out.Len() == 0 {
			d.ends = true
			d.compare()
		}
		fmt.Fprintf(&b, "--- %s\n+++ %s\n%s", one.path, one.path, d.out.String())
	}
	return b.String()
}

// differ finds the lines that differ: section by section, since lines of one profile often
// are in others too, and in each section as few as can be.
type differ struct {
	before, after []viewed
	ends          bool // a line is another if it alone has no end

	out     strings.Builder
	heading string
}

// same reports whether a line stays.
func (d *differ) same(a, b viewed) bool {
	return a.raw.text == b.raw.text && (a.raw.eol == b.raw.eol || !d.ends && (a.raw.eol == "" || b.raw.eol == ""))
}

func (d *differ) compare() {
	i, j := 0, 0
	for _, at := range append(anchors(d.before, d.after), [2]int{len(d.before), len(d.after)}) {
		d.between(i, at[0], j, at[1])
		i, j = at[0], at[1]
	}
}

// anchors are the headers that each side has once: where both have them, in the longest
// order that is the same in both.
func anchors(before, after []viewed) (places [][2]int) {
	once := func(lines []viewed) map[string]int {
		at := map[string]int{}
		for i, l := range lines {
			if !l.isHeader {
				continue
			}
			if _, twice := at[l.raw.text]; twice {
				i = -1
			}
			at[l.raw.text] = i
		}
		return at
	}
	old, now := once(before), once(after)
	var common [][2]int
	for i, l := range before {
		if j, there := now[l.raw.text]; there && l.isHeader && j >= 0 && old[l.raw.text] == i {
			common = append(common, [2]int{i, j})
		}
	}
	return increasing(common)
}

// increasing returns as many of some places as can be whose second numbers increase, as
// their first ones do.
func increasing(all [][2]int) [][2]int {
	var ends []int // the place that ends the best chain of each length
	previous := make([]int, len(all))
	for k, place := range all {
		n, _ := slices.BinarySearchFunc(ends, place[1], func(end, j int) int { return all[end][1] - j })
		previous[k] = -1
		if n > 0 {
			previous[k] = ends[n-1]
		}
		if n == len(ends) {
			ends = append(ends, k)
		}
		ends[n] = k
	}
	chain := make([][2]int, len(ends))
	at := -1
	if len(ends) > 0 {
		at = ends[len(ends)-1]
	}
	for n := len(ends) - 1; n >= 0; n-- {
		chain[n], at = all[at], previous[at]
	}
	return chain
}

// between shows what differs between two stretches of lines.
func (d *differ) between(i, toI, j, toJ int) {
	for ; i < toI && j < toJ && d.same(d.before[i], d.after[j]); i, j = i+1, j+1 {
	}
	endI, endJ := toI, toJ
	for ; endI > i && endJ > j && d.same(d.before[endI-1], d.after[endJ-1]); endI, endJ = endI-1, endJ-1 {
	}
	const most = 1 << 22 // pairs of lines that are compared
	if (endI-i)*(endJ-j) > most {
		d.show('-', i, d.before[i:endI])
		d.show('+', endI, d.after[j:endJ])
		return
	}
	longest := d.common(d.before[i:endI], d.after[j:endJ])
	for x, y := 0, 0; ; x, y = x+1, y+1 {
		fromX, fromY := x, y
		for i+x < endI && longest[x][y] == longest[x+1][y] {
			x++
		}
		for j+y < endJ && longest[x][y] == longest[x][y+1] {
			y++
		}
		d.show('-', i+fromX, d.before[i+fromX:i+x])
		d.show('+', i+x, d.after[j+fromY:j+y])
		if i+x == endI { // and then y is at the end too
			return
		}
	}
}

// common gives, for the rest of each side from a line on, how many lines the two have in
// common in the same order.
func (d *differ) common(a, b []viewed) [][]int {
	longest := make([][]int, len(a)+1)
	for i := range longest {
		longest[i] = make([]int, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			longest[i][j] = max(longest[i+1][j], longest[i][j+1])
			if d.same(a[i], b[j]) {
				longest[i][j] = longest[i+1][j+1] + 1
			}
		}
	}
	return longest
}

// show shows lines that go (-) or come (+) at a line of the file before.
func (d *differ) show(sign byte, at int, lines []viewed) {
	for k, l := range lines {
		number := at + 1
		if sign == '-' {
			number += k
		}
		if l.header != d.heading && !l.isHeader {
			fmt.Fprintf(&d.out, "@@ line %d, %s @@\n", number, l.header)
		}
		d.heading = l.header
		fmt.Fprintf(&d.out, "%c%s\n", sign, l.text)
		if d.ends && l.raw.eol == "" {
			d.out.WriteString("\\ No newline at end of file\n")
		}
	}
}
