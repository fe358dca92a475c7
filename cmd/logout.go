package cmd

import (
	"context"
	"errors"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"guise/cache"
	"guise/internal/approval"
	"guise/internal/custody"
	"guise/internal/filecopy"
	"guise/internal/files"
	"guise/internal/logout"
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
	approvals func() approval.Book
}

func newLogout(a *app) *cobra.Command {
	x := logoutCommand{
		streams: a.streams, plans: a.plans, store: a.store,
		retriever: func() *session.Retriever { return a.user("").retriever() },
		services:  func() signin.Services { return a.user("").services() },
		approvals: func() approval.Book { return a.user("").gate().Book },
	}
	all := false
	c := &cobra.Command{
		Use:     "logout [PROFILE…]",
		Short:   "Remove cached sessions, and sign out",
		Long:    logout.Help,
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
		end := logout.Profiles{Names: profiles, Files: x.whole, Defaults: x.defaults(), Retriever: x.retriever(), Services: x.services(), Approvals: x.approvals(), Cache: x.store()}
		if err := end.End(ctx, name, chain, x.result); err != nil {
			return about(name, fail(name, err))
		}
	}
	return nil
}

// wipe signs out of everything and empties the cache. Where something is left the exit code
// is 1.
func (x logoutCommand) wipe(ctx context.Context) error {
	left := false
	kept, err := logout.All{
		Files: x.files, Backups: x.backups(), Defaults: x.defaults, Services: x.services(), Store: x.store(),
		Tokens:  []string{x.ssoDir(), x.loginDir(), x.world.Cache, filepath.Join(x.world.Cache, "sessions")},
		Runtime: x.world.Runtime(), Status: files.Folder(x.status()),
	}.End(ctx, x.result, func(undone error) {
		left = true
		x.sayf("%v", undone)
	})
	filecopy.SyncIn(x.world.Runtime())
	removed := "all cached sessions and the key that encrypted them"
	if kept {
		removed = "all other cached sessions"
		x.hint("guise logout --all   # when the portal can be reached; guise cache clear removes the token without signing out")
	}
	if still, ok := errors.AsType[*custody.StillStoredError](err); ok {
		x.result("all cached sessions are removed")
		return failure{what: "logout", err: errors.New(still.Error() + "; it is removed when the keyring answers"), hint: "guise logout --all   # where the keyring answers, such as in your desktop session"}
	}
	if err != nil {
		return fail("logout", err)
	}
	x.result(removed + " are removed")
	x.sayExported()
	if left {
		return process.Status(exitFailed)
	}
	return nil
}

// sayExported says which sessions stay in the credentials file, since `export` put
// them there on purpose.
func (x logoutCommand) sayExported() {
	if f, err := x.files(); err == nil && len(f.Exports()) > 0 {
		_, credentials := x.configPaths()
		x.sayf("sessions that `guise export` wrote stay in %s: %s", credentials, strings.Join(f.Exports(), ", "))
	}
}
