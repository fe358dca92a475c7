package cmd

import (
	"github.com/spf13/cobra"

	"guise/internal/arguments"
	"guise/internal/ask"
)

// newRows is the process that orders the picker's rows at each key, see [ask.Picker].
// It is not for people to call.
func newRows(a *app) *cobra.Command {
	return &cobra.Command{
		Use: "rows FILE QUERY", Hidden: true, Args: arguments.Count,
		Short: "Print the rows of the picker that a query fits",
		RunE: func(_ *cobra.Command, args []string) error {
			return ask.PrintRows(a.Out, args[0], args[1])
		},
	}
}
