package ask

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
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

// A list is the rows as the ranker gets them, in a file of this person alone.
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
	lines := make([]string, len(l.Rows))
	for i, r := range l.Rows {
		lines[i] = r.Key + "\t\t" + l.shown(i, nil)
	}
	return lines
}

// shown is a row with its colours.
func (l list) shown(i int, terms []string) string {
	r := l.Rows[i]
	if l.Plain {
		return r.Line
	}
	line := highlight(r.Line, terms)
	if r.Colour != "" {
		line = "\x1b[" + r.Colour + "m" + line + "\x1b[0m"
	}
	return line
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
	var l list
	if err := json.Unmarshal(data, &l); err != nil {
		return fmt.Errorf("%s: %w", path, errors.New("it holds no rows"))
	}
	var b strings.Builder
	for _, line := range l.lines(query) {
		b.WriteString(line + "\n")
	}
	_, err = io.WriteString(w, b.String())
	return err
}

// write puts the rows into a file of a folder, which it makes.
func (l list) write(folder files.Folder) (path string, err error) {
	if err := folder.Make(); err != nil {
		return "", err
	}
	SweepRows(folder.Path(), rowsAge)
	data, err := json.Marshal(l)
	if err != nil {
		return "", err
	}
	f, err := os.CreateTemp(folder.Path(), rowsPrefix+"*") // 0600
	if err != nil {
		return "", err
	}
	_, err = f.Write(data)
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
	for i, r := range l.Rows {
		all[i] = r.Match
	}
	return match.Rank(all, query)
}

// lines are what fzf reads: key, mark, and what is shown.
func (l list) lines(query string) []string {
	order := l.order(query)
	mark := markOf(query)
	terms := strings.Fields(strings.ToLower(query))
	lines := make([]string, len(order))
	for i, at := range order {
		lines[i] = l.Rows[at].Key + "\t" + mark + "\t" + l.shown(at, terms)
	}
	return lines
}

// chosen returns the row that a person meant who pressed Enter at a line while query was
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

// highlight marks the terms in a line, whatever its colour.
func highlight(line string, terms []string) string {
	lower := strings.ToLower(line)
	if len(lower) != len(line) { // the places in one are not those in the other
		return line
	}
	marked := make([]bool, len(line))
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
	var b strings.Builder
	for i, now := range append(marked, false) {
		before := i > 0 && marked[i-1]
		switch {
		case now && !before:
			b.WriteString("\x1b[1;4m")
		case before && !now:
			b.WriteString("\x1b[22;24m")
		}
		if i < len(line) {
			b.WriteByte(line[i])
		}
	}
	return b.String()
}
