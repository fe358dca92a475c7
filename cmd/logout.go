package cmd

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"guise/awsconfig"
	"guise/internal/custody"
	"guise/internal/files"
	"guise/internal/process"
	"guise/session"
	"guise/signin"
)

func newLogout(a *app) *cobra.Command {
	var all bool
	c := &cobra.Command{
		Use:   "logout [PROFILE…]",
		Short: "Drop cached sessions, and sign out",
		Long: `Drop the cached sessions of the profiles (without any: of this terminal's), and
the MFA session that they start from; sign out of the SSO session, for all profiles
that it serves, or of the sign-in of "aws login".

--all does so for every profile and every SSO session, and removes the cache and
the key that sealed it. What it could not do it says, and exits 1: a portal that
does not answer (its token is kept, so that a later run can sign out), an OS keyring
that does not answer (its copy of the key is removed when it does). Sessions that
"guise export" wrote to the credentials file stay there.`,
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
	c.Flags().BoolVar(&all, "all", false, "every profile and SSO session; remove the cache and its key")
	return c
}

func (a *app) logout(ctx context.Context, names []string) error {
	retriever := a.user("").retriever()
	for _, name := range names {
		chain, err := a.chain(name)
		if err != nil {
			return err
		}
		dropped, err := retriever.Drop(chain, true)
		if err != nil {
			return about(name, fail(name, err))
		}
		a.resultf("%s: %d cached sessions dropped; AWS accepts credentials that programs already have until they expire", name, dropped)
		if err := a.signOut(ctx, chain); err != nil {
			return about(name, fail(name, err))
		}
	}
	return nil
}

// signOut ends the sign-in that a chain starts from. The second link of a chain
// that starts from an SSO token is the portal.
func (a *app) signOut(ctx context.Context, chain session.Chain) error {
	switch base := chain[0]; base.Kind {
	case session.SSOToken:
		sso, err := a.user(chain.Last().Profile).sso()
		if err != nil {
			return err
		}
		was, err := sso.SignOut(ctx, base, chain[1])
		if was && err == nil {
			a.resultf("signed out of %s", base.SSOTitle())
		}
		return err
	case session.Login:
		login, err := a.user(chain.Last().Profile).consoleLogin()
		if err != nil {
			return err
		}
		was, err := login.SignOut(base)
		if was && err == nil {
			a.resultf("signed out %s", base.LoginARN)
		}
		return err
	}
	return nil
}

// wipe signs out of everything and empties the cache. What keeps it from one
// thing keeps it from nothing else; it is said, and the exit code is 1.
func (a *app) wipe(ctx context.Context) error {
	store := a.store()
	left := leftBehind{app: a}
	read, err := a.files()
	left.add("not signed out of any SSO session, whose tokens are good at AWS until they expire: the AWS config cannot be read", err)
	if err == nil {
		left.signOut(ctx, read)
		left.add("earlier versions of the AWS files", read.ClearLeftovers(a.backups()))
	}
	for _, dir := range []string{a.ssoDir(), a.loginDir(), a.Cache, filepath.Join(a.Cache, "sessions")} {
		files.SweepAll(dir) // tokens that a killed process was writing, and one that writes now is too late
		files.SweepEarlier(dir)
	}
	_ = os.RemoveAll(filepath.Join(a.Cache, "status")) // what the prompts show of sessions
	a.syncCopies()                                     // removes those of commands that were killed
	err = store.Wipe(left.kept...)
	if still, ok := errors.AsType[*custody.StillStoredError](err); ok {
		a.result("all cached sessions are gone")
		return failure{what: "logout", err: errors.New(still.Error() + "; it is removed when the keyring answers"), hint: "guise logout --all   # where the keyring answers, such as in your desktop session"}
	}
	if err != nil {
		return fail("logout", err)
	}
	switch {
	case len(left.kept) > 0:
		a.result("all other cached sessions are gone")
	default:
		a.result("all cached sessions and the key that sealed them are gone")
	}
	left.exported(read)
	if left.anything {
		return process.Status(exitFailed)
	}
	return nil
}

// leftBehind is what `logout --all` could not do.
type leftBehind struct {
	app      *app
	anything bool
	kept     []string // entries of the cache: tokens that a portal was not told of
}

func (l *leftBehind) add(what string, err error) {
	if err != nil {
		l.anything = true
		l.app.sayf("%s: %v", what, err)
	}
}

// signOut ends the sign-ins of all profiles, and of the SSO sessions that no
// profile uses.
func (l *leftBehind) signOut(ctx context.Context, f *awsconfig.Files) {
	done := map[string]bool{}
	var chains []session.Chain
	for _, plan := range session.ResolveAll(f, l.app.defaults()) {
		if plan.Err == nil {
			chains = append(chains, plan.Chain)
		}
	}
	for _, name := range f.SSOSessions() {
		if link, err := session.SSOSession(f, name, l.app.defaults()); err == nil {
			portal := session.Link{Kind: session.SSORole, Region: link.Region, Endpoint: l.app.endpoint(awsconfig.Profile{}, "sso")}
			chains = append(chains, session.Chain{link, portal})
		}
	}
	for _, chain := range chains {
		base, key := chain[0], chain[:1].Key()
		if done[key] || base.Kind != session.SSOToken && base.Kind != session.Login {
			continue
		}
		done[key] = true
		err := l.app.signOut(ctx, chain)
		if errors.As(err, new(*signin.NotToldError)) {
			l.kept = append(l.kept, signin.Names(base)...)
		}
		if base.Kind == session.SSOToken {
			l.add("still signed in to "+base.SSOTitle(), err)
		} else {
			l.add("still signed in: "+base.LoginARN, err)
		}
	}
	if len(l.kept) > 0 {
		l.app.hint("guise logout --all   # when the portal can be reached; guise cache clear drops the token without telling it")
	}
}

// exported says which sessions stay in the credentials file, since `export` put
// them there on purpose.
func (l *leftBehind) exported(f *awsconfig.Files) {
	if f == nil {
		return
	}
	var names []string
	for _, p := range f.Profiles() {
		if p.Own("expires") != "" && !p.SecretAccessKey().Empty() {
			names = append(names, p.Name)
		}
	}
	if len(names) > 0 {
		_, credentials := l.app.configPaths()
		l.app.sayf("what `guise export` wrote stays in %s: %s", credentials, strings.Join(names, ", "))
	}
}
