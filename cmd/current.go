package cmd

import (
	"errors"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"guise/ask"
	"guise/internal/printable"
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
			words := []string{now.Profile, now.Account, now.Role, now.Region, now.leftWord()}
			return a.show(strings.Join(dropEmpty(words), "  "))
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return c
}

// currentState is what is in force in a terminal.
type currentState struct {
	Profile string `json:"profile"`
	Account string `json:"account,omitempty"`
	Role    string `json:"role,omitempty"`
	Region  string `json:"region,omitempty"`
	Expires string `json:"expires,omitempty"`
	Left    int    `json:"seconds_left,omitempty"`
}

func (s currentState) leftWord() string {
	if s.Left == 0 {
		return ""
	}
	return printable.Rough(time.Duration(s.Left)*time.Second) + " left"
}

func (a *app) current() (currentState, error) {
	name := a.Getenv(varProfile)
	if name == "" {
		return currentState{}, failure{what: "current", err: errors.New("no profile is active in this terminal"), hint: "guise use"}
	}
	files, err := a.files()
	if err != nil {
		return currentState{}, err
	}
	p, err := files.Profile(name)
	if err != nil {
		return currentState{}, fail(name, err)
	}
	now := currentState{Profile: name, Region: a.Getenv(varRegion)}
	for _, region := range []string{a.Getenv(varDefaultRegion), p.Get("region")} {
		if now.Region == "" {
			now.Region = region
		}
	}
	chain, err := a.chain(name)
	if err != nil {
		return now, nil //nolint:nilerr // the profile is active all the same; explain tells why it has no chain
	}
	d := describe(chain)
	now.Account, now.Role = d.Account, d.Role
	retriever := a.user("").retriever()
	if end := last(retriever.State(chain)); !end.IsZero() {
		now.Expires, now.Left = end.UTC().Format(time.RFC3339), int(end.Sub(a.Now())/time.Second)
	}
	return now, nil
}

func last[T any](all []T) T { return all[len(all)-1] }

func dropEmpty(words []string) []string {
	var kept []string
	for _, w := range words {
		if w != "" {
			kept = append(kept, w)
		}
	}
	return kept
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
				now = currentState{Profile: a.Getenv(varProfile)} // a prompt is no place for errors
			}
			return a.answer(strings.TrimSpace(now.fill(format)) + "\n")
		},
	}
	c.Flags().StringVar(&format, "format", "", `the template (default: the setting prompt, "{profile} {left}")`)
	return c
}

func (s currentState) fill(format string) string {
	left, until := "", ""
	if end, err := time.Parse(time.RFC3339, s.Expires); err == nil {
		left, until = printable.Rough(time.Duration(s.Left)*time.Second), end.Local().Format("15:04")
	}
	return strings.NewReplacer(
		"{profile}", ask.Sanitise(s.Profile), "{account}", ask.Sanitise(s.Account), "{role}", ask.Sanitise(s.Role),
		"{region}", ask.Sanitise(s.Region), "{left}", left, "{until}", until,
	).Replace(format)
}
