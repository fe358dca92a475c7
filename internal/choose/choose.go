// Package choose lets the user choose among profiles: it says what the picker shows of
// each, how they are ordered, and what its keys do.
//
// While nothing is typed the profiles that are taken most come first; the rest of the order
// is package match's. A key that does something with a profile, such as opening its
// console, leads back to the picker with the same query; what goes wrong is reported, and
// leads back too.
package choose

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"guise/internal/ask"
	"guise/internal/awsconfig"
	"guise/internal/display"
	"guise/internal/files"
	"guise/internal/guard"
	"guise/internal/history"
	"guise/internal/printable"
	"guise/internal/profiles"
)

// A Chooser has what the picker needs. Its methods' errors are those of ask.Pick.
type Chooser struct {
	Pick    func(ctx context.Context, p ask.Picker) (ask.Choice, error)
	Again   func() []profiles.Description // all profiles as they are after an Action
	Report  func(err error)               // of an Action
	History *history.History
	Now     time.Time

	Title   string       // says what is picked, where that is not plain; see [TitleFor]
	Guise   string       // path of the program, for details and the order; empty: without
	Folder  files.Folder // for a file, while the picker is open
	Actions []Action
}

// An Action is what a key of the picker's does with a profile.
type Action struct {
	Key ask.Key
	Do  func(ctx context.Context, profile string) error
	// Takes: the profile is taken after it, as by Enter; else the picker opens again.
	Takes bool
}

// TitleFor says what a command, or a flag of one, wants a profile for; empty where its name
// says it.
func TitleFor(what string) string {
	if strings.HasSuffix(what, " --source") {
		return "the profile to assume the role with"
	}
	return ""
}

// One lets the user choose one of all, with a query typed already.
func (c Chooser) One(ctx context.Context, query string, all []profiles.Description) (string, error) {
	for {
		c.order(all)
		p := c.picker(all)
		p.Query = query
		for _, a := range c.Actions {
			p.Keys = append(p.Keys, a.Key)
		}
		chosen, err := c.Pick(ctx, p)
		if err != nil {
			return "", err
		}
		name := all[chosen.Rows[0]].Profile
		i := slices.IndexFunc(c.Actions, func(a Action) bool { return a.Key.Press == chosen.Key })
		if i < 0 {
			return name, nil
		}
		switch err := c.Actions[i].Do(ctx, name); {
		case err == nil && c.Actions[i].Takes:
			return name, nil
		case ctx.Err() != nil:
			return "", err
		case err != nil && !errors.Is(err, ask.ErrCancelled):
			c.Report(err)
		}
		query, all = chosen.Query, c.again(all)
	}
}

// Several lets the user choose some of all.
func (c Chooser) Several(ctx context.Context, all []profiles.Description) ([]string, error) {
	c.order(all)
	p := c.picker(all)
	p.Several = true
	chosen, err := c.Pick(ctx, p)
	names := make([]string, len(chosen.Rows))
	for i, row := range chosen.Rows {
		names[i] = all[row].Profile
	}
	return names, err
}

// order has those first that are taken most, with what guise has derived from them.
func (c Chooser) order(all []profiles.Description) {
	weight := make(map[string]float64, len(all))
	for i := range all {
		if w := c.History.Weight(all[i].Profile, c.Now); w != 0 {
			weight[all[i].Profile] = w
		}
	}
	if len(weight) > 0 {
		slices.SortStableFunc(all, func(one, other profiles.Description) int {
			return cmp.Compare(weight[other.Profile], weight[one.Profile])
		})
		profiles.Together(all)
	}
}

// again are the profiles of before as they are now.
func (c Chooser) again(before []profiles.Description) []profiles.Description {
	was := map[string]bool{}
	for _, d := range before {
		was[d.Profile] = true
	}
	return slices.DeleteFunc(c.Again(), func(d profiles.Description) bool { return !was[d.Profile] })
}

// columns are what the picker shows of a profile. A narrow terminal goes without some.
func columns() []display.Column {
	return []display.Column{
		{Name: "PROFILE", Cut: 28},
		{Name: "KIND", Drop: 5},
		{Name: "ACCOUNT", Drop: 8},
		{Name: "ROLE", Drop: 7, Cut: 12},
		{Name: "REGION", Drop: 2},
		{Name: "SESSION", Drop: 6},
		{Name: "USED", Drop: 1},
		{Name: "ALIAS", Drop: 4, Cut: 8},
		{Name: "CONFIRM", Drop: 9},
		{Name: "DESCRIPTION", Drop: 3, Cut: 16},
	}
}

// picker shows profiles.
func (c Chooser) picker(all []profiles.Description) ask.Picker {
	p := ask.Picker{Prompt: "profile> ", Title: c.Title, Columns: columns(), Rows: make([]ask.Row, len(all))}
	for i, d := range all {
		state := d.Left(c.Now)
		if state == "" && !d.Managed {
			state = "not managed"
		}
		p.Rows[i] = ask.Row{
			Key:    awsconfig.EncodeProfile(d.Profile),
			Cells:  []string{d.Profile, d.Kind, d.Account, d.Role, d.Region, state, printable.Ago(c.History.Last(d.Profile), c.Now), d.Alias, d.Confirm, d.Label()},
			Match:  d.KnownBy(),
			Marked: d.Active,
			Colour: guard.SGR(d.Color),
		}
	}
	if c.Guise != "" {
		p.Preview = []string{c.Guise, "explain", "--profile-encoded"}
		p.Ranker, p.Folder = []string{c.Guise, "rows"}, c.Folder
	}
	return p
}
