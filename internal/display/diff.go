package display

import "strings"

// Diff writes a diff for eyes, its lines sanitised.
func (l Look) Diff(diff string) string {
	var b strings.Builder
	for text := range strings.SplitSeq(strings.TrimSuffix(diff, "\n"), "\n") {
		style := Plain
		switch {
		case strings.HasPrefix(text, "--- "), strings.HasPrefix(text, "+++ "):
			style = Strong
		case strings.HasPrefix(text, "@@ "):
			style = Next
		case strings.HasPrefix(text, "+"):
			style = Good
		case strings.HasPrefix(text, "-"):
			style = Bad
		}
		first, rest := l.broken(line(strings.TrimSuffix(text, "\r")))
		for _, piece := range append([]string{first}, rest...) {
			b.WriteString(l.in(style, piece) + "\n")
		}
	}
	return b.String()
}
