package main

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"guise/internal/faults/inject"
)

// row is what came of one command.
type row struct {
	story      *story
	tried, bad map[inject.Kind]int
	what       map[string]int
}

// report prints the table, and writes it to a file where one is wanted.
func (o options) report(rows []row) (failed bool, err error) {
	var b strings.Builder
	b.WriteString("| command (state) |")
	for _, k := range kinds() {
		fmt.Fprintf(&b, " %s |", k)
	}
	b.WriteString(" what was bad |\n|---|" + strings.Repeat("---|", len(kinds())+1) + "\n")
	sum := row{story: &story{name: "**all**"}, tried: map[inject.Kind]int{}, bad: map[inject.Kind]int{}, what: map[string]int{}}
	for _, r := range rows {
		b.WriteString(r.line())
		for _, k := range kinds() {
			sum.tried[k] += r.tried[k]
			sum.bad[k] += r.bad[k]
		}
		for what, n := range r.what {
			sum.what[what] += n
		}
	}
	b.WriteString(sum.line())
	tried, bad := 0, 0
	for _, k := range kinds() {
		tried, bad = tried+sum.tried[k], bad+sum.bad[k]
	}
	fmt.Fprintf(&b, "\n%d faults, %d of them bad.\n", tried, bad)
	if _, err := os.Stdout.WriteString(b.String()); err != nil {
		return false, err
	}
	if o.write != "" {
		err = between(o.write, "<!-- faults begin -->\n", "<!-- faults end -->", b.String())
	}
	return bad > 0, err
}

func (r row) line() string {
	var b strings.Builder
	fmt.Fprintf(&b, "| %s |", r.story.name)
	for _, k := range kinds() {
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
