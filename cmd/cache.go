package cmd

import (
	"strings"

	"github.com/spf13/cobra"

	"guise/internal/printable"
	"guise/session"
)

func newCache(a *app) *cobra.Command {
	c := &cobra.Command{
		Use:     "cache",
		Short:   "Look at, or clear, the sealed sessions",
		Example: "  guise cache list\n  guise cache clear",
	}
	var asJSON bool
	list := &cobra.Command{
		Use: "list", Short: "List the cached sessions and the profiles that they serve", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return a.cacheList(asJSON) },
	}
	list.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	c.AddCommand(list, &cobra.Command{
		Use: "clear", Short: "Remove all cached sessions; the key that seals them stays", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			store := a.store()
			removed, err := store.Clear()
			if err != nil {
				return fail("cache", err)
			}
			a.resultf("%d cached entries removed", removed)
			return nil
		},
	}, &cobra.Command{
		Use: "dir", Short: "Print the folder of the cache", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return a.answer(a.Cache + "\n") },
	})
	return c
}

// cachedSession is a row of `cache list`.
type cachedSession struct {
	Profiles []string `json:"profiles"`
	Step     string   `json:"step"`
	Expires  string   `json:"expires"`
	left     string
}

func (a *app) cacheList(asJSON bool) error {
	rows, others, err := a.cachedSessions()
	if err != nil {
		return err
	}
	if asJSON {
		return a.answerJSON(rows)
	}
	table := [][]string{{"SESSION", "LEFT", "PROFILES"}}
	for _, r := range rows {
		table = append(table, []string{r.Step, r.left, strings.Join(r.Profiles, ", ")})
	}
	if err := a.answerTable(table); err != nil {
		return err
	}
	a.sayf("the sealing key is kept in: %s", a.sealingKey().Place())
	if others > 0 {
		a.sayf("%d more entries: notes, and what no profile leads to any more", others)
	}
	return nil
}

// cachedSessions finds the profiles that each cached session serves, by
// planning every profile, and counts the entries that none leads to.
func (a *app) cachedSessions() (rows []cachedSession, others int, err error) {
	ends, err := a.sessionEnds()
	if err != nil {
		return nil, 0, err
	}
	files, err := a.files()
	if err != nil {
		return nil, 0, err
	}
	at := map[string]int{}
	rows = []cachedSession{}
	for _, plan := range session.ResolveAll(files, a.defaults()) {
		chain := plan.Chain
		for i := range chain {
			key := chain[:i+1].Key()
			end, cached := ends[key]
			if !cached {
				continue
			}
			if _, seen := at[key]; !seen {
				at[key] = len(rows)
				rows = append(rows, cachedSession{Step: does(chain[i]), Expires: end.UTC().Format("2006-01-02T15:04:05Z"), left: printable.Rough(end.Sub(a.Now()))})
			}
			row := &rows[at[key]]
			row.Profiles = append(row.Profiles, plan.Profile.Name)
		}
	}
	return rows, len(ends) - len(rows), nil
}
