package cmd

import (
	"errors"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"guise/internal/profiles"
	"guise/session"
)

func newCurrent(a *app) *cobra.Command {
	x := a.looking()
	var asJSON bool
	c := &cobra.Command{
		Use:     "current",
		Short:   "Show this terminal's profile, account, role, region and time left",
		Long:    "Show this terminal's profile, account, role, region and time left. Exits 1 where no\nprofile is active.",
		Example: "  guise current\n  guise current --json | jq -r .account",
		Args:    operands,
		RunE: func(*cobra.Command, []string) error {
			now, err := x.current()
			if err != nil {
				return err
			}
			if asJSON {
				return x.answerJSON(now)
			}
			return x.show(now.String())
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return c
}

func (x looking) current() (profiles.Current, error) {
	name := x.world.Getenv(varProfile)
	if name == "" {
		return profiles.Current{}, failure{what: "current", err: errors.New("no profile is active in this terminal"), hint: "guise use"}
	}
	files, err := x.files()
	if err != nil {
		return profiles.Current{}, err
	}
	plan, err := session.ResolveOne(files, name, x.defaults())
	if err != nil {
		return profiles.Current{}, fail(name, err)
	}
	var ends time.Time
	if plan.Err == nil {
		ends = x.user("").retriever().State(plan.Chain)[len(plan.Chain)-1]
	}
	return profiles.NewCurrent(plan, ends, x.world.Now(), x.world.Getenv), nil
}

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
		Args:    operands,
		RunE: func(*cobra.Command, []string) error {
			if x.world.Getenv(varProfile) == "" {
				return nil
			}
			s := a.settings()
			if format == "" {
				format = s.Prompt
			}
			now, err := x.current()
			if err != nil {
				now = profiles.Current{Profile: x.world.Getenv(varProfile)} // a prompt is no place for errors
			}
			return x.answer(strings.TrimSpace(now.Fill(format)) + "\n")
		},
	}
	c.Flags().StringVar(&format, "format", "", `the template (default: the setting prompt, "{profile} {left}")`)
	return c
}
