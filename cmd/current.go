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
	var asJSON bool
	c := &cobra.Command{
		Use:     "current",
		Short:   "Show this terminal's profile, account, role, region and time left",
		Long:    "Show this terminal's profile, account, role, region and time left. Exits 1 where no\nprofile is active.",
		Example: "  guise current\n  guise current --json | jq -r .account",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			now, err := a.current()
			if err != nil {
				return err
			}
			if asJSON {
				return a.answerJSON(now)
			}
			return a.show(now.String())
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return c
}

func (a *app) current() (profiles.Current, error) {
	name := a.Getenv(varProfile)
	if name == "" {
		return profiles.Current{}, failure{what: "current", err: errors.New("no profile is active in this terminal"), hint: "guise use"}
	}
	files, err := a.files()
	if err != nil {
		return profiles.Current{}, err
	}
	p, err := files.Profile(name)
	if err != nil {
		return profiles.Current{}, fail(name, err)
	}
	chain, problem := session.Resolve(files, name, a.defaults()) // the profile is active with a problem, too: explain says which
	var ends time.Time
	if problem == nil {
		ends = a.user("").retriever().State(chain)[len(chain)-1]
	}
	return profiles.NewCurrent(session.Planned{Profile: p, Chain: chain, Err: problem}, ends, a.Now(), a.Getenv), nil
}

func newPrompt(a *app) *cobra.Command {
	var format string
	c := &cobra.Command{
		Use:   "prompt",
		Short: "Print the prompt segment, for prompt frameworks",
		Long: `Print the segment for a prompt framework, and nothing where no profile is active.
The shell hook itself keeps $GUISE_PROMPT up to date without starting a process.

FORMAT is text with {profile}, {account}, {role}, {region}, {left} and {until}.`,
		Example: "  guise prompt --format '{profile} {left}'",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if a.Getenv(varProfile) == "" {
				return nil
			}
			s := a.settings()
			if format == "" {
				format = s.Prompt
			}
			now, err := a.current()
			if err != nil {
				now = profiles.Current{Profile: a.Getenv(varProfile)} // a prompt is no place for errors
			}
			return a.answer(strings.TrimSpace(now.Fill(format)) + "\n")
		},
	}
	c.Flags().StringVar(&format, "format", "", `the template (default: the setting prompt, "{profile} {left}")`)
	return c
}
