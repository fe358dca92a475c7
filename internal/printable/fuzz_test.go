package printable

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// FuzzLine: whatever comes in, what is shown is one line of text that moves no cursor
// and turns no direction around; text that was such comes out as it is, once or twice.
func FuzzLine(f *testing.F) {
	for _, s := range []string{"a\x1b]0;x\x07b", "plain é 日本", "a\x9bb", "\u009b31m", "right\u202eleft", "zero\u200bwidth", "line\u2028x", "two\nlines\r\ttab", "\xff\xfe", "\U000e0041", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := Line(s)
		if !utf8.ValidString(got) || !Text(got) || strings.ContainsFunc(got, hides) {
			t.Errorf("%q: %q", s, got)
		}
		if again := Line(got); again != got {
			t.Errorf("%q: twice is not once", s)
		}
		if utf8.ValidString(s) && (utf8.RuneCountInString(got) != utf8.RuneCountInString(s) || !strings.ContainsFunc(s, hides) && got != s) {
			t.Errorf("%q: %q", s, got)
		}
		if Word(s) && s != "" && (got != s || len(strings.Fields(s)) != 1) {
			t.Errorf("the word %q: %q", s, got)
		}
	})
}

// hides reports whether a terminal does not show a character as itself, by the ranges
// of Unicode's tables of control and format characters.
func hides(r rune) bool {
	bidi := r == 0x61c || r == 0x200e || r == 0x200f || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069
	return r < 0x20 || r >= 0x7f && r < 0xa0 || bidi || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp)
}
