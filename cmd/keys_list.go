package cmd

import (
	"context"

	"github.com/spf13/cobra"

	"guise/internal/arguments"
	"guise/internal/keys"
)

func newKeysList(x keyCommand) *cobra.Command {
	var asJSON, online bool
	c := &cobra.Command{
		Use:   "list",
		Short: "List the access keys of all profiles, and where each is",
		Long: `List the access keys of all profiles, and where each is kept. With --online guise
asks IAM how old each is, if it can do so without asking you for anything.

The list also shows what is pending: secrets to remove from a store that did not
answer, interrupted rotations, and stored keys that no profile uses or whose AWS
files are missing.`,
		Example: "  guise keys list --online",
		Args:    arguments.Count,
		RunE: func(c *cobra.Command, _ []string) error {
			files, err := x.files()
			if err != nil {
				return err
			}
			var iam func(context.Context, string) (keys.IAM, error)
			if online {
				iam = func(ctx context.Context, profile string) (keys.IAM, error) {
					return x.user(profile).iamAtHand(ctx, profile, x.user(profile).unasked().retriever())
				}
			}
			rows, err := x.user("").unasked().keys().List(c.Context(), files, iam)
			if err != nil {
				return fail("key store", err)
			}
			if asJSON {
				return x.answerJSON(rows)
			}
			if len(rows) == 0 {
				x.say("no profile has an access key")
				x.hint("guise keys add --help")
			} else if err := x.answerTable(keys.Table(rows, x.world.Now())); err != nil {
				return err
			}
			for _, note := range keys.Notes(rows) {
				x.say(note)
			}
			return nil
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	c.Flags().BoolVar(&online, "online", false, "ask IAM for the age of each")
	return c
}
