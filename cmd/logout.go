package cmd

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"guise/cache"
	"guise/internal/ask"
	"guise/internal/awsconfig"
	"guise/internal/custody"
	"guise/internal/files"
	"guise/internal/printable"
	"guise/internal/process"
	"guise/internal/signin"
	"guise/session"
)

// logoutCommand drops sessions, and signs out.
type logoutCommand struct {
	*streams
	*plans
	retriever func() *session.Retriever
	store     func() *cache.Store
	services  func() signin.Services
}

func newLogout(a *app) *cobra.Command {
	x := logoutCommand{
		streams: a.streams, plans: a.plans, store: a.store,
		retriever: func() *session.Retriever { return a.user("").retriever() },
		services:  func() signin.Services { return a.user("").services() },
	}
	all := false
	c := &cobra.Command{
		Use:   "logout [PROFILE…]",
		Short: "Remove cached sessions, and sign out",
		Long: `Remove the cached sessions of the profiles (by default of the active one) and the
MFA session behind them, and sign out of their SSO session, which other profiles may
use too, or of the sign-in of "aws login". Credentials that programs already have
stay valid until they expire.

--all does this for every profile and every SSO session, and removes the cache and
its key. It says what it could not do, and exits 1: if the portal does not answer,
guise keeps the token, so that a later run can sign out; if the OS keyring does not
answer, guise removes the key when it does. Sessions that "guise export" wrote to the
credentials file stay there.`,
		Example: "  guise logout prod\n  guise logout --all",
		RunE: func(c *cobra.Command, args []string) error {
			if all {
				return x.wipe(c.Context())
			}
			profiles, err := a.finding().ActiveOrEach(c.Context(), "logout", args)
			if err != nil {
				return err
			}
			return x.run(c.Context(), profiles)
		},
		ValidArgsFunction: a.completeProfiles,
	}
	c.Flags().BoolVar(&all, "all", false, "every profile and SSO session; remove the cache and its key")
	return c
}

func (x logoutCommand) run(ctx context.Context, profiles []string) error {
	for _, name := range profiles {
		chain, err := x.chain(name)
		if err != nil {
			return err
		}
		dropped, err := x.retriever().Drop(chain, true)
		if err != nil {
			return about(name, fail(name, err))
		}
		x.resultf("%s: %s removed; credentials that programs already have stay valid until they expire", name, printable.Count(dropped, "cached session"))
		if ended, ok := x.services().SignOut(ctx, chain); ok {
			x.sayEnded(ended)
			if ended.Err != nil {
				return about(name, fail(name, ended.Err))
			}
		}
	}
	return nil
}

func (x logoutCommand) sayEnded(e signin.Ended) {
	switch {
	case !e.Was || e.Err != nil:
	case e.Link.Kind == session.SSOToken:
		x.result("signed out of " + e.Link.SSOTitle())
	default:
		x.result("signed out " + e.Link.LoginARN)
	}
}

// wipe signs out of everything and empties the cache. What keeps it from one
// thing keeps it from nothing else; it is said, and the exit code is 1.
func (x logoutCommand) wipe(ctx context.Context) error {
	left := false
	failed := func(what string, err error) {
		if err != nil {
			left = true
			x.sayf("%s: %v", what, err)
		}
	}
	var kept []string // entries of the cache: tokens that a portal was not told of
	read, err := x.files()
	failed("not signed out of any SSO session, so their tokens stay valid until they expire: the AWS config cannot be read", err)
	if err == nil {
		kept = x.signOutAll(ctx, read, failed)
		failed("earlier versions of the AWS files", read.ClearLeftovers(x.backups()))
	}
	x.removeNotes()
	err = x.store().Wipe(kept...)
	if still, ok := errors.AsType[*custody.StillStoredError](err); ok {
		x.result("all cached sessions are removed")
		return failure{what: "logout", err: errors.New(still.Error() + "; it is removed when the keyring answers"), hint: "guise logout --all   # where the keyring answers, such as in your desktop session"}
	}
	if err != nil {
		return fail("logout", err)
	}
	if len(kept) > 0 {
		x.result("all other cached sessions are removed")
	} else {
		x.result("all cached sessions and the key that encrypted them are removed")
	}
	x.sayExported(read)
	if left {
		return process.Status(exitFailed)
	}
	return nil
}

// signOutAll ends the sign-ins of all profiles, and of the SSO sessions that no profile
// uses. It gives the entries of the cache that are to stay, so that a later run can end
// what this one could not.
func (x logoutCommand) signOutAll(ctx context.Context, f *awsconfig.Files, failed func(string, error)) (kept []string) {
	for ended := range x.services().SignOutAll(ctx, session.SignIns(f, x.defaults())) {
		x.sayEnded(ended)
		if errors.As(ended.Err, new(*signin.NotToldError)) {
			kept = append(kept, signin.Names(ended.Link)...)
		}
		if ended.Link.Kind == session.SSOToken {
			failed("still signed in to "+ended.Link.SSOTitle(), ended.Err)
		} else {
			failed("still signed in: "+ended.Link.LoginARN, ended.Err)
		}
	}
	if len(kept) > 0 {
		x.hint("guise logout --all   # when the portal can be reached; guise cache clear removes the token without signing out")
	}
	return kept
}

// removeNotes removes what is beside the cache: tokens that a killed process was
// writing, what the prompts show of sessions, copies for commands that were killed.
func (x logoutCommand) removeNotes() {
	for _, dir := range []string{x.ssoDir(), x.loginDir(), x.world.Cache, filepath.Join(x.world.Cache, "sessions")} {
		files.SweepAll(dir) // one that writes now is too late
		files.SweepEarlier(dir)
	}
	for _, folder := range x.world.Runtime() {
		ask.SweepRows(folder.Path(), 0)
	}
	_ = os.RemoveAll(files.Folder(x.status()).Path())
	x.syncCopies()
}

// sayExported says which sessions stay in the credentials file, since `export` put
// them there on purpose.
func (x logoutCommand) sayExported(f *awsconfig.Files) {
	if f == nil {
		return
	}
	if names := f.Exports(); len(names) > 0 {
		_, credentials := x.configPaths()
		x.sayf("sessions that `guise export` wrote stay in %s: %s", credentials, strings.Join(names, ", "))
	}
}
