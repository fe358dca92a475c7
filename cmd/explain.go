package cmd

import (
	"time"

	"github.com/spf13/cobra"

	"guise/internal/arguments"
	"guise/internal/doctor"
	"guise/internal/process"
	"guise/internal/profiles"
	"guise/session"
)

func newExplain(a *app) *cobra.Command {
	x := a.looking()
	var asJSON bool
	var encoded arguments.EncodedProfile
	c := &cobra.Command{
		Use:   "explain [PROFILE]",
		Short: "Show how guise gets a profile's credentials, step by step",
		Long: `Show how guise gets a profile's credentials, step by step; which steps are cached, and
when they expire; and what an SDK in this terminal would really use. Exits 1 where the
profile cannot have credentials.`,
		Example: "  guise explain prod",
		Args:    cobra.ArbitraryArgs,
		RunE: func(c *cobra.Command, args []string) error {
			name := string(encoded)
			if name == "" {
				var err error
				if name, err = a.finding().showing().ActiveOr(c.Context(), "explain", args); err != nil {
					return err
				}
			}
			e, err := x.explain(name)
			if err != nil {
				return err
			}
			if asJSON {
				err = x.answerJSON(e)
			} else {
				err = x.show(e.Lines(x.world.Now(), x.world.Home)...)
			}
			if err == nil && e.Problem != "" {
				err = process.Status(exitFailed)
			}
			return err
		},
		ValidArgsFunction: x.completeProfile,
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	c.Flags().Var(&encoded, "profile-encoded", "the profile in adopt's encoding")
	_ = c.Flags().MarkHidden("profile-encoded")
	return c
}

func (x looking) explain(name string) (profiles.Explanation, error) {
	files := x.shownFiles()
	plan, err := session.ResolveOne(files, name, x.defaults())
	if err != nil {
		return profiles.Explanation{}, fail(name, err)
	}
	kept := x.user("").retriever()
	e := profiles.Explain(plan, kept.State(plan.Chain), x.signedIn, x.world.Getenv, x.forShell, x.settings().Guard.Over(files))
	e.Approve = x.user("").gate().Stated(plan.Chain, e.Approve)
	e.Remember(kept.LastRefusal(plan.Chain))
	e.Fix = x.forShell(doctor.FixOf(files, plan.Err))
	return e, nil
}

// signedIn returns until when there is the token of an SSO sign-in, and when its session ends
// as far as earlier ones tell; zero where there is none, or nobody knows.
func (x looking) signedIn(l session.Link) (token, ends time.Time) {
	sso, err := x.user("").sso()
	if err != nil {
		return token, ends
	}
	state := sso.State(l)
	return state.Expires, state.EndsAbout
}
