package cmd

import (
	"context"
	"errors"
	"strings"

	"github.com/spf13/cobra"

	"guise/ask"
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
		ValidArgsFunction: a.completeRegion,
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
	if !isRegion(region) {
		return failure{what: "region", err: errors.New("not the name of a region: " + region), hint: "guise region eu-west-1", code: exitUsage}
	}
	code, err := dialect.Script(a.switches().Region(region))
	if err != nil {
		return fail("region", err)
	}
	if err := a.answer(code); err != nil {
		return err
	}
	a.sayf("region: %s", region)
	return nil
}

func (a *app) pickRegion(ctx context.Context) (string, error) {
	all := regions()
	rows := make([]ask.Row, len(all))
	for i, r := range all {
		rows[i] = ask.Row{Key: r.name, Columns: []string{r.name, r.place}}
	}
	i, err := a.pickRow(ctx, ask.Picker{Rows: rows, Prompt: "region> "})
	if err != nil {
		return "", err
	}
	return all[i].name, nil
}

// isRegion reports whether a word has the form of a region's name. New regions
// appear every year, so none is refused for not being listed here.
func isRegion(s string) bool {
	parts := strings.Split(s, "-")
	for _, p := range parts {
		if p == "" || strings.Trim(p, "abcdefghijklmnopqrstuvwxyz0123456789") != "" {
			return false
		}
	}
	return len(parts) >= 3
}

type awsRegion struct{ name, place string }

// regions are those of the public AWS partitions, by the documentation of
// AWS Regions (2026).
func regions() []awsRegion {
	return []awsRegion{
		{"us-east-1", "N. Virginia"},
		{"us-east-2", "Ohio"},
		{"us-west-1", "N. California"},
		{"us-west-2", "Oregon"},
		{"af-south-1", "Cape Town"},
		{"ap-east-1", "Hong Kong"},
		{"ap-east-2", "Taipei"},
		{"ap-northeast-1", "Tokyo"},
		{"ap-northeast-2", "Seoul"},
		{"ap-northeast-3", "Osaka"},
		{"ap-south-1", "Mumbai"},
		{"ap-south-2", "Hyderabad"},
		{"ap-southeast-1", "Singapore"},
		{"ap-southeast-2", "Sydney"},
		{"ap-southeast-3", "Jakarta"},
		{"ap-southeast-4", "Melbourne"},
		{"ap-southeast-5", "Malaysia"},
		{"ap-southeast-6", "New Zealand"},
		{"ap-southeast-7", "Thailand"},
		{"ca-central-1", "Montreal"},
		{"ca-west-1", "Calgary"},
		{"eu-central-1", "Frankfurt"},
		{"eu-central-2", "Zurich"},
		{"eu-north-1", "Stockholm"},
		{"eu-south-1", "Milan"},
		{"eu-south-2", "Spain"},
		{"eu-west-1", "Ireland"},
		{"eu-west-2", "London"},
		{"eu-west-3", "Paris"},
		{"il-central-1", "Tel Aviv"},
		{"me-central-1", "UAE"},
		{"me-south-1", "Bahrain"},
		{"mx-central-1", "Mexico"},
		{"sa-east-1", "São Paulo"},
		{"us-gov-east-1", "GovCloud East"},
		{"us-gov-west-1", "GovCloud West"},
		{"cn-north-1", "Beijing"},
		{"cn-northwest-1", "Ningxia"},
	}
}
