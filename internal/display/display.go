// Package display writes what commands answer: tables and diffs for eyes, JSON for programs.
// Whatever is in it, nothing of it can steer a terminal.
package display

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"unicode/utf16"

	"guise/internal/printable"
)

// Table writes rows for eyes: sanitised, aligned, the first a heading. An empty cell is a dash.
func Table(rows [][]string, colour bool) string {
	var b strings.Builder
	t := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for _, row := range rows {
		cells := make([]string, len(row))
		for i, cell := range row {
			if cells[i] = printable.Line(cell); cell == "" {
				cells[i] = "-"
			}
		}
		_, _ = io.WriteString(t, strings.Join(cells, "\t")+"\n")
	}
	_ = t.Flush() // a strings.Builder takes all
	heading, rest, _ := strings.Cut(b.String(), "\n")
	if colour {
		heading = "\x1b[1m" + heading + "\x1b[0m"
	}
	return heading + "\n" + rest
}

// Diff writes a diff for eyes, its lines sanitised.
func Diff(diff string, colour bool) string {
	var b strings.Builder
	for line := range strings.SplitSeq(strings.TrimSuffix(diff, "\n"), "\n") {
		text := printable.Line(strings.TrimSuffix(line, "\r"))
		switch {
		case !colour:
		case strings.HasPrefix(line, "+"):
			text = "\x1b[32m" + text + "\x1b[0m"
		case strings.HasPrefix(line, "-"):
			text = "\x1b[31m" + text + "\x1b[0m"
		}
		b.WriteString(text + "\n")
	}
	return b.String()
}

// JSON writes a value as indented JSON, for programs.
func JSON(v any) (string, error) {
	data, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return "", fmt.Errorf("JSON: %w", err)
	}
	return escaped(string(data)) + "\n", nil
}

// escaped writes characters that do not show, which JSON may hold as they are (C1,
// bidirectional overrides), by their numbers: JSON is looked at on terminals too.
func escaped(json string) string {
	if printable.Text(strings.ReplaceAll(json, "\n", "")) {
		return json
	}
	var b strings.Builder
	for _, r := range json {
		if r == '\n' || printable.Rune(r) {
			b.WriteRune(r)
			continue
		}
		for _, unit := range utf16.Encode([]rune{r}) {
			_, _ = fmt.Fprintf(&b, `\u%04x`, unit)
		}
	}
	return b.String()
}
