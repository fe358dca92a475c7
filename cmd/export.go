package cmd

import (
	"cmp"
	"context"
	"strings"

	"github.com/spf13/cobra"

	"guise/internal/awsconfig"
	"guise/internal/export"
	"guise/internal/oneoff"
	"guise/internal/partition"
	"guise/internal/printable"
	"guise/session"
	"guise/shell"
)

// exportCommand prints a session, or writes it to the credentials file.
type exportCommand struct {
	format, to, region string
	longLived          bool

	*streams
	*plans
	regionOf   func(ctx context.Context, what, text string) (string, error)
	exportable func(ctx context.Context, profile string, longLived bool, again string) (session.Credentials, error)
	oneOff     oneoff.Maker
}

func newExport(a *app) *cobra.Command {
	x := exportCommand{streams: a.streams, plans: a.plans, regionOf: a.regions().One, exportable: a.exportable}
	c := &cobra.Command{
		Use:   "export [PROFILE]",
		Short: "Print a profile's session, for tools that do not know profiles",
		Long:  export.Help,
		Example: `  eval "$(guise export prod)"
  guise export prod --format fish | source
  guise export prod --format json
  guise export alice --format credentials-file --to alice-mfa
  guise export --role-arn arn:aws:iam::123456789012:role/Audit --source prod`,
		Args: cobra.ArbitraryArgs,
		RunE: func(c *cobra.Command, args []string) error {
			if err := cmp.Or(export.Check(x.format, x.to), x.oneOff.Check(args)); err != nil {
				return usage(c, err)
			}
			profile, err := x.oneOff.Profile(c.Context(), func(ctx context.Context) (string, error) {
				return a.finding().in(&x.region).ActiveOr(ctx, "export", args)
			})
			if err != nil {
				return err
			}
			return x.run(c.Context(), profile)
		},
		ValidArgsFunction: a.completeProfile,
	}
	c.Flags().StringVar(&x.format, "format", export.Formats()[0], strings.Join(export.Formats(), ", "))
	c.Flags().StringVar(&x.to, "to", "", "the profile to write, for credentials-file and ini")
	c.Flags().StringVarP(&x.region, "region", "r", "", "the region to print with it")
	c.Flags().BoolVar(&x.longLived, "long-lived", false, "print an access key itself, which does not expire")
	x.oneOff = a.oneOff(c, &oneoff.Flags{})
	a.codeFlag(c)
	a.yesFlag(c)
	_ = c.RegisterFlagCompletionFunc("region", completeRegion)
	_ = c.RegisterFlagCompletionFunc("format", cobra.FixedCompletions(export.Formats(), cobra.ShellCompDirectiveNoFileComp))
	return c
}

func (x exportCommand) run(ctx context.Context, profile string) error {
	asked, err := x.regionOf(ctx, "export", x.region)
	if err != nil {
		return err
	}
	p, err := x.profileNamed(profile)
	if err != nil {
		return fail(profile, err)
	}
	if x.format == export.File {
		if x.to, err = export.Target(p, x.to); err != nil {
			return misuse("export", err.Error(), x.oneOff.Retyped("--to="+profile+"-session", shell.Guise("export --format credentials-file --to "+shell.Word(profile+"-session"), profile)))
		}
	}
	again := "export --long-lived --format " + x.format
	if x.to != "" {
		again += " --to " + shell.Word(x.to)
	}
	creds, err := x.exportable(ctx, profile, x.longLived, shell.Guise(again, profile))
	if err != nil {
		return err
	}
	out := export.Session{Credentials: creds, Profile: profile, Env: x.world.Environ()}
	if region := out.Env.RegionIn(profile, asked, p.Get("region")); partition.IsRegion(region) {
		out.Region = region
	}
	if x.format == export.File {
		return x.write(out)
	}
	text, err := out.Text(x.format, cmp.Or(x.to, profile))
	if err != nil {
		return unwritable(profile, err)
	}
	return x.answer(text)
}

func unwritable(profile string, err error) error {
	return failure{what: profile, err: err, hint: shell.Guise("export --format json", profile)}
}

// write puts the session into the credentials file, under another profile's name.
func (x exportCommand) write(out export.Session) error {
	section, err := out.Section()
	if err != nil {
		return unwritable(out.Profile, err)
	}
	if _, err := x.rewrite(func(f *awsconfig.Files) error { return f.Export(x.to, section) }); err != nil {
		return err
	}
	_, path := x.configPaths()
	x.result(out.Wrote(x.to, path))
	return nil
}

// exportable are credentials for whoever reads them: of an access key, which does not
// expire, a session is made, unless the user wants the key itself. again is the command
// for that.
func (a *app) exportable(ctx context.Context, profile string, longLived bool, again string) (got session.Credentials, err error) {
	if _, err := a.confirmed(ctx, profile); err != nil {
		return got, err
	}
	x := a.user(profile)
	chain, got, err := x.obtain(ctx, profile, x.gate().Admit, session.Options{})
	defer func() { x.handOut(profile, chain, got, err) }()
	if err != nil || !got.AccessKey() {
		return got, err
	}
	if longLived {
		a.say(profile + ": this is its access key, which does not expire: whoever reads it can use it until it is deleted")
		return got, nil
	}
	p, err := x.profileNamed(profile)
	if err == nil {
		got, err = x.retriever().SessionOf(ctx, chain, p, x.defaults(), got)
	}
	if export.KeyRefused(err) {
		return got, failure{what: profile, err: err, hint: again + "   # the access key itself"}
	}
	if err == nil {
		a.sayf("%s: a session made of its access key, for %s: it cannot call IAM (--long-lived gives the key itself)", profile, printable.Rough(got.Left(a.Now())))
	}
	return got, about(profile, fail(profile, err))
}
