package cmd

import (
	"context"
	"errors"
	"slices"

	"github.com/spf13/cobra"

	"guise/session"
)

func newLogin(a *app) *cobra.Command {
	var force bool
	c := &cobra.Command{
		Use:   "login [PROFILE…]",
		Short: "Make sure that a session exists now; asks for what it needs",
		Long: `Make sure that the profiles have a session now, so that calls made later need
nobody: an MFA code is asked for, or the browser opened, where that is needed.
Without a profile, those that programs wait for (guise waiting), or else this
terminal's.`,
		Example: "  guise login prod\n  guise login --force prod     a new session, whatever is left of the old one",
		RunE: func(c *cobra.Command, args []string) error {
			names, err := a.toLogIn(args)
			if err != nil {
				return err
			}
			var unkept error
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
				if !a.kept(chain) {
					unkept = failure{what: name, err: errors.New("the session is not kept: the next call needs you again"), hint: "guise doctor"}
				}
			}
			return unkept
		},
		ValidArgsFunction: a.completeProfiles,
	}
	c.Flags().BoolVarP(&force, "force", "f", false, "get a new session even if there is one")
	a.deviceFlag(c)
	return c
}

// kept tells whether the next call finds the session of a chain.
func (a *app) kept(chain session.Chain) bool {
	retriever, err := a.retriever()
	return err == nil && retriever.Kept(chain)
}

// toLogIn gives the profiles named, those that wait, or the one of this terminal.
func (a *app) toLogIn(names []string) ([]string, error) {
	if len(names) == 0 {
		for _, q := range a.room().List() {
			if !slices.Contains(names, q.Profile) {
				names = append(names, q.Profile)
			}
		}
	}
	return a.orCurrent("login", names)
}

// deviceFlag is the flag of commands that may have a person sign in to SSO.
func (a *app) deviceFlag(c *cobra.Command) {
	c.Flags().BoolVar(&a.anyDevice, "device", false, "sign in to SSO with a code on any device instead of the browser here")
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
		Short: "Drop cached sessions, and sign out of SSO",
		Long: `Drop the cached sessions of the profiles (without any: of this terminal's), and
the MFA session that they stand on; sign out of the SSO session, for all profiles
that it serves. --all does so for every profile, and wipes the cache and its key.`,
		Example: "  guise logout prod\n  guise logout --all",
		RunE: func(c *cobra.Command, args []string) error {
			if all {
				return a.wipe(c.Context())
			}
			names, err := a.orCurrent("logout", args)
			if err != nil {
				return err
			}
			return a.logout(c.Context(), names)
		},
		ValidArgsFunction: a.completeProfiles,
	}
	c.Flags().BoolVar(&all, "all", false, "wipe the whole cache and its key")
	return c
}

func (a *app) logout(ctx context.Context, names []string) error {
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
		if err := a.signOut(ctx, chain); err != nil {
			return fail(name, err)
		}
	}
	return nil
}

// signOut ends the sign-in that a chain starts from.
func (a *app) signOut(ctx context.Context, chain session.Chain) error {
	switch base := chain[0]; base.Kind {
	case session.SSOToken:
		sso, err := a.sso()
		if err != nil {
			return err
		}
		was, err := sso.SignOut(ctx, base, chain[1])
		if was && err == nil {
			a.sayf("signed out of %s", ssoTitle(base))
		}
		return err
	case session.Login:
		login, err := a.consoleLogin()
		if err != nil {
			return err
		}
		was, err := login.SignOut(base)
		if was && err == nil {
			a.sayf("signed out %s", base.LoginARN)
		}
		return err
	}
	return nil
}

// wipe signs out of all SSO sessions, and empties the cache. What keeps it from
// signing out keeps it from nothing else.
func (a *app) wipe(ctx context.Context) error {
	store, err := a.store()
	if err != nil {
		return err
	}
	if files, err := a.files(); err == nil {
		profiles := files.Profiles()
		index, done := indexed(files, profiles), map[string]bool{}
		for _, p := range profiles {
			chain, err := a.resolve(index, p.Name)
			if err != nil || chain[0].Kind != session.SSOToken || done[chain[:1].Key()] {
				continue
			}
			done[chain[:1].Key()] = true
			if err := a.signOut(ctx, chain); err != nil {
				a.sayf("guise: not signed out of %s: %v", ssoTitle(chain[0]), err)
			}
		}
	}
	if err := store.Wipe(); err != nil {
		return fail("logout", err)
	}
	a.say("all cached sessions and the key that sealed them are gone")
	return nil
}
