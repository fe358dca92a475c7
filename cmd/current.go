package cmd

import (
	"time"

	"github.com/spf13/cobra"

	"guise/internal/arguments"
	"guise/internal/awsenv"
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
		Args:    arguments.Count,
		RunE: func(*cobra.Command, []string) error {
			now, err := x.current()
			if err != nil {
				return err
			}
			if x.world.Getenv(varProfile) != "" && x.world.Getenv(awsenv.AccessKeyID) != "" {
				x.say("exported keys (" + awsenv.AccessKeyID + ") win over the active profile")
			}
			if asJSON {
				return x.answerJSON(now)
			}
			return x.show(now.Lines()...)
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return c
}

func (x looking) current() (profiles.Current, error) {
	name := awsenv.Active(x.world.Getenv)
	if name == "" {
		return profiles.Current{}, failure{what: "current", err: awsenv.NoneActive(x.world.Getenv), hint: "guise use"}
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
	if plan = x.user(name).gate().Given(plan); plan.Err == nil {
		ends = x.user("").retriever().State(plan.Chain)[len(plan.Chain)-1]
	}
	return profiles.NewCurrent(plan, ends, x.world.Now(), x.world.Getenv), nil
}
