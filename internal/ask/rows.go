package ask

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"guise/internal/files"
	"guise/internal/match"
)

// Rows that a query orders. fzf weighs no column more than another, so it only shows
// them: at each key it runs [Picker.Ranker], a program that prints them in their order.
// What may be chosen must be of the list that the last query made: so each line bears
// the mark of its query, and of a list that was not there yet nothing is taken.

// A list is the rows as the ranker gets them, in a file of this user alone.
type list struct {
	Plain bool
	Rows  []listed
}

type listed struct {
	Key, Line, Colour string
	Match             match.Profile
}

// list are the rows of a picker, each with the line that shows it.
func (p Picker) list(lines []string) list {
	l := list{Plain: p.Plain, Rows: make([]listed, len(lines))}
	for i, r := range p.Rows {
		l.Rows[i] = listed{r.Key, lines[i], r.Colour, r.Match}
	}
	return l
}

// at returns the index of the row that a line of fzf's is; -1 where it is none.
func (l list) at(line string) int {
	key, _, _ := strings.Cut(line, "\t")
	return slices.IndexFunc(l.Rows, func(r listed) bool { return r.Key == key })
}

// unranked are all rows as fzf reads them.
func (l list) unranked() []string {
	var text []byte
	lines := make([]string, len(l.Rows))
	for i := range l.Rows {
		text = l.appendLine(text[:0], i, "", nil)
		lines[i] = string(text)
	}
	return lines
}

// appendLine adds what fzf reads of a row to a text: key, mark, and the row as it is shown,
// with its colours.
func (l list) appendLine(to []byte, i int, mark string, terms []string) []byte {
	r := &l.Rows[i]
	to = append(append(append(append(to, r.Key...), '\t'), mark...), '\t')
	switch {
	case l.Plain:
		return append(to, r.Line...)
	case r.Colour == "":
		return highlight(to, r.Line, terms)
	}
	to = append(append(append(to, "\x1b["...), r.Colour...), 'm')
	return append(highlight(to, r.Line, terms), "\x1b[0m"...)
}

const (
	rowsLimit  = 64 << 20
	rowsPrefix = "rows-"
	rowsAge    = 24 * time.Hour // no picker is open for longer
)

// PrintRows prints the rows of a file that a query fits, the best first, as the picker
// reads them. It is what a Ranker does.
func PrintRows(w io.Writer, path, query string) error {
	data, err := files.Read(path, rowsLimit)
	if err != nil {
		return err
	}
	l, ok := decodeList(data)
	if !ok {
		return fmt.Errorf("%s: %w", path, errors.New("it holds no rows"))
	}
	order, mark, terms := l.order(query), markOf(query), termsOf(query)
	text := make([]byte, 0, len(data)+len(order)*len(mark))
	for _, at := range order {
		text = append(l.appendLine(text, at, mark, terms), '\n')
	}
	_, err = w.Write(text)
	return err
}

// write puts the rows into a file of a folder, which it makes.
func (l list) write(folder files.Folder) (path string, err error) {
	if err := folder.Make(); err != nil {
		return "", err
	}
	SweepRows(folder.Path(), rowsAge)
	f, err := os.CreateTemp(folder.Path(), rowsPrefix+"*") // 0600
	if err != nil {
		return "", err
	}
	_, err = f.Write(l.encode())
	if err = errors.Join(err, f.Close()); err != nil {
		_ = os.Remove(f.Name())
		return "", err
	}
	return f.Name(), nil
}

// SweepRows removes the files of pickers that were killed, if they are older than that.
func SweepRows(dir string, age time.Duration) {
	paths, _ := filepath.Glob(filepath.Join(dir, rowsPrefix+"*"))
	for _, path := range paths {
		if info, err := os.Lstat(path); err == nil && time.Since(info.ModTime()) > age {
			_ = os.Remove(path)
		}
	}
}

// order returns the indices of the rows that a query fits, the best first.
func (l list) order(query string) []int {
	all := make([]match.Profile, len(l.Rows))
	for i := range l.Rows {
		all[i] = l.Rows[i].Match
	}
	return match.Rank(all, query)
}

// lines are what fzf reads: key, mark, and what is shown.
func (l list) lines(query string) []string {
	order, mark, terms := l.order(query), markOf(query), termsOf(query)
	var text []byte
	lines := make([]string, len(order))
	for i, at := range order {
		text = l.appendLine(text[:0], at, mark, terms)
		lines[i] = string(text)
	}
	return lines
}

// chosen returns the row that a user meant who pressed Enter at a line while query was
// typed. If the line is the first of the list for what was typed before, the list of this
// query was not there yet, and its first is meant; any other was chosen by its place.
func (l list) chosen(query, line string) (int, error) {
	_, rest, _ := strings.Cut(line, "\t")
	mark, _, _ := strings.Cut(rest, "\t")
	at := l.at(line)
	if at < 0 {
		return 0, &NoMatchError{"profile", query}
	}
	for end := range query { // each text on the way to the query
		if before := query[:end]; markOf(before) == mark && mark != markOf(query) {
			if first := l.order(before); len(first) > 0 && first[0] == at {
				if order := l.order(query); len(order) > 0 {
					return order[0], nil
				}
				return 0, &NoMatchError{"profile", query}
			}
		}
	}
	return at, nil
}

func markOf(query string) string {
	sum := sha256.Sum256([]byte(query))
	return hex.EncodeToString(sum[:8])
}

// A NoMatchError is a query that fits no row.
type NoMatchError struct {
	What  string // what is picked: a profile, a region
	Query string
}

func (e *NoMatchError) Error() string { return "no " + e.What + " matches " + Sanitise(e.Query) }

// termsOf are the words of a query, without case.
func termsOf(query string) []string { return strings.Fields(strings.ToLower(query)) }

// highlight adds a line to a text and marks the terms in it, whatever its colour.
func highlight(to []byte, line string, terms []string) []byte {
	if len(terms) == 0 {
		return append(to, line...)
	}
	lower := strings.ToLower(line)
	if len(lower) != len(line) { // the places in one are not those in the other
		return append(to, line...)
	}
	var room [256]bool
	marked := room[:]
	if len(line) > len(room) {
		marked = make([]bool, len(line))
	}
	for _, term := range terms {
		for from := 0; ; {
			at := strings.Index(lower[from:], term)
			if at < 0 {
				break
			}
			for i := range len(term) {
				marked[from+at+i] = true
			}
			from += at + len(term)
		}
	}
	before := false
	for i := range len(line) {
		switch now := marked[i]; {
		case now && !before:
			to = append(to, "\x1b[1;4m"...)
		case before && !now:
			to = append(to, "\x1b[22;24m"...)
		}
		before = marked[i]
		to = append(to, line[i])
	}
	if before {
		to = append(to, "\x1b[22;24m"...)
	}
	return to
}
