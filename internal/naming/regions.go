package naming

import (
	"context"
	"errors"
	"strings"

	"guise/internal/ask"
	"guise/internal/awsapi"
	"guise/internal/awsconfig"
	"guise/internal/display"
	"guise/internal/partition"
)

// Regions finds the region that is meant by what somebody has typed: one rule for
// `guise region` and every -r. A region that guise knows is taken, and so is AWS's short
// form of it; one that only looks like a region is taken with a warning, since there are
// new ones every year. Of the rest a part opens the picker, at a terminal.
type Regions struct {
	Current    string // of this terminal, which the picker marks; empty: none
	AtTerminal func() bool
	Say        func(line string) // a warning
	Pick       func(ctx context.Context, p ask.Picker) (ask.Choice, error)
}

// One returns the region that a text means; none for an empty one. Its errors are a
// *[Misuse], and those of Pick in an *[Error].
func (r Regions) One(ctx context.Context, what, text string) (string, error) {
	if name, ok := awsapi.RegionNamed(text); ok || text == "" {
		return name, nil
	}
	meant := ""
	if near := awsconfig.Nearest(text, awsapi.RegionNames()); len(near) > 0 {
		meant = "; did you mean " + strings.Join(near, ", ") + "?"
	}
	if partition.IsRegion(text) {
		r.Say(text + " is no region that guise knows" + meant)
		return text, nil
	}
	if r.AtTerminal() {
		return r.Choose(ctx, what, text)
	}
	return "", &Misuse{What: what, Why: "not a region name: " + text + meant}
}

// Choose lets the user pick a region, with a query typed already. Its errors are those of
// Pick in an *[Error], and a *[Misuse] where there is no terminal.
func (r Regions) Choose(ctx context.Context, what, query string) (string, error) {
	rows := make([]ask.Row, len(awsapi.Regions))
	for i, one := range awsapi.Regions {
		rows[i] = ask.Row{Key: one.Name, Cells: []string{one.Name, one.Place, one.Short()}, Marked: one.Name == r.Current}
	}
	columns := []display.Column{{Name: "REGION"}, {Name: "PLACE", Cut: 12}, {Name: "SHORT", Drop: 1}}
	c, err := r.Pick(ctx, ask.Picker{Columns: columns, Rows: rows, Query: query, Prompt: "region> "})
	if errors.Is(err, ask.ErrNoTerminal) {
		return "", &Misuse{what, "name a region: there is no terminal to pick one on", "guise region --help"}
	}
	if err != nil {
		return "", &Error{Named: what, Err: err}
	}
	return awsapi.Regions[c.Rows[0]].Name, nil
}
