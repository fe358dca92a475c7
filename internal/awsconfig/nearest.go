package awsconfig

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// Nearest returns the names that are like a word, the best first: three at most.
// Of a short word two letters may be wrong, of a longer one a third of them; but never more than half
// of the word, or of the name: those have nothing to do with each other.
func Nearest(word string, names []string) []string {
	type ranked struct {
		name     string
		distance int
	}
	var all []ranked
	lower := strings.ToLower(word)
	for _, name := range names {
		limit := min(max(2, len(word)/3), len(word)/2, len(name)/2)
		d := limit + 1
		if low := strings.ToLower(name); strings.Contains(low, lower) {
			d, limit = min(distance(lower, low), 1), 1
		} else if apart := utf8.RuneCountInString(low) - utf8.RuneCountInString(lower); -limit <= apart && apart <= limit { // or the distance is more
			d = distance(lower, low)
		}
		if d <= limit {
			all = append(all, ranked{name, d})
		}
	}
	slices.SortStableFunc(all, func(a, b ranked) int { return a.distance - b.distance })
	var near []string
	for _, r := range all[:min(3, len(all))] {
		near = append(near, r.name)
	}
	return near
}

// distance is Levenshtein's: how many letters to put in, take out or change.
func distance(a, b string) int {
	x, y := []rune(a), []rune(b)
	row := make([]int, len(y)+1)
	for j := range row {
		row[j] = j
	}
	for i, rx := range x {
		diagonal := row[0]
		row[0] = i + 1
		for j, ry := range y {
			change := diagonal
			if rx != ry {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(y)]
}

// AsReadOnly takes off a name what makes it that of a read-only profile (see
// [ReadOnlySuffix]), as people type it: in any case, and with another hyphen or none. is:
// at least the beginning of it is there; whole: all of it.
func AsReadOnly(name string) (of string, is, whole bool) {
	at := strings.LastIndexByte(name, '@')
	if at <= 0 {
		return "", false, false
	}
	end := strings.ToLower(strings.NewReplacer("-", "", "_", "", " ", "").Replace(name[at+1:]))
	return name[:at], end != "" && strings.HasPrefix("readonly", end), end == "readonly"
}

// NoReadOnly is the error of a name that means the read-only profile of another, and is not
// that one's name: it was written or not. It never leads to the other, which can do more.
func NoReadOnly(name, of string, written bool) *NoProfileError {
	if written {
		return &NoProfileError{Name: name, Nearest: []string{of + ReadOnlySuffix}}
	}
	return &NoProfileError{Name: name, ReadOnlyOf: of}
}
