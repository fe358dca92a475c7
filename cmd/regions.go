package cmd

import (
	"cmp"
	"context"
	"strings"

	"guise/internal/ask"
	"guise/internal/awsapi"
	"guise/internal/awsconfig"
	"guise/internal/display"
)

// regions finds the region that is meant by what somebody has typed: one rule for
// `guise region` and every -r. A region that guise knows is taken, and so is AWS's short
// form of it; one that only looks like a region is taken with a warning, since there are
// new ones every year. Of the rest a part opens the picker, at a terminal.
type regions struct {
	*streams
	atTerminal func() bool
	pick       func(ctx context.Context, p ask.Picker) (ask.Choice, error)
	current    string // of this terminal
}

func (a *app) regions() regions {
	return regions{a.streams, a.atTerminal, a.picker().open, cmp.Or(a.Getenv(varRegion), a.Getenv(varDefaultRegion))}
}

// one returns the region that a text means; none for an empty one.
func (x regions) one(ctx context.Context, what, text string) (string, error) {
	if name, ok := awsapi.RegionNamed(text); ok || text == "" {
		return name, nil
	}
	meant := ""
	if near := awsconfig.Nearest(text, awsapi.RegionNames()); len(near) > 0 {
		meant = "; did you mean " + strings.Join(near, ", ") + "?"
	}
	if awsapi.IsRegion(text) {
		x.say(text + " is no region that guise knows" + meant)
		return text, nil
	}
	if x.atTerminal() {
		return x.choose(ctx, what, text)
	}
	return "", misuse(what, "not a region name: "+text+meant, "")
}

// choose lets the user pick a region, with a query typed already.
func (x regions) choose(ctx context.Context, what, query string) (string, error) {
	rows := make([]ask.Row, len(awsapi.Regions))
	for i, r := range awsapi.Regions {
		rows[i] = ask.Row{Key: r.Name, Cells: []string{r.Name, r.Place, r.Short()}, Marked: r.Name == x.current}
	}
	columns := []display.Column{{Name: "REGION"}, {Name: "PLACE", Cut: 12}, {Name: "SHORT", Drop: 1}}
	c, err := x.pick(ctx, ask.Picker{Columns: columns, Rows: rows, Query: query, Prompt: "region> "})
	if err != nil {
		return "", fail(what, err)
	}
	return awsapi.Regions[c.Rows[0]].Name, nil
}
