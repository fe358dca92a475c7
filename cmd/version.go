package cmd

import (
	"github.com/spf13/cobra"

	"guise/internal/arguments"
	"guise/internal/build"
)

func newVersion(a *app) *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use: "version", Short: "Print the version", Args: arguments.Count, Example: "  guise version\n  guise version --json",
		RunE: func(*cobra.Command, []string) error {
			if asJSON {
				return a.answerJSON(build.This())
			}
			return a.answer(build.Line())
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return c
}
