package cmd

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"guise/awsconfig"
	"guise/internal/keys"
)

func newRelease(a *app) *cobra.Command {
	o := adoptOptions{app: a}
	c := &cobra.Command{
		Use:   "release PROFILE…|--all",
		Short: "Undo adopt: give profiles back as they were",
		Long: `Undo adopt: the profiles in ~/.aws/config (and keys that were moved) stand again as
they stood before, byte for byte.`,
		Example: "  guise release prod\n  guise release --all --dry-run",
		RunE: func(c *cobra.Command, args []string) error {
			if o.all == (len(args) > 0) {
				return usage{c, errors.New("name profiles, or --all")}
			}
			return o.release(c.Context(), args)
		},
		ValidArgsFunction: a.completeProfiles,
	}
	c.Flags().BoolVar(&o.all, "all", false, "every managed profile")
	c.Flags().BoolVarP(&o.dryRun, "dry-run", "n", false, "show the change as a diff, and make none")
	c.Flags().BoolVarP(&o.yes, "yes", "y", false, "do not ask")
	return c
}

func (o adoptOptions) release(ctx context.Context, names []string) error {
	files, err := o.app.files()
	if err != nil {
		return err
	}
	if err := files.Check(); err != nil {
		return fail("AWS config", err)
	}
	if o.all {
		for _, p := range files.Profiles() {
			if p.BehindGuise() {
				names = append(names, p.Name)
			}
		}
	}
	returning := keysIn(files, names, awsconfig.KeysInStore)
	if !o.yes || o.dryRun {
		fetch := o.app.user("").keys().Fetch(ctx)
		diff, err := files.Try(func(f *awsconfig.Files) error { return o.releaseFrom(f, names, fetch) })
		if err != nil {
			return err
		}
		agreed, err := o.show(ctx, diff, fmt.Sprintf("release %s", count(len(names), "profile")))
		if err != nil || !agreed {
			return err
		}
	}
	changed, err := o.app.user("").keys().Return(ctx, names, func(f *awsconfig.Files, fetch keys.FetchFunc) error { return o.releaseFrom(f, names, fetch) })
	if err != nil && !errors.As(err, new(*keys.PendingError)) {
		return err
	} else if err != nil {
		o.sayReleased(names, returning)
		return fail("release", err)
	}
	if !changed {
		o.app.say(nothingToDo)
		return nil
	}
	o.sayReleased(names, returning)
	return nil
}

func (o adoptOptions) releaseFrom(files *awsconfig.Files, names []string, fetch keys.FetchFunc) error {
	return ofProfile(files.Release(names, awsconfig.ReleaseOptions{Fetch: fetch}))
}
