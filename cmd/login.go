package cmd

import (
	"errors"

	"github.com/spf13/cobra"

	"guise/session"
)

func newLogin(a *app) *cobra.Command {
	var force bool
	c := &cobra.Command{
		Use:   "login [PROFILE…]",
		Short: "Make sure that a session exists now; asks for what it needs",
		Long: `Make sure that the profiles (without any: this terminal's) have a session now, so
that calls made later need nobody. Asks for an MFA code where one is needed.`,
		Example: "  guise login prod\n  guise login --force prod     a new session, whatever is left of the old one",
		RunE: func(c *cobra.Command, args []string) error {
			names, err := a.orCurrent("login", args)
			if err != nil {
				return err
			}
			for _, name := range names {
				chain, got, err := a.credentials(c.Context(), name, session.Options{Force: force})
				if err != nil {
					return err
				}
				if got.Expires.IsZero() {
					a.sayf("%s: static keys, nothing to log in to", name)
					continue
				}
				a.sayf("%s%s", name, useOptions{app: a}.summary(name, chain, got.Left(a.Now())))
			}
			return nil
		},
		ValidArgsFunction: a.completeProfiles,
	}
	c.Flags().BoolVarP(&force, "force", "f", false, "get a new session even if there is one")
	return c
}

// orCurrent gives the profiles named, or the one of this terminal.
func (a *app) orCurrent(what string, names []string) ([]string, error) {
	if len(names) > 0 {
		return names, nil
	}
	current := a.Getenv(varProfile)
	if current == "" {
		return nil, failure{what: what, err: errors.New("no profile is active in this terminal"), hint: "name one: guise " + what + " PROFILE", code: exitUsage}
	}
	return []string{current}, nil
}

func newLogout(a *app) *cobra.Command {
	var all bool
	c := &cobra.Command{
		Use:   "logout [PROFILE…]",
		Short: "Drop cached sessions",
		Long: `Drop the cached sessions of the profiles (without any: of this terminal's), and
the MFA session that they stand on. --all wipes the cache, and its key with it.`,
		Example: "  guise logout prod\n  guise logout --all",
		RunE: func(_ *cobra.Command, args []string) error {
			if all {
				return a.wipe()
			}
			names, err := a.orCurrent("logout", args)
			if err != nil {
				return err
			}
			return a.logout(names)
		},
		ValidArgsFunction: a.completeProfiles,
	}
	c.Flags().BoolVar(&all, "all", false, "wipe the whole cache and its key")
	return c
}

func (a *app) logout(names []string) error {
	retriever, err := a.retriever()
	if err != nil {
		return err
	}
	for _, name := range names {
		chain, err := a.chain(name)
		if err != nil {
			return err
		}
		dropped, err := retriever.Drop(chain, true)
		if err != nil {
			return fail(name, err)
		}
		a.sayf("%s: %d cached sessions dropped; AWS itself honours what was handed out until its end", name, dropped)
	}
	return nil
}

func (a *app) wipe() error {
	store, err := a.store()
	if err != nil {
		return err
	}
	if err := store.Wipe(); err != nil {
		return fail("logout", err)
	}
	a.say("all cached sessions and the key that sealed them are gone")
	return nil
}
