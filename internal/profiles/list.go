package profiles

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"guise/internal/approval"
	"guise/internal/display"
	"guise/internal/guard"
	"guise/internal/match"
	"guise/internal/printable"
	"guise/session"
)

// A Selection says which profiles of a list are wanted, and in which order. The zero
// value: all, in the order of the files.
type Selection struct {
	Query string // of which every word is a part of what a profile is known by: see [match.Parts]
	Kind  string // one of session.Ways
	By    string // one of Orders
}

// order is what --sort names.
type order struct {
	name    string
	compare func(a, b Description) int
}

func orders() []order {
	by := func(field func(Description) string) func(a, b Description) int {
		return func(a, b Description) int {
			x, y := field(a), field(b)
			if (x == "") != (y == "") {
				return strings.Compare(y, x) // what has none comes last
			}
			return strings.Compare(strings.ToLower(x), strings.ToLower(y))
		}
	}
	return []order{
		{"profile", by(func(d Description) string { return d.Profile })},
		{"kind", by(func(d Description) string { return d.Kind })},
		{"account", by(func(d Description) string { return d.Account })},
		{"role", by(func(d Description) string { return d.Role })},
		{"region", by(func(d Description) string { return d.Region })},
		{"session", by(func(d Description) string { return d.Expires })},
	}
}

// Orders are the columns that a list can be sorted by.
func Orders() (names []string) {
	for _, o := range orders() {
		names = append(names, o.name)
	}
	return names
}

// A ChoiceError is a value that a flag cannot have.
type ChoiceError struct {
	Flag, Value string
	Known       []string // what it can be
}

func (e *ChoiceError) Error() string {
	return fmt.Sprintf("--%s cannot be %q: %s", e.Flag, e.Value, strings.Join(e.Known, ", "))
}

// Of returns the profiles that are wanted. Its error is a *ChoiceError.
func (s Selection) Of(all []Description) ([]Description, error) {
	kinds := session.Ways()
	if s.Kind != "" && !slices.Contains(kinds, s.Kind) {
		return nil, &ChoiceError{"kind", s.Kind, kinds}
	}
	sorting := orders()
	at := slices.IndexFunc(sorting, func(o order) bool { return o.name == s.By })
	if s.By != "" && at < 0 {
		return nil, &ChoiceError{"sort", s.By, Orders()}
	}
	if s.Query != "" {
		all = fitting(all, s.Query)
	}
	if s.Kind != "" {
		all = slices.DeleteFunc(all, func(d Description) bool { return d.Kind != s.Kind })
	}
	if at >= 0 {
		slices.SortStableFunc(all, sorting[at].compare)
	}
	return all, nil
}

// None says that no profile is wanted; empty for a selection of all.
func (s Selection) None() string {
	switch {
	case s.Query != "" && s.Kind != "":
		return "no profile of kind " + s.Kind + " matches " + s.Query
	case s.Query != "":
		return "no profile matches " + s.Query
	case s.Kind != "":
		return "there is no profile of kind " + s.Kind
	}
	return ""
}

// fitting returns those of which a query is a part.
func fitting(all []Description, query string) []Description {
	found := []Description{}
	for _, i := range match.Parts(knownBy(all), query) {
		found = append(found, all[i])
	}
	return found
}

// Names are the names of profiles.
func Names(all []Description) []string {
	names := make([]string, len(all))
	for i, d := range all {
		names[i] = d.Profile
	}
	return names
}

// Table shows profiles, the active one marked.
func Table(all []Description, now time.Time) display.Table {
	colors := map[string]display.Style{}
	for _, d := range all {
		if d.Color != "" {
			colors[printable.Line(d.Profile)] = display.Style(guard.SGR(d.Color))
		}
	}
	t := display.Table{
		Columns: []display.Column{
			{Name: "PROFILE", Cut: 28, Style: func(cell string) display.Style { return colors[cell] }},
			{Name: "KIND", Drop: 2},
			{Name: "ACCOUNT", Drop: 6},
			{Name: "ROLE", Drop: 5, Cut: 16},
			{Name: "REGION", Drop: 4},
			{Name: "MFA", Drop: 1},
			{Name: "MANAGED", Drop: 3},
			{Name: "SESSION", Style: func(cell string) display.Style {
				return map[string]display.Style{cannot: display.Bad, "-": display.Plain}[cell]
			}},
		},
		Each: func(yield func([]string) bool) {
			row := make([]string, 0, 8) // for each the same: they may be ten thousand
			for i := range all {
				d := &all[i]
				row = append(row[:0], d.Profile, d.Kind, d.Account, d.Role, d.Region, yes(d.MFA != ""), yes(d.Managed), d.Left(now))
				if !yield(row) {
					return
				}
			}
		},
		Marked: func(i int) bool { return all[i].Active },
	}
	return t
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return ""
}

// Broken are those of some profiles that cannot have a session.
func Broken(all []Description) (names []string) {
	for _, d := range all {
		if d.Problem != "" {
			names = append(names, d.Profile)
		}
	}
	return names
}

// A CachedSession is a session in the cache, and the profiles that it serves.
type CachedSession struct {
	Profiles []string `json:"profiles"`
	Step     string   `json:"step"`
	Expires  string   `json:"expires"`            // RFC 3339
	Approved string   `json:"approved,omitempty"` // it is no session but an approval, of this program's session

	Ends time.Time `json:"-"`
}

// CachedSessions finds the profiles that the sessions in the cache serve, of which ends
// are the ends, by their keys. others is how many entries no profile leads to.
func CachedSessions(plans []session.Planned, ends map[string]time.Time, approved []approval.Kept) (all []CachedSession, others int) {
	all = []CachedSession{}
	at := map[string]int{}
	for _, plan := range plans {
		for i, l := range plan.Chain {
			end := plan.Chain[:i+1].EndIn(ends)
			if end.IsZero() {
				continue
			}
			key := plan.Chain[:i+1].Key()
			if _, seen := at[key]; !seen {
				at[key] = len(all)
				step := l.Briefly()
				if l.Narrows() != "" && l.Kind != session.FederationToken { // whose name says it
					step += ", narrowed"
				}
				all = append(all, CachedSession{Step: step, Expires: end.UTC().Format(time.RFC3339), Ends: end})
			}
			one := &all[at[key]]
			one.Profiles = append(one.Profiles, plan.Profile.Name)
		}
	}
	for _, one := range approved { // which are kept beside the sessions
		all = append(all, CachedSession{Profiles: []string{one.Profile}, Step: "approval of " + one.Of(), Approved: one.Of(), Expires: one.Expires.UTC().Format(time.RFC3339), Ends: one.Expires})
	}
	return all, len(ends) - len(all)
}

// CacheTable shows sessions in the cache, those first that end first.
func CacheTable(all []CachedSession, now time.Time) display.Table {
	t := display.Table{Columns: []display.Column{{Name: "PROFILES", Cut: 24}, {Name: "STEP", Cut: 24}, {Name: "LEFT"}}}
	for _, c := range slices.SortedStableFunc(slices.Values(all), func(a, b CachedSession) int { return cmp.Compare(a.Ends.Unix(), b.Ends.Unix()) }) {
		t.Rows = append(t.Rows, []string{strings.Join(c.Profiles, ", "), c.Step, left(c.Ends.Sub(now))})
	}
	return t
}
