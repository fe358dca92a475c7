// Package printable says which characters a text may hold that is shown on a
// terminal or written into a file that other programs read. It is the one
// definition for both: what the answers of others are checked for, what writers
// refuse, and what the terminal is never given.
package printable

import (
	"path/filepath"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Rune reports whether a character shows as itself: it is no control character (C0,
// DEL, C1), no format character (bidirectional overrides and isolates, zero-width
// joiners, which make a text look like another) and no separator of lines.
func Rune(r rune) bool {
	return !unicode.IsControl(r) && !unicode.Is(unicode.Cf, r) && r != '\u2028' && r != '\u2029'
}

// Text reports whether a text is UTF-8 of such characters. Spaces are such.
func Text(s string) bool {
	return utf8.ValidString(s) && strings.IndexFunc(s, func(r rune) bool { return !Rune(r) }) < 0
}

// Word reports whether a text is ASCII that shows, without spaces: the form of ids,
// keys and tokens. The empty text is.
func Word(s string) bool {
	for i := range len(s) {
		if s[i] <= ' ' || s[i] >= 0x7f {
			return false
		}
	}
	return true
}

// InHome is a line with ~ for a home at the beginning of its paths: what is a command in it
// can still be typed. An empty home is none.
func InHome(line, home string) string {
	if home == "" {
		return line
	}
	const separator = string(filepath.Separator)
	return strings.ReplaceAll(line, " "+home+separator, " ~"+separator)
}

// Line makes a text safe to show in one line: line ends and tabs become spaces,
// each other character that does not show, and each byte that is no UTF-8, "�".
func Line(s string) string {
	if Text(s) {
		return s
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return ' '
		case !Rune(r):
			return unicode.ReplacementChar
		}
		return r
	}, strings.ToValidUTF8(s, string(unicode.ReplacementChar)))
}
