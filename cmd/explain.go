package cmd

import (
	"time"

	"github.com/spf13/cobra"

	"guise/internal/awsconfig"
	"guise/internal/profiles"
	"guise/session"
)

func newExplain(a *app) *cobra.Command {
	x := a.looking()
	var asJSON bool
	var encoded string
	c := &cobra.Command{
		Use:   "explain [PROFILE]",
		Short: "Show how guise gets a profile's credentials, step by step",
		Long: `Show how guise gets a profile's credentials, step by step; which steps are cached, and
when they expire; and what an SDK in this terminal would really use.`,
		Example: "  guise explain prod",
		Args:    cobra.ArbitraryArgs,
		RunE: func(c *cobra.Command, args []string) error {
			name, err := awsconfig.DecodeProfile(encoded)
			if err != nil {
				return usage{c, err}
			}
			if name == "" {
				if name, err = a.finding().showing().ActiveOr(c.Context(), "explain", args); err != nil {
					return err
				}
			}
			e, err := x.explain(name)
			if err != nil {
				return err
			}
			if asJSON {
				return x.answerJSON(e)
			}
			return x.show(e.Lines(x.world.Now(), x.world.Home)...)
		},
		ValidArgsFunction: x.completeProfile,
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	c.Flags().StringVar(&encoded, "profile-encoded", "", "the profile in adopt's encoding")
	_ = c.Flags().MarkHidden("profile-encoded")
	return c
}

func (x looking) explain(name string) (profiles.Explanation, error) {
	plan, err := session.ResolveOne(x.shownFiles(), name, x.defaults())
	if err != nil {
		return profiles.Explanation{}, fail(name, err)
	}
	ends := make([]time.Time, len(plan.Chain))
	if plan.Err == nil {
		ends = x.user("").retriever().State(plan.Chain)
	}
	return profiles.Explain(plan, ends, x.signedIn, x.world.Getenv, x.settings().Guard), nil
}

// signedIn returns until when there is an SSO sign-in; zero where there is none.
func (x looking) signedIn(l session.Link) time.Time {
	sso, err := x.user("").sso()
	if err != nil {
		return time.Time{}
	}
	end, _ := sso.Left(l)
	return end
}
