package cmd

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"guise/ask"
	"guise/awsapi"
)

func newRegion(a *app) *cobra.Command {
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
			return a.switchRegion(c.Context(), region)
		},
		ValidArgsFunction: completeRegion,
	}
}

func (a *app) switchRegion(ctx context.Context, region string) error {
	dialect, err := a.dialect("region")
	if err != nil {
		return err
	}
	if region == "" {
		if region, err = a.pickRegion(ctx); err != nil {
			return fail("region", err)
		}
	}
	if !awsapi.IsRegion(region) {
		return failure{what: "region", err: errors.New("not the name of a region: " + region), hint: "guise region eu-west-1", code: exitUsage}
	}
	code, err := dialect.Script(a.switches().Region(region))
	if err != nil {
		return fail("region", err)
	}
	if err := a.answer(code); err != nil {
		return err
	}
	a.resultf("region: %s", region)
	return nil
}

func (a *app) pickRegion(ctx context.Context) (string, error) {
	all := awsapi.Regions
	rows := make([]ask.Row, len(all))
	for i, r := range all {
		rows[i] = ask.Row{Key: r.Name, Columns: []string{r.Name, r.Place}}
	}
	i, err := a.pickRow(ctx, ask.Picker{Rows: rows, Prompt: "region> "})
	if err != nil {
		return "", err
	}
	return all[i].Name, nil
}
