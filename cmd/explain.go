package cmd

import (
	"time"

	"github.com/spf13/cobra"

	"guise/awsconfig"
	"guise/internal/profiles"
	"guise/session"
)

func newExplain(a *app) *cobra.Command {
	var asJSON bool
	var encoded string
	c := &cobra.Command{
		Use:   "explain PROFILE",
		Short: "Show how guise gets a profile's credentials, step by step",
		Long: `Show how guise gets a profile's credentials, step by step; which steps are cached
and until when; and what an SDK in this terminal would really use.`,
		Example: "  guise explain prod",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if encoded != "" {
				name, err := awsconfig.DecodeProfile(encoded)
				if err != nil {
					return usage{c, err}
				}
				args = []string{name}
			}
			names, err := a.orCurrent("explain", args)
			if err != nil {
				return err
			}
			e, err := a.explain(names[0])
			if err != nil {
				return err
			}
			if asJSON {
				return a.answerJSON(e)
			}
			return a.show(e.Lines(a.Now())...)
		},
		ValidArgsFunction: a.completeProfile,
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	c.Flags().StringVar(&encoded, "profile-encoded", "", "the profile in adopt's encoding")
	_ = c.Flags().MarkHidden("profile-encoded")
	return c
}

func (a *app) explain(name string) (profiles.Explanation, error) {
	files := a.shownFiles()
	p, err := files.Profile(name)
	if err != nil {
		return profiles.Explanation{}, fail(name, err)
	}
	chain, problem := session.Resolve(files, name, a.defaults())
	ends := make([]time.Time, len(chain))
	if problem == nil {
		ends = a.user("").retriever().State(chain)
	}
	return profiles.Explain(session.Planned{Profile: p, Chain: chain, Err: problem}, ends, a.signedIn, a.Getenv), nil
}

// signedIn returns until when there is an SSO sign-in; zero where there is none.
func (a *app) signedIn(l session.Link) time.Time {
	sso, err := a.user("").sso()
	if err != nil {
		return time.Time{}
	}
	end, _ := sso.Left(l)
	return end
}
