package cmd

import (
	"context"

	"github.com/spf13/cobra"

	"guise/internal/ask"
	"guise/internal/awsapi"
)

// regionCommand switches the region of the terminal.
type regionCommand struct {
	switcher
	pick func(ctx context.Context, p ask.Picker) (int, error)
}

func newRegion(a *app) *cobra.Command {
	x := regionCommand{a.switcher(), a.picker().row}
	return &cobra.Command{
		Use:   "region [REGION]",
		Short: "Switch the region of this terminal",
		Long: `Switch AWS_REGION and AWS_DEFAULT_REGION of this terminal. Without REGION there
is a picker. "guise off" gives back the region of before.`,
		Example: "  guise region eu-central-1\n  guise region",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			region := ""
			if len(args) > 0 {
				region = args[0]
			}
			return x.run(c.Context(), region)
		},
		ValidArgsFunction: completeRegion,
	}
}

func (x regionCommand) run(ctx context.Context, region string) error {
	dialect, err := x.dialect("region")
	if err != nil {
		return err
	}
	if region == "" {
		if region, err = x.choose(ctx); err != nil {
			return fail("region", err)
		}
	}
	if !awsapi.IsRegion(region) {
		return misuse("region", "not the name of a region: "+region, "guise region eu-west-1")
	}
	code, err := dialect.Script(x.switches().Region(region))
	if err != nil {
		return fail("region", err)
	}
	if err := x.answer(code); err != nil {
		return err
	}
	x.result("region: " + region)
	return nil
}

// choose lets the user pick a region.
func (x regionCommand) choose(ctx context.Context) (string, error) {
	rows := make([]ask.Row, len(awsapi.Regions))
	for i, r := range awsapi.Regions {
		rows[i] = ask.Row{Key: r.Name, Columns: []string{r.Name, r.Place}}
	}
	i, err := x.pick(ctx, ask.Picker{Rows: rows, Prompt: "region> "})
	if err != nil {
		return "", err
	}
	return awsapi.Regions[i].Name, nil
}
