package cmd

import (
	"cmp"

	"github.com/spf13/cobra"

	"guise/internal/arguments"
	"guise/internal/oneoff"
	"guise/internal/printable"
	"guise/internal/profiles"
	"guise/session"
)

func newCache(a *app) *cobra.Command {
	x := a.looking()
	c := &cobra.Command{
		Use:     "cache",
		Short:   "List or remove the cached sessions",
		Example: "  guise cache list\n  guise cache clear",
	}
	var asJSON bool
	list := &cobra.Command{
		Use: "list", Short: "List the cached sessions, the profiles that they serve, and approvals", Args: arguments.Count,
		RunE: func(*cobra.Command, []string) error { return x.cacheList(asJSON) },
	}
	list.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	c.AddCommand(list, &cobra.Command{
		Use: "clear", Short: "Remove all cached sessions and approvals, and keep the key that encrypts them", Args: arguments.Count,
		RunE: func(*cobra.Command, []string) error {
			store := x.store()
			removed, err := store.Clear()
			if err != nil {
				return fail("cache", err)
			}
			x.resultf("%d cached entries removed", removed)
			return nil
		},
	}, &cobra.Command{
		Use: "dir", Short: "Print the folder of the cache", Args: arguments.Count,
		RunE: func(*cobra.Command, []string) error { return x.answer(x.world.Cache + "\n") },
	})
	return c
}

func (x looking) cacheList(asJSON bool) error {
	ends, err := x.store().Ends()
	if err != nil {
		return fail("cache", err)
	}
	files, err := x.files()
	if err != nil {
		return err
	}
	approved, err := x.user("").gate().List()
	oneOffs, unread := oneoff.Plans(x.store(), files, x.defaults())
	if err = cmp.Or(err, unread); err != nil {
		return fail("cache", err)
	}
	rows, others := profiles.CachedSessions(append(session.ResolveAll(files, x.defaults()), oneOffs...), ends, approved)
	if asJSON {
		return x.answerJSON(rows)
	}
	if len(rows) == 0 {
		x.say("no cached sessions")
	} else if err := x.answerTable(profiles.CacheTable(rows, x.world.Now())); err != nil {
		return err
	}
	if place := x.keyPlace(); place != "" {
		x.sayf("the key that encrypts the cache is kept in: %s", place)
	}
	if others > 0 {
		x.sayf("%s: notes of guise's own, and sessions of profiles that are gone or changed", printable.Count(others, "more cache entry"))
	}
	return nil
}
