package doctor

import (
	"cmp"
	"slices"
	"strings"

	"guise/internal/printable"
)

// Fix fixes what can be fixed without a question, and notes in each finding what came
// of it.
func Fix(found []Finding) {
	for i := range found {
		f := &found[i]
		if f.Repair == nil {
			continue
		}
		if err := f.Repair(); err != nil {
			f.Why += "; fixing it failed: " + err.Error()
		} else {
			f.Fixed = true
		}
	}
}

// Typed are the findings with each fix as the user types it, in their shell and with their
// editor: nothing for a bug report. None are an empty slice, not nil.
func Typed(found []Finding, typed func(proposed string) string) []Finding {
	found = append([]Finding{}, found...)
	for i := range found {
		found[i].Fix = typed(found[i].Fix)
	}
	return found
}

// SeriousLeft reports whether anything serious is not fixed.
func SeriousLeft(found []Finding) bool {
	return slices.ContainsFunc(found, func(f Finding) bool { return f.Severity == Serious && !f.Fixed })
}

// Lines are the findings as they are read, the worst first, with ~ for a home.
func Lines(found []Finding, home string) (lines []string) {
	order := []string{Serious, Warning, Hint}
	sorted := slices.SortedStableFunc(slices.Values(found), func(x, y Finding) int {
		return slices.Index(order, x.Severity) - slices.Index(order, y.Severity)
	})
	for _, f := range sorted {
		if f.Fixed {
			lines = append(lines, "fixed: "+cmp.Or(f.Done, f.What))
			continue
		}
		lines = append(lines, f.Severity+": "+f.What, "  "+f.Why)
		if f.Fix != "" {
			lines = append(lines, strings.Split("  fix: "+strings.ReplaceAll(f.Fix, "\n", "\n       "), "\n")...)
		}
	}
	if len(found) == 0 {
		lines = []string{"nothing found"}
	}
	for i := range lines {
		lines[i] = printable.InHome(lines[i], home)
	}
	return lines
}
