// Package logout signs out of everything, and removes what guise keeps of sessions.
package logout

import (
	"context"
	"errors"
	"fmt"
	"os"

	"guise/cache"
	"guise/internal/ask"
	"guise/internal/awsconfig"
	"guise/internal/files"
	"guise/internal/signin"
	"guise/session"
)

// All is what there is to end. All its fields are needed.
type All struct {
	Files    func() (*awsconfig.Files, error)
	Backups  string // the folder of the files' earlier versions
	Defaults func() session.Defaults
	Services signin.Services
	Store    *cache.Store
	Tokens   []string       // the folders that tokens are written to
	Runtime  []files.Folder // for what lives as long as the login
	Status   files.Folder   // what the prompts show of sessions
}

// End ends all of it. What keeps it from one thing keeps it from nothing else: done is told
// each sign-in that has ended, and undone what has not. kept reports whether tokens are left
// in the cache that a portal was not told of, so that a later run can end them: the key of
// the cache stays with them. Its error is that of cache.Store.Wipe.
func (a All) End(ctx context.Context, done func(line string), undone func(error)) (kept bool, err error) {
	var left []string // entries of the cache
	read, err := a.Files()
	if err != nil {
		undone(fmt.Errorf("not signed out of any SSO session, so their tokens stay valid until they expire: the AWS config cannot be read: %w", err))
	} else {
		left = a.signOut(ctx, read, done, undone)
		if err := read.ClearLeftovers(a.Backups); err != nil {
			undone(fmt.Errorf("earlier versions of the AWS files: %w", err))
		}
	}
	a.removeNotes()
	return len(left) > 0, a.Store.Wipe(left...)
}

// signOut ends the sign-ins of all profiles, and of the SSO sessions that no profile uses. It
// gives the entries of the cache that are to stay.
func (a All) signOut(ctx context.Context, f *awsconfig.Files, done func(line string), undone func(error)) (left []string) {
	for ended := range a.Services.SignOutAll(ctx, session.SignIns(f, a.Defaults())) {
		if line := ended.Done(); line != "" {
			done(line)
		}
		if err := ended.Undone(); err != nil {
			undone(err)
		}
		if errors.As(ended.Err, new(*signin.NotToldError)) {
			left = append(left, signin.Names(ended.Link)...)
		}
	}
	return left
}

// removeNotes removes what is beside the cache: tokens that a killed process was writing,
// what the prompts show of sessions, the rows of pickers.
func (a All) removeNotes() {
	for _, dir := range a.Tokens {
		files.SweepAll(dir) // one that writes now is too late
		files.SweepEarlier(dir)
	}
	for _, folder := range a.Runtime {
		ask.SweepRows(folder.Path(), 0)
	}
	_ = os.RemoveAll(a.Status.Path())
}

// Help says what `guise logout` does.
const Help = `Remove the cached sessions of the profiles (by default of the active one), of those that
narrow them (NAME@read-only), of the sessions that commands got from them (exec --policy,
--role-arn with --source), and the MFA session behind them, and your approvals of them, and
sign out of their SSO session, which other profiles may use too, or of the sign-in of
"aws login". Credentials that programs already have stay valid until they expire.

--all does this for every profile and every SSO session, and removes the cache and
its key. It says what it could not do, and exits 1: if the portal does not answer,
guise keeps the token, so that a later run can sign out; if the OS keyring does not
answer, guise removes the key when it does. Sessions that "guise export" wrote to the
credentials file stay there.`
