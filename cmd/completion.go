package cmd

import (
	"github.com/spf13/cobra"

	"guise/completions"
	"guise/internal/arguments"
	"guise/shell"
)

func newCompletion(a *app) *cobra.Command {
	return &cobra.Command{
		Use:       "completion SHELL",
		Short:     "Print the completion script for a shell (the hook has it already)",
		Long:      "Print the completion script for a shell, for packagers: the hook of `guise init`\nhas it already.",
		Example:   "  guise completion fish > ~/.config/fish/completions/guise.fish",
		Args:      arguments.Count,
		ValidArgs: shell.Names(),
		RunE: func(_ *cobra.Command, args []string) error {
			dialect, err := shell.Named(args[0])
			if err != nil {
				return misuse("completion", err.Error(), "guise completion --help")
			}
			script, err := completions.Script(dialect.Name(), "guise")
			if err != nil {
				return fail("completion", err)
			}
			return a.answer(script)
		},
	}
}
