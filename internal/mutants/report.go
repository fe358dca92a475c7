package main

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"
)

// result is what became of the mutants of a package.
type result struct {
	mutants  []mutant
	verdicts []verdict
}

func (r result) count(v ...verdict) (n int) {
	for _, is := range r.verdicts {
		if slices.Contains(v, is) {
			n++
		}
	}
	return n
}

// percent is how many of a hundred died.
func (r result) percent() float64 {
	return 100 * float64(r.count(killed, timedOut)) / float64(max(1, len(r.mutants)))
}

func (r result) figures() string {
	return fmt.Sprintf("%d killed (%d by time), %d survived (%d not tested): %.1f %%",
		r.count(killed, timedOut), r.count(timedOut), r.count(lived, unreached), r.count(unreached), r.percent())
}

// The record is a text, a table with a row for each package, and for each package a
// section with its survivors: a line that begins with "- " for each, and its reason in
// the line below.
const (
	noReason = "  (no reason yet)"
	heading  = "| package | mutants | killed | by time | survived | not tested | killed % |\n|---|---|---|---|---|---|---|\n"
)

// record writes the section and the row of a package, with the reasons that stand
// there, and gives the number of survivors that have none.
func (r result) record(file, path string) (unnamed int, err error) {
	data, err := os.ReadFile(file) //nolint:gosec // the user's choice
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return 0, err
	}
	intro, rows, sections := parse(string(data))
	reasons := map[string]string{}
	var lines []string
	for line := range strings.SplitSeq(sections[path], "\n") {
		if len(lines) > 0 && strings.HasPrefix(line, "  ") {
			reasons[lines[len(lines)-1]] = line
		}
		lines = append(lines, line)
	}
	var section strings.Builder
	for i, m := range r.mutants {
		if v := r.verdicts[i]; v != lived && v != unreached {
			continue
		}
		line := "- " + m.name()
		reason, ok := reasons[line]
		if !ok || reason == noReason {
			reason = noReason
			unnamed++
		}
		section.WriteString(line + "\n" + reason + "\n")
	}
	sections[path] = section.String()
	rows[path] = fmt.Sprintf("| %s | %d | %d | %d | %d | %d | %.1f |\n", path, len(r.mutants), r.count(killed, timedOut), r.count(timedOut), r.count(lived, unreached), r.count(unreached), r.percent())

	var all strings.Builder
	all.WriteString(intro + heading)
	for _, p := range slices.Sorted(maps.Keys(rows)) {
		all.WriteString(rows[p])
	}
	for _, p := range slices.Sorted(maps.Keys(sections)) {
		all.WriteString("\n## " + p + "\n\n" + sections[p])
	}
	return unnamed, os.WriteFile(file, []byte(all.String()), 0o644) //nolint:gosec // a document
}

// parse takes a record apart: the text before the table, and the rows and sections by
// package.
func parse(record string) (intro string, rows, sections map[string]string) {
	rows, sections = map[string]string{}, map[string]string{}
	parts := strings.Split(record, "\n## ")
	intro, table, _ := strings.Cut(parts[0], heading)
	for row := range strings.Lines(table) {
		if cells := strings.Split(row, "|"); len(cells) > 2 {
			rows[strings.TrimSpace(cells[1])] = row
		}
	}
	for _, part := range parts[1:] {
		name, text, _ := strings.Cut(part, "\n")
		sections[name] = strings.TrimLeft(text, "\n")
	}
	return intro, rows, sections
}
