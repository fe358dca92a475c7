// Package match finds the profiles that a user means by what they type.
//
// [Parts] are those of which a query given to a command is a part. [Rank] orders the rows of the picker while the user types. Both know the same
// fields, and are pure.
package match

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A Profile is what a user may know a profile by. Fields may be empty.
type Profile struct {
	Name, Alias          string
	Account, AccountName string // the id, and what the organisation calls it
	Role                 string
	Other                string // what else the picker shows: region, kind, description
	// Whole reports that a part of its name never stands for this profile.
	Whole bool
}

// Parts returns the indices of the profiles in which each word of a query is a part of a
// field that they are known by, not counting Other. Case does not count. Letters in
// order, or with a typo, are no part.
func Parts(all []Profile, query string) []int {
	terms := strings.Fields(strings.ToLower(query))
	if len(terms) == 0 {
		return nil
	}
	var found []int
	for i, p := range all {
		p.Other = "" // shown, but nothing to know a profile by
		folded := fold(p)
		if !slices.ContainsFunc(terms, func(term string) bool { return folded.place(term) >= lettersOfName }) {
			found = append(found, i)
		}
	}
	return found
}

// Rank returns the indices of those of all that query fits, the best first: its exact
// name, the start of its name, a part of it, its alias, another field, and last those
// whose name has its letters in order. A part that is a word comes before one that begins a
// word, and that before any other. Of several words each must fit, and their places add up. Equals stay in the
// order of all; so do all of them for an empty query.
func Rank(all []Profile, query string) []int {
	query = strings.ToLower(strings.TrimSpace(query))
	terms := strings.Fields(query)
	byCost := make([][]int, nowhere*len(terms)+1)
	for i := range all {
		if cost, fits := fold(all[i]).cost(query, terms); fits {
			byCost[cost] = append(byCost[cost], i)
		}
	}
	return slices.Concat(byCost...)
}

// What a word costs by where it is found; less is better.
const (
	exactName = iota
	startOfName
	wholeWordOfName
	wordOfName
	partOfName
	exactAlias
	startOfAlias
	partOfAlias
	exactField
	wordOfField
	partOfField
	lettersOfName
	nowhere
)

// Folded is the profile without case, which is found as the profile itself is.
func (p Profile) Folded() Profile {
	for _, text := range []*string{&p.Name, &p.Alias, &p.Account, &p.AccountName, &p.Role, &p.Other} {
		*text = strings.ToLower(*text)
	}
	return p
}

// folded is a profile without case.
type folded struct {
	name, alias string
	fields      [4]string // empty ones are not there
}

func fold(p Profile) folded {
	p = p.Folded()
	return folded{p.Name, p.Alias, [...]string{p.Account, p.AccountName, p.Role, p.Other}}
}

// cost adds up what the terms cost. The whole query, where it is several words, may be
// one name.
func (f folded) cost(query string, terms []string) (int, bool) {
	if len(terms) > 1 {
		if whole := f.place(query); whole <= partOfName {
			return whole, true
		}
	}
	sum := 0
	for _, term := range terms {
		place := f.place(term)
		if place == nowhere {
			return 0, false
		}
		sum += place
	}
	return sum, true
}

// place finds a term.
func (f folded) place(term string) int {
	best := nowhere
	switch at := find(f.name, term); {
	case f.name == term:
		return exactName
	case at == start:
		return startOfName
	case at == wholeWord:
		return wholeWordOfName
	case at == word:
		return wordOfName
	case at == inside:
		return partOfName
	case inOrder(f.name, term):
		best = lettersOfName
	}
	switch at := find(f.alias, term); {
	case f.alias != "" && f.alias == term:
		return exactAlias
	case at == start:
		return startOfAlias
	case at != none:
		return partOfAlias
	}
	for _, field := range f.fields {
		if field == "" {
			continue
		}
		switch at := find(field, term); {
		case field == term:
			best = min(best, exactField)
		case at >= word:
			best = min(best, wordOfField)
		case at == inside:
			best = min(best, partOfField)
		}
	}
	return best
}

const (
	none = iota
	inside
	word
	wholeWord
	start
)

// find says where in a text the best occurrence of a term is.
func find(text, term string) int {
	best := none
	for from := 0; from <= len(text)-len(term); {
		at := strings.Index(text[from:], term)
		if at < 0 {
			break
		}
		at += from
		before, _ := utf8.DecodeLastRuneInString(text[:at])
		after, _ := utf8.DecodeRuneInString(text[at+len(term):])
		switch {
		case at == 0:
			return start
		case !ofWord(before) && !ofWord(after):
			best = wholeWord
		case !ofWord(before):
			best = max(best, word)
		default:
			best = max(best, inside)
		}
		from = at + 1
	}
	return best
}

func ofWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// inOrder reports whether a text has the letters of a term in their order.
func inOrder(text, term string) bool {
	for _, r := range term {
		i := strings.IndexRune(text, r)
		if i < 0 {
			return false
		}
		_, size := utf8.DecodeRuneInString(text[i:])
		text = text[i+size:]
	}
	return true
}
