package cmd

import (
	"cmp"
	"strings"

	"github.com/spf13/cobra"

	"guise/internal/arguments"
	"guise/internal/awsenv"
	"guise/internal/profiles"
	"guise/internal/settings"
)

func newPrompt(a *app) *cobra.Command {
	x := a.looking()
	var format string
	c := &cobra.Command{
		Use:   "prompt",
		Short: "Print the prompt segment, for prompt frameworks",
		Long: `Print the segment for a prompt framework, and nothing where no profile is active.
The shell hook itself keeps $GUISE_PROMPT up to date without starting a process.

FORMAT is text with {profile}, {account}, {role}, {region}, {left} and {until}.`,
		Example: "  guise prompt --format '{profile} {left}'",
		Args:    arguments.Count,
		RunE: func(*cobra.Command, []string) error {
			if err := settings.CheckPrompt(format); err != nil {
				return misuse("--format", err.Error(), "")
			}
			active := awsenv.Active(x.world.Getenv)
			if active == "" {
				return nil
			}
			format = cmp.Or(format, a.settings().PromptFormat)
			now, err := x.current()
			if err != nil {
				now = profiles.Current{Profile: active, Other: awsenv.Other(x.world.Getenv)} // a prompt is no place for errors
			}
			return x.answer(strings.TrimSpace(now.Fill(format)) + "\n")
		},
	}
	c.Flags().StringVar(&format, "format", "", `the template (default: the setting prompt_format, "{profile} {left}")`)
	return c
}
