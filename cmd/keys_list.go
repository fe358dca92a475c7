package cmd

import (
	"context"

	"github.com/spf13/cobra"

	"guise/internal/keys"
)

func newKeysList(a *app) *cobra.Command {
	var asJSON, online bool
	c := &cobra.Command{
		Use:   "list",
		Short: "List the access keys of all profiles, and where each is",
		Long: `List the access keys of all profiles, and where each is. With --online IAM is asked
how old each is: only of those whose credentials are at hand, since nobody is asked.

It lists too what is pending: secrets that are to be removed from a store which did
not answer, rotations that were interrupted, and stored keys that no profile uses, or whose AWS files are away.`,
		Example: "  guise keys list --online",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			files, err := a.files()
			if err != nil {
				return err
			}
			var iam func(context.Context, string) (keys.IAM, error)
			if online {
				iam = a.iamAtHand
			}
			rows, err := a.user("").unasked().keys().List(c.Context(), files, iam)
			if err != nil {
				return fail("key store", err)
			}
			if asJSON {
				return a.answerJSON(rows)
			}
			table := [][]string{{"PROFILE", "KEY", "PLACE", "AGE", "STATUS"}}
			for _, r := range rows {
				table = append(table, []string{r.Profile, "…" + keys.LastFour(r.ID), r.Place, r.Age(a.Now()), r.State()})
			}
			return a.answerTable(table)
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	c.Flags().BoolVar(&online, "online", false, "ask IAM for the age of each")
	return c
}

// iamAtHand is IAM for the user of a profile, if nobody has to be asked for credentials.
func (a *app) iamAtHand(ctx context.Context, profile string) (keys.IAM, error) {
	chain, err := a.chain(profile)
	if err != nil {
		return nil, err
	}
	x := a.user(profile)
	creds, err := x.unasked().retriever().AtHand(ctx, chain)
	if err != nil {
		return nil, err
	}
	api, err := x.api()
	if err != nil {
		return nil, err
	}
	return api.IAM(a.placeOf(profile, "iam"), creds), nil
}
