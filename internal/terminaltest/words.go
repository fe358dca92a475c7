package terminaltest

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/rivo/uniseg"
)

// Broken names the words on screens that were wrapped or cut in their middle, as the same
// story at other widths shows: a word that stands nowhere else is a part of one. A word
// may be cut with "…", and may go on in the next line after "/" or ":", one that no line
// has room for also after "-", "." or "_". The widest of the screens may have words that no
// other has room for.
func Broken(screens, others []Screen) (wrong []string) {
	widest := true
	elsewhere := newVocabulary()
	for _, other := range others {
		widest = widest && screens[0].Columns > other.Columns
		for _, line := range flows(other) {
			for _, word := range line.words {
				elsewhere.add(word)
			}
			for _, word := range line.onwards() {
				elsewhere.add(word)
			}
		}
	}
	var lines []*flow
	for _, s := range screens {
		lines = append(lines, flows(s)...)
	}
	for _, line := range lines {
		for more, word := range line.onwards() {
			if elsewhere.has(word) {
				line.lastGoesOn = true
				for next := line.next; more > 0; next, more = next.next, more-1 {
					next.firstWasBegun, next.lastGoesOn = true, more > 1
				}
			}
		}
	}
	for _, line := range lines {
		for i, word := range line.words {
			isLast := i == len(line.words)-1
			switch {
			case elsewhere.has(word), elsewhere.hasCut(word), i == 0 && line.firstWasBegun, isLast && line.lastGoesOn:
			case !widest:
				wrong = append(wrong, fmt.Sprintf("%q stands at no other width: %s", word, line.text))
			case isLast && line.next != nil && elsewhere.has(word+line.next.words[0]):
				wrong = append(wrong, fmt.Sprintf("%q is broken in its middle: %s", word, line.text))
			}
		}
	}
	return wrong
}

// flow is a line of text, or the part of one between two upright lines of boxes.
type flow struct {
	text  string
	words []string // one at least
	next  *flow    // the line below, if it has words
	room  int      // the columns of the screen

	firstWasBegun, lastGoesOn bool // a word that is known goes over the end of the line
}

// flows are those of a screen that have words of letters or digits.
func flows(s Screen) (all []*flow) {
	var above []*flow
	for _, line := range s.Lines {
		var row []*flow
		for i, text := range strings.FieldsFunc(line, func(r rune) bool { return strings.ContainsRune(uprights, r) }) {
			one := &flow{room: s.Columns, text: strings.TrimSpace(text), words: slices.DeleteFunc(strings.FieldsFunc(text, between), isMark)}
			if len(one.words) == 0 {
				row = append(row, nil)
				continue
			}
			if i < len(above) && above[i] != nil {
				above[i].next = one
			}
			row, all = append(row, one), append(all, one)
		}
		above = row
	}
	return all
}

// between is what is between words: spaces, and what boxes are drawn with.
func between(r rune) bool { return r == ' ' || r >= 0x2500 && r <= 0x259f }

func isMark(word string) bool {
	return !strings.ContainsFunc(word, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) })
}

// onwards are what the last word of a line may begin, if it goes on one line below, two,
// and so on.
func (line *flow) onwards() map[int]string {
	all := map[int]string{}
	word := line.words[len(line.words)-1]
	for more := 1; line.next != nil && strings.ContainsAny(word[len(word)-1:], "/:-._"); more++ {
		line = line.next
		anywhere := strings.ContainsAny(word[len(word)-1:], "/:")
		if word += line.words[0]; anywhere || uniseg.StringWidth(word) > line.room*3/4 {
			all[more] = word
		}
		if len(line.words) > 1 {
			break
		}
	}
	return all
}

// vocabulary is a set of words, regardless of what in them is another each time that a
// story is played: numbers, times, the ids of keys.
type vocabulary struct {
	words    map[string]bool
	changing *regexp.Regexp
}

func newVocabulary() vocabulary {
	return vocabulary{map[string]bool{}, regexp.MustCompile(`\b(AKIA|ASIA|AROA|AIDA)[A-Z0-9]+|…[A-Z0-9]{4}\b|\b[A-Z0-9]{4}-[A-Z0-9]{4}\b|(\d+[dhms])+\b|\d+`)}
}

func (v vocabulary) plain(word string) string { return v.changing.ReplaceAllString(word, "0") }

func (v vocabulary) add(word string) { v.words[v.plain(word)] = true }

func (v vocabulary) has(word string) bool { return v.words[v.plain(word)] }

// hasCut reports whether a word says by "…" that it is the beginning or the end of one
// that is known.
func (v vocabulary) hasCut(word string) bool {
	begins, isCut := strings.CutSuffix(word, "…")
	ends, isEnd := strings.CutPrefix(word, "…")
	if !isCut && !isEnd {
		return false
	}
	begins, ends = strings.TrimRight(v.plain(begins), "0"), strings.TrimLeft(v.plain(ends), "0")
	for known := range v.words {
		if isCut && strings.HasPrefix(known, begins) || isEnd && strings.HasSuffix(known, ends) {
			return true
		}
	}
	return false
}
