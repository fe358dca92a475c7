package cmd

import (
	"github.com/spf13/cobra"

	"guise/internal/arguments"
	"guise/internal/settings"
)

func newConfig(a *app) *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "config",
		Short: "List guise's settings: their values, and who has set them",
		Long: `List guise's settings, each with its value and where that comes from: config.toml, with
the line, a GUISE_ variable, which wins over the file, or nowhere, for a default.`,
		Example: "  guise config\n  guise config --json | jq -r '.[] | select(.from != \"default\") | .name'",
		Args:    arguments.Count,
		RunE: func(*cobra.Command, []string) error {
			rows := append(a.settings().Rows(), a.settings().GuardRows()...)
			if asJSON {
				return a.answerJSON(rows)
			}
			return a.answerTable(settings.Table(rows, a.world.Home))
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return c
}
