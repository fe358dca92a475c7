package cmd

import (
	"errors"
	"strings"

	"github.com/spf13/cobra"

	"guise/internal/awsenv"
	"guise/internal/printable"
	"guise/internal/profiles"
	"guise/session"
	"guise/shell"
)

func newList(a *app) *cobra.Command {
	x := a.looking()
	var asJSON, names bool
	var want profiles.Selection
	c := &cobra.Command{
		Use:     "list [QUERY…]",
		Aliases: []string{"ls"},
		Short:   "List profiles: what each is, and whether it has a session",
		Long: `List the profiles of the AWS files: what each is, and whether it has a session. With
QUERY, only the profiles whose name, alias, account or role has all its words. A *
marks the active profile.`,
		Example: "  guise list\n  guise list prod --sort account\n  guise list --kind sso --names\n  guise list --json | jq -r '.[] | select(.kind == \"role\").profile'",
		Args:    cobra.ArbitraryArgs,
		RunE: func(c *cobra.Command, args []string) error {
			if names && asJSON {
				return usage(c, errors.New("--names or --json, not both"))
			}
			want.Query = strings.Join(args, " ")
			all, err := want.Of(x.describeAll())
			switch {
			case err != nil:
				return usage(c, err)
			case asJSON:
				return x.answerJSON(all)
			case names:
				return x.show(profiles.Names(all)...)
			}
			err = x.printList(all, want)
			x.remind(x.user("").reminder().Due(x.some, x.some.SSOSessions()...))
			return err
		},
		ValidArgsFunction: x.completeProfile,
	}
	c.Flags().StringVar(&want.Kind, "kind", "", "only profiles of this kind: "+strings.Join(session.Ways(), ", "))
	c.Flags().StringVar(&want.By, "sort", "", "sort by a column: "+strings.Join(profiles.Orders(), ", "))
	c.Flags().BoolVar(&names, "names", false, "print only the names, one in a line")
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	_ = c.RegisterFlagCompletionFunc("kind", cobra.FixedCompletions(session.Ways(), cobra.ShellCompDirectiveNoFileComp))
	_ = c.RegisterFlagCompletionFunc("sort", cobra.FixedCompletions(profiles.Orders(), cobra.ShellCompDirectiveNoFileComp))
	return c
}

// describeAll describes every profile, in the order of profiles.Together.
func (x looking) describeAll() []profiles.Description {
	files := x.shownFiles()
	ends, err := x.store().Ends()
	if err != nil {
		x.sayf("%v", fail("cache", err))
		x.hint("guise doctor")
	}
	all := profiles.DescribeAll(files, x.defaults(), ends, awsenv.Active(x.world.Getenv), x.settings().Guard)
	for _, d := range all {
		for _, err := range d.Unheeded {
			x.sayf("%s: %v", d.Profile, err)
		}
	}
	return all
}

func (x looking) printList(all []profiles.Description, of profiles.Selection) error {
	if none := of.None(); len(all) == 0 && none != "" {
		x.say(none)
		return nil
	} else if len(all) == 0 {
		config, _ := x.configPaths()
		x.say("there are no profiles in " + config)
		x.hint("guise setup   # makes the first; guise demo is a sandbox to try guise in")
		return nil
	}
	if err := x.answerTable(profiles.Table(all, x.world.Now())); err != nil {
		return err
	}
	if broken := profiles.Broken(all); len(broken) > 0 {
		x.sayf("no credentials can be had for %s", printable.Some(broken))
		x.hint(shell.Guise("explain", broken[0]))
	}
	return nil
}
