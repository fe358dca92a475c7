package cmd

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"guise/awsconfig"
	"guise/internal/adoption"
	"guise/internal/keys"
)

func newRelease(m managing) *cobra.Command {
	var all bool
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
			return m.release(c.Context(), args, all)
		},
		ValidArgsFunction: m.completeProfiles,
	}
	c.Flags().BoolVar(&all, "all", false, "every managed profile")
	m.flags(c)
	return c
}

func (m managing) release(ctx context.Context, names []string, all bool) error {
	err := m.change(ctx, func(f *awsconfig.Files) (*adoption.Change, error) {
		if all {
			names = adoption.Managed(f)
		}
		return m.adopter().Release(f, names)
	})
	if errors.As(err, new(*keys.PendingError)) {
		return fail("release", err)
	}
	return err
}
