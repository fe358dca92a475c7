package cmd

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"guise/internal/adoption"
	"guise/internal/awsconfig"
	"guise/internal/keys"
	"guise/internal/naming"
)

// releaseCommand gives profiles back as they were.
type releaseCommand struct {
	all bool

	managing
}

func newRelease(a *app) *cobra.Command {
	x := releaseCommand{managing: a.managing()}
	c := &cobra.Command{
		Use:   "release [PROFILE…|--all]",
		Short: "Undo adopt: restore profiles as they were",
		Long: `Undo adopt: restore the profiles in ~/.aws/config, and access keys that guise moved,
byte for byte.`,
		Example: "  guise release prod\n  guise release --all --dry-run",
		RunE: func(c *cobra.Command, args []string) error {
			names, err := x.named(c, args, x.all, naming.Kind{Is: awsconfig.Profile.Managed, None: "guise manages no profile", Hint: "guise adopt --all"})
			if err != nil {
				return err
			}
			return x.run(c.Context(), names)
		},
		ValidArgsFunction: x.completeProfiles,
	}
	c.Flags().BoolVar(&x.all, "all", false, "every managed profile")
	x.flags(c)
	return c
}

func (x releaseCommand) run(ctx context.Context, names []string) error {
	err := x.change(ctx, func(f *awsconfig.Files) (*adoption.Change, error) {
		if x.all {
			names = adoption.Managed(f)
		}
		return x.adopter().Release(f, names)
	})
	if errors.As(err, new(*keys.PendingError)) {
		return fail("release", err)
	}
	return err
}
