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

// sum says how many were tried, and how many of them went badly.
func (r row) sum() string {
	tried, bad := 0, 0
	for kind, n := range r.tried {
		tried, bad = tried+n, bad+r.bad[kind]
	}
	return fmt.Sprintf("%d tried, %d bad", tried, bad)
}

// tries is how many faults took place.
func (r row) tries() (n int) {
	for _, some := range r.tried {
		n += some
	}
	return n
}

// untried is an error where faults were possible, and none took place.
func (r row) untried(possible int) error {
	if possible > 0 && r.tries() == 0 {
		return fmt.Errorf("%s: none of %d faults took place", r.story.name, possible)
	}
	return nil
}

// columns are the kinds of fault that a table is about.
func (o options) columns() (names []string) {
	switch o.what {
	case "answers":
		for _, l := range lies() {
			names = append(names, string(l))
		}
		return names
	case "moments":
		for _, m := range moments() {
			names = append(names, m.name)
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
	switch o.what {
	case "places":
		return o.reportPlaces(rows)
	case "quiet":
		return o.reportQuiet(rows)
	}
	columns := o.columns()
	b.WriteString("| command (state) |")
	for _, k := range columns {
		fmt.Fprintf(&b, " %s |", k)
	}
	b.WriteString(" what was bad |\n|---|" + strings.Repeat("---|", len(columns)+1) + "\n")
	sum := newRow(&story{name: "**all**"})
	for _, r := range rows {
		if len(r.tried) == 0 {
			continue // it asks AWS for nothing; or this was interrupted
		}
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
	return bad > 0, o.publish(b.String())
}

// reportPlaces prints a row for each place.
func (o options) reportPlaces(rows []row) (failed bool, err error) {
	var b strings.Builder
	b.WriteString("| place | commands | bad |\n|---|---|---|\n")
	tried, bad := 0, 0
	for _, p := range places() {
		n, which := 0, []string{}
		for _, r := range rows {
			n += r.tried[p.name]
			if r.bad[p.name] > 0 {
				which = append(which, r.story.name)
			}
		}
		tried, bad = tried+n, bad+len(which)
		fmt.Fprintf(&b, "| %s | %d | %s |\n", p.name, n, strings.Join(which, ", "))
	}
	fmt.Fprintf(&b, "\n%d tried, %d of them bad.\n", tried, bad)
	return bad > 0, o.publish(b.String())
}

// reportQuiet lists the commands that change nothing.
func (o options) reportQuiet(rows []row) (failed bool, err error) {
	var names []string
	for _, r := range rows {
		failed = failed || r.bad["quiet"] > 0
		names = append(names, "`"+r.story.name+"`")
	}
	return failed, o.publish(strings.Join(names, ", ") + "\n")
}

// publish prints a table, and writes it to the page where one is wanted.
func (o options) publish(table string) error {
	if _, err := os.Stdout.WriteString(table); err != nil || o.write == "" {
		return err
	}
	return between(o.write, "<!-- "+o.what+" begin -->\n", "<!-- "+o.what+" end -->", table)
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

// between replaces what is in a file between two marks.
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
