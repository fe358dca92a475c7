package cmd

import (
	"slices"

	"github.com/spf13/cobra"

	"guise/internal/arguments"
	"guise/internal/profiles"
	"guise/shell"
)

func newList(a *app) *cobra.Command {
	x := a.looking()
	var asJSON bool
	c := &cobra.Command{
		Use:     "list",
		Aliases: []string{"ls"},
		Short:   "List every profile: what it is, and whether it has a session",
		Example: "  guise list\n  guise list --json | jq -r '.[] | select(.kind == \"role\").profile'",
		Args:    arguments.Count,
		RunE: func(*cobra.Command, []string) error {
			all := x.describeAll()
			if asJSON {
				return x.answerJSON(all)
			}
			return x.printList(all)
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return c
}

// describeAll describes every profile, in the order of the files.
func (x looking) describeAll() []profiles.Description {
	files := x.shownFiles()
	ends, err := x.store().Ends()
	if err != nil {
		x.sayf("%v", fail("cache", err))
		x.hint("guise doctor")
	}
	return profiles.DescribeAll(files, x.defaults(), ends)
}

func (x looking) printList(all []profiles.Description) error {
	if len(all) == 0 {
		x.say("no profiles: the AWS config file has none")
		return nil
	}
	table := [][]string{{"PROFILE", "KIND", "ACCOUNT", "ROLE", "REGION", "MFA", "MANAGED", "SESSION"}}
	for _, d := range all {
		table = append(table, []string{d.Profile, d.Kind, d.Account, d.Role, d.Region, yes(d.MFA != ""), yes(d.Managed), d.Left(x.world.Now())})
	}
	if err := x.answerTable(table); err != nil {
		return err
	}
	if i := slices.IndexFunc(all, func(d profiles.Description) bool { return d.Problem != "" }); i >= 0 {
		x.sayf("some profiles cannot have a session: guise explain %s", shell.Word(all[i].Profile))
	}
	return nil
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return ""
}
