package awsconfig

import (
	"slices"
	"strings"
)

// Nearest returns the names that are like a word, the best first: three at most.
// Of a short word two letters may be wrong, of a longer one a third of them; but never more than half
// of the word, or of the name: those have nothing to do with each other.
func Nearest(word string, names []string) []string {
	type ranked struct {
		name            string
		distance, limit int
	}
	var all []ranked
	for _, name := range names {
		d, limit := distance(strings.ToLower(word), strings.ToLower(name)), max(2, len(word)/3)
		limit = min(limit, len(word)/2, len(name)/2)
		if strings.Contains(strings.ToLower(name), strings.ToLower(word)) {
			d, limit = min(d, 1), 1
		}
		all = append(all, ranked{name, d, limit})
	}
	slices.SortStableFunc(all, func(a, b ranked) int { return a.distance - b.distance })
	var near []string
	for _, r := range all {
		if len(near) < 3 && r.distance <= r.limit {
			near = append(near, r.name)
		}
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
