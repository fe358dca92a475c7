package cmd

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"guise/internal/adoption"
	"guise/internal/keys"
)

func newRelease(a *app) *cobra.Command {
	var all bool
	var agreed agreement
	c := &cobra.Command{
		Use:   "release PROFILE…|--all",
		Short: "Undo adopt: give profiles back as they were",
		Long: `Undo adopt: the profiles in ~/.aws/config (and keys that were moved) stand again as
they stood before, byte for byte.`,
		Example: "  guise release prod\n  guise release --all --dry-run",
		RunE: func(c *cobra.Command, args []string) error {
			if all == (len(args) > 0) {
				return usage{c, errors.New("name profiles, or --all")}
			}
			return a.release(c.Context(), args, all, agreed)
		},
		ValidArgsFunction: a.completeProfiles,
	}
	c.Flags().BoolVar(&all, "all", false, "every managed profile")
	agreed.flags(c)
	return c
}

// release gives profiles back as they were, when that is agreed to.
func (a *app) release(ctx context.Context, names []string, all bool, agreed agreement) error {
	files, err := a.files()
	if err != nil {
		return err
	}
	if all {
		names = adoption.Managed(files)
	}
	change, err := a.adopter().Release(files, names)
	if err != nil {
		return ofFiles(err)
	}
	err = a.change(ctx, change, agreed)
	if errors.As(err, new(*keys.PendingError)) {
		return fail("release", err)
	}
	return err
}
