package cmd

import (
	"slices"
	"time"

	"github.com/spf13/cobra"

	"guise/internal/printable"
	"guise/session"
	"guise/shell"
)

func newList(a *app) *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:     "list",
		Aliases: []string{"ls"},
		Short:   "List every profile: what it is, and whether it has a session",
		Example: "  guise list\n  guise list --json | jq -r '.[] | select(.kind == \"role\").profile'",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			all, err := a.describeAll()
			if err != nil {
				return err
			}
			if asJSON {
				return a.answerJSON(all)
			}
			return a.printList(all)
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return c
}

// describeAll describes every profile, in the order of the files.
func (a *app) describeAll() ([]description, error) {
	files := a.shownFiles()
	ends, err := a.sessionEnds()
	if err != nil {
		a.sayf("%v", err)
		a.hint("guise doctor")
	}
	return session.MapAll(files, a.defaults(), func(p session.Planned) description {
		var end time.Time
		if p.Err == nil && len(ends) > 0 {
			end = ends[p.Chain.Key()]
		}
		return describeProfile(p, end)
	}), nil
}

// sessionEnds gives the end of every session in the cache, by its key.
func (a *app) sessionEnds() (map[string]time.Time, error) {
	store := a.store()
	entries, err := store.List()
	if err != nil {
		return nil, fail("cache", err)
	}
	ends := map[string]time.Time{}
	for _, e := range entries {
		if e.Fresh && e.Readable {
			ends[e.Name] = e.Expires
		}
	}
	return ends, nil
}

func (a *app) printList(all []description) error {
	if len(all) == 0 {
		a.say("no profiles: the AWS config file has none")
		return nil
	}
	table := [][]string{{"PROFILE", "KIND", "ACCOUNT", "ROLE", "REGION", "MFA", "MANAGED", "SESSION"}}
	for _, d := range all {
		table = append(table, []string{d.Profile, d.Kind, d.Account, d.Role, d.Region, yes(d.MFA != ""), yes(d.Behind), a.sessionWord(d)})
	}
	if err := a.answerTable(table); err != nil {
		return err
	}
	if i := slices.IndexFunc(all, func(d description) bool { return d.Problem != "" }); i >= 0 {
		a.sayf("some profiles cannot have a session: guise explain %s", shell.Word(all[i].Profile))
	}
	return nil
}

func (a *app) sessionWord(d description) string {
	switch {
	case d.Problem != "":
		return "cannot"
	case d.Expires != "":
		end, _ := time.Parse(time.RFC3339, d.Expires)
		return printable.Rough(end.Sub(a.Now())) + " left"
	}
	return ""
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return ""
}
