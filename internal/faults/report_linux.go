package main

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
)

// row is what came of one command.
type row struct {
	story      *story
	tried, bad map[string]int // by kind of fault
	what       map[string]int
}

func newRow(s *story) row {
	return row{story: s, tried: map[string]int{}, bad: map[string]int{}, what: map[string]int{}}
}

func (r row) count(kind string, v verdict) {
	r.tried[kind]++
	if v.what != "" {
		r.bad[kind]++
		r.what[v.what]++
	}
}

// columns are the kinds of fault that a table is about.
func (o options) columns() (names []string) {
	if o.answers {
		for _, l := range lies() {
			names = append(names, string(l))
		}
		return names
	}
	for _, k := range kinds() {
		names = append(names, string(k))
	}
	return names
}

// report prints the table, and writes it to a file where one is wanted.
func (o options) report(rows []row) (failed bool, err error) {
	var b strings.Builder
	columns := o.columns()
	b.WriteString("| command (state) |")
	for _, k := range columns {
		fmt.Fprintf(&b, " %s |", k)
	}
	b.WriteString(" what was bad |\n|---|" + strings.Repeat("---|", len(columns)+1) + "\n")
	sum := newRow(&story{name: "**all**"})
	for _, r := range rows {
		b.WriteString(r.line(columns))
		for _, k := range columns {
			sum.tried[k] += r.tried[k]
			sum.bad[k] += r.bad[k]
		}
		for what, n := range r.what {
			sum.what[what] += n
		}
	}
	b.WriteString(sum.line(columns))
	tried, bad := 0, 0
	for _, k := range columns {
		tried, bad = tried+sum.tried[k], bad+sum.bad[k]
	}
	fmt.Fprintf(&b, "\n%d faults, %d of them bad.\n", tried, bad)
	if _, err := os.Stdout.WriteString(b.String()); err != nil {
		return false, err
	}
	if o.write != "" {
		mark := map[bool]string{false: "calls", true: "answers"}[o.answers]
		err = between(o.write, "<!-- "+mark+" begin -->\n", "<!-- "+mark+" end -->", b.String())
	}
	return bad > 0, err
}

func (r row) line(columns []string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "| %s |", r.story.name)
	for _, k := range columns {
		fmt.Fprintf(&b, " %d/%d |", r.tried[k], r.bad[k])
	}
	var what []string
	for _, name := range slices.Sorted(maps.Keys(r.what)) {
		what = append(what, fmt.Sprintf("%s %d", name, r.what[name]))
	}
	return b.String() + " " + strings.Join(what, ", ") + " |\n"
}

// between replaces what stands in a file between two marks.
func between(path, begin, end, text string) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	before, rest, ok1 := strings.Cut(string(data), begin)
	_, after, ok2 := strings.Cut(rest, end)
	if !ok1 || !ok2 {
		return fmt.Errorf("%s has not the marks %s and %s", path, strings.TrimSpace(begin), end)
	}
	return os.WriteFile(path, []byte(before+begin+text+end+after), 0o644) //nolint:gosec // a page of documentation
}
