package cmd

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"guise/awsconfig"
	"guise/internal/secret"
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
	c.Flags().BoolVar(&o.all, "all", false, "every profile that guise stands behind")
	c.Flags().BoolVarP(&o.dryRun, "dry-run", "n", false, "show the change as a diff, and make none")
	c.Flags().BoolVarP(&o.yes, "yes", "y", false, "do not ask")
	return c
}

func (o adoptOptions) release(ctx context.Context, names []string) error {
	files, err := o.files()
	if err != nil {
		return err
	}
	if o.all {
		for _, p := range files.Profiles() {
			if p.BehindGuise() {
				names = append(names, p.Name)
			}
		}
	}
	profiles := files.Profiles()
	if !o.yes || o.dryRun {
		if err := o.releaseFrom(files, names); err != nil {
			return err
		}
		agreed, err := o.show(ctx, files.Diff(), fmt.Sprintf("release %s", count(len(names), "profile")))
		if err != nil || !agreed {
			return err
		}
	}
	var stored []string
	for _, p := range profiles {
		if slices.Contains(names, p.Name) && p.KeysIn() == awsconfig.KeysInStore {
			stored = append(stored, p.AccessKeyID())
		}
	}
	changed, err := o.rewrite(func(f *awsconfig.Files) error { return o.releaseFrom(f, names) })
	if err != nil {
		return err
	}
	if !changed {
		o.say(nothingToDo)
		return nil
	}
	o.forgetKeys(stored)
	o.sayf("%s as before", count(len(names), "profile"))
	return nil
}

// forgetKeys removes keys from the secret store that stand in the file again,
// but none that another profile still relies on there.
func (a *app) forgetKeys(ids []string) {
	files, err := a.files()
	if err != nil {
		return
	}
	needed := map[string]bool{}
	for _, p := range files.Profiles() {
		if p.KeysIn() == awsconfig.KeysInStore {
			needed[p.AccessKeyID()] = true
		}
	}
	for _, id := range ids {
		if !needed[id] {
			_ = a.secretStore().Delete(keyName(id))
		}
	}
}

func (o adoptOptions) releaseFrom(files *awsconfig.Files, names []string) error {
	fetch := func(_, id string) (secret.Text, error) { return o.storedKey("", id) }
	return ofProfile(files.Release(names, awsconfig.ReleaseOptions{Fetch: fetch}))
}
