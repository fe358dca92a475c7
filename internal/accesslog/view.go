package accesslog

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"guise/internal/display"
	"guise/internal/files"
	"guise/internal/printable"
	"guise/session"
)

// A View shows the log, or a part of it.
type View struct {
	Path    string
	Profile string    // of this profile, and of what narrows it; empty: of all
	Since   time.Time // from then on; zero: all
	JSON    bool      // the lines themselves, and no table
	Follow  bool      // go on until the context ends, which is no error
	Home    string    // is shown as ~
	Look    display.Look
	Write   func(text string) error
	Say     func(line string) // what is beside the answer
	// Level is the setting log, and From who says so.
	Level, From string

	row func(cells []string) string // adds one to the table
}

// Show shows the log of the profile that name gives, of those that it is told to be in the
// log too, or of all where name is nil. Its errors are *fs.PathError, and those of name and
// Write.
func (v *View) Show(ctx context.Context, name func(logged []string) (string, error)) error {
	r := Open(v.Path)
	defer r.Close()
	lines, err := r.Next()
	if err != nil {
		return err
	}
	if name != nil {
		if v.Profile, err = name(profiles(lines)); err != nil {
			return err
		}
	}
	if r.Damaged > 0 {
		v.Say(printable.Count(r.Damaged, "line") + " of the log cannot be read, and not shown")
	}
	lines = v.of(lines)
	if err := v.begin(lines); err != nil || !v.Follow {
		return err
	}
	for empty := len(lines) == 0; session.Sleep(ctx, lookEvery) == nil; empty = empty && len(lines) == 0 {
		if lines, err = r.Next(); err != nil {
			return err
		}
		if lines = v.of(lines); empty && len(lines) > 0 {
			err = v.begin(lines)
		} else {
			err = v.add(lines)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// begin shows the first lines, or says what it means that there are none.
func (v *View) begin(lines []Line) error {
	if v.JSON {
		return v.add(lines)
	}
	if len(lines) == 0 {
		v.sayNone()
		return nil
	}
	var like [][]string
	if v.Follow {
		like = append(like, usual())
	}
	text, row := v.Look.Roll(Table(lines, v.Home), like...)
	v.row = row
	return v.Write(text)
}

// lookEvery is how often is looked whether there is more.
const lookEvery = 200 * time.Millisecond

func (v *View) of(lines []Line) []Line {
	return slices.DeleteFunc(lines, func(l Line) bool {
		return v.Profile != "" && l.Profile != v.Profile && l.Of != v.Profile || l.Time.Before(v.Since)
	})
}

// add writes lines below what is there.
func (v *View) add(lines []Line) error {
	var b strings.Builder
	for _, l := range lines {
		if v.JSON {
			b.WriteString(display.Escaped(string(l.Text)) + "\n")
		} else {
			b.WriteString(v.row(l.cells(v.Home)) + "\n")
		}
	}
	return v.Write(b.String())
}

// profiles are the profiles that lines are about, each once, in no order.
func profiles(lines []Line) (names []string) {
	seen := map[string]bool{}
	for _, l := range lines {
		if !seen[l.Profile] {
			seen[l.Profile] = true
			names = append(names, l.Profile)
		}
	}
	return names
}

// Logged are the profiles that the log at path is about, each once, in no order; where it cannot be
// read, none.
func Logged(path string) []string {
	seen := map[string]bool{}
	var names []string
	for _, path := range []string{path + files.OldSuffix, path} {
		f, err := open(path)
		if f == nil || err != nil {
			continue
		}
		text, _ := io.ReadAll(io.LimitReader(f, files.ConfigLimit))
		_ = f.Close()
		for {
			var name string
			var found bool
			const field = `"profile":` // in a text each quote has a backslash before it
			if _, text, found = bytes.Cut(text, []byte(field)); !found {
				break
			}
			if json.NewDecoder(bytes.NewReader(text[:min(len(text), 8<<10)])).Decode(&name) == nil && name != "" && !seen[name] {
				seen[name] = true
				names = append(names, name)
			}
		}
	}
	return names
}

// Table is lines for eyes. home is shown as ~.
func Table(lines []Line, home string) display.Table {
	t := display.Table{Columns: []display.Column{
		{Name: "TIME"},
		{Name: "PROFILE", Cut: 12},
		{Name: "RESULT", Style: style},
		{Name: "PROGRAM", Cut: 12},
		{Name: "PID", Drop: 1},
		{Name: "FOLDER", Drop: 5, Cut: 14},
		{Name: "ACCOUNT", Drop: 4},
		{Name: "ROLE", Drop: 3, Cut: 12},
		{Name: "ACCESS KEY", Drop: 2},
	}}
	for _, l := range lines {
		t.Rows = append(t.Rows, l.cells(home))
	}
	return t
}

func style(result string) display.Style {
	switch Result(result) {
	case Refused, Failed:
		return display.Bad
	case Approved, ByUser:
		return display.Good
	case Renewed, Served:
	}
	return display.Plain
}

const timeFormat = "2006-01-02 15:04:05"

func (e Entry) cells(home string) []string {
	pid := ""
	if e.PID > 0 {
		pid = strconv.Itoa(e.PID)
	}
	folder := e.Folder
	if folder == home {
		folder = "~"
	}
	role := e.Role
	if e.Narrowed != "" {
		role = strings.TrimSpace(role + " (narrowed)")
	}
	return []string{
		e.Time.Local().Format(timeFormat), e.Profile, string(e.Result), e.Program, pid,
		strings.TrimPrefix(printable.InHome(" "+folder, home), " "), e.Account, role, e.AccessKeyID,
	}
}

// usual is a row as wide as most are: a table that more rows are to come to has room for it.
func usual() []string {
	return []string{timeFormat, "staging", string(Approved), "terraform", "1234567", "~/src/infra", "123456789012", "Developer", "ASIAIOSFODNN7EXAMPLE"}
}

// Since reads from when on lines are wanted: a duration before now (24h, 90m, 7d), a day
// (2026-11-22, today, yesterday), or a day and a time (2026-11-22 15:04, RFC 3339). Days are
// those of the local time.
func Since(text string, now time.Time) (time.Time, error) {
	now = now.Local()
	today := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, time.Local)
	switch text {
	case "":
		return time.Time{}, nil
	case "today":
		return today, nil
	case "yesterday":
		return today.AddDate(0, 0, -1), nil
	}
	if days, ok := strings.CutSuffix(text, "d"); ok {
		if n, err := strconv.ParseUint(days, 10, 16); err == nil {
			return now.AddDate(0, 0, -int(n)), nil
		}
	}
	if d, err := time.ParseDuration(text); err == nil && d >= 0 {
		return now.Add(-d), nil
	}
	for _, layout := range []string{time.DateOnly, "2006-01-02 15:04", time.DateTime, "2006-01-02T15:04", "2006-01-02T15:04:05", time.RFC3339} {
		if at, err := time.ParseInLocation(layout, text, time.Local); err == nil {
			return at, nil
		}
	}
	return time.Time{}, errors.New("--since " + text + ": a duration such as 24h or 7d, or a day such as 2026-11-22 or yesterday")
}

// sayNone says what it means that nothing is shown, and how there is more.
func (v *View) sayNone() {
	what := "no request"
	if v.Profile != "" {
		what += " for " + v.Profile
	}
	if !v.Since.IsZero() {
		what += " since " + v.Since.Local().Format(timeFormat)
	}
	v.Say(what + " is in the log")
	switch v.Level {
	case Off:
		v.Say("nothing is logged: log = off, from " + v.From)
	case Asked:
		v.Say(`answers from the cache are not logged; log = "all" in config.toml adds them`)
	}
}
