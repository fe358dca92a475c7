package awsconfig

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// viewed is a line as it may be shown.
type viewed struct {
	raw          line
	text, header string // without its end; of its section
	isHeader     bool
}

// view returns the lines of a file with its secrets masked: what a setting that is
// named like a secret has for a value, on its line and on those that continue it;
// what follows such a word anywhere else; and known secrets wherever they stand.
func view(d *Document, secrets map[string]int) []viewed {
	var all []viewed
	for _, s := range d.sections {
		header := beforeAll
		if s.header.kind != "" {
			header = strings.TrimSpace(s.lines[0].text)
		}
		masking := -1 // the indentation of the setting whose value is being masked
		for i, l := range s.lines {
			v := viewed{raw: l, text: l.text, header: header, isHeader: i == 0 && s.header.kind != ""}
			trimmed := strings.TrimSpace(l.text)
			indent := strings.Index(l.text, trimmed)
			switch {
			case v.isHeader, trimmed == "":
			case masking >= 0 && indent > masking:
				v.text = l.text[:indent] + redacted
			default:
				var whole bool
				if v.text, whole = mask(l.text); whole {
					masking = indent
				} else if !isComment(trimmed) {
					masking = -1
				}
			}
			for secret := range secrets {
				if len(secret) >= shortest {
					v.text = strings.ReplaceAll(v.text, secret, redacted)
				}
			}
			all = append(all, v)
		}
	}
	if all == nil && d.bom != "" { // a line that has nothing but the mark
		all = []viewed{{header: beforeAll}}
	}
	if len(all) > 0 {
		all[0].raw.text = d.bom + all[0].raw.text
	}
	return all
}

// beforeAll stands for the header of the lines before the first one.
const beforeAll = "before any section"

const (
	redacted = "[redacted]"
	// shortest is the length from which a known secret is masked wherever it stands:
	// a shorter one may be a part of any word.
	shortest = 8
)

// mask hides what a line names as a secret. It reports whether that is the whole
// value of a setting, which may go on on the next lines.
func mask(text string) (masked string, whole bool) {
	at, end := secretWord(text)
	if at < 0 {
		return text, false
	}
	sep := strings.IndexAny(text, "=:")
	if sep < 0 || sep < at || isComment(strings.TrimSpace(text)) { // in a comment, or in the value of another setting
		if strings.TrimSpace(text[end:]) == "" {
			return text, false
		}
		return text[:end] + " " + redacted, false
	}
	key, value := strings.TrimSpace(text[:sep]), strings.TrimSpace(text[sep+1:])
	ends := func(suffix string) bool { return strings.HasSuffix(strings.ToLower(key), suffix) }
	if slices.ContainsFunc([]string{"_file", "_process", "_command"}, ends) {
		rest, _ := mask(text[sep+1:])
		return text[:sep+1] + rest, false
	}
	if isPlace(value) {
		return text, false
	}
	if value == "" {
		return text, true
	}
	return text[:sep+1] + " " + redacted, true
}

// secretWord finds the first word of a text that announces a secret; at is
// negative where there is none.
func secretWord(text string) (at, end int) {
	at, lower := -1, strings.ToLower(text)
	for _, word := range []string{"secret", "token", "password", "passwd", "passphrase"} {
		if i := strings.Index(lower, word); i >= 0 && (at < 0 || i < at) {
			at, end = i, i+len(word)
		}
	}
	if at < 0 {
		return at, end
	}
	return sameRune(text, lower, at), sameRune(text, lower, end)
}

// sameRune returns where a text has the rune that its lower case has at a place:
// both have as many runes, but not as many bytes (İ, ẞ and a byte that is no UTF-8
// change their length).
func sameRune(text, lower string, at int) int {
	before := utf8.RuneCountInString(lower[:at])
	for i := range text {
		if before == 0 {
			return i
		}
		before--
	}
	return len(text)
}
