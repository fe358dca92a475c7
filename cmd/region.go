package cmd

import (
	"context"

	"guise/internal/arguments"
	"guise/internal/naming"

	"github.com/spf13/cobra"
)

// regionCommand switches the region of the terminal.
type regionCommand struct {
	switcher
	naming.Regions
}

func newRegion(a *app) *cobra.Command {
	x := regionCommand{a.switcher(), a.regions()}
	return &cobra.Command{
		Use:   "region [REGION]",
		Short: "Switch the region of this terminal",
		Long: `Switch AWS_REGION and AWS_DEFAULT_REGION of this terminal. Without REGION, or with a
part of one, you pick it. AWS's short forms work too (euw1, apse2). "guise off"
restores the region of before.`,
		Example: "  guise region eu-central-1\n  guise region",
		Args:    arguments.Count,
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
		region, err = x.Choose(ctx, "region", "")
	} else {
		region, err = x.One(ctx, "region", region)
	}
	if err != nil {
		return err
	}
	code, err := dialect.Script(x.switches().Region(region))
	if err != nil {
		return fail("region", err)
	}
	if err := x.switcher.answer(code); err != nil {
		return err
	}
	x.switcher.result("region: " + region)
	return nil
}
