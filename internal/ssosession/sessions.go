package ssosession

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strings"

	"guise/internal/awsconfig"
	"guise/internal/naming"
	"guise/internal/signin"
	"guise/session"
	"guise/shell"
)

// Sessions are the user's SSO sessions, and the ways to AWS. All fields are needed.
type Sessions struct {
	Typed     string // the command that the user has typed, for hints: "sso login"
	Files     *awsconfig.Files
	Defaults  session.Defaults
	SSO       *signin.SSO
	Retriever *session.Retriever
	Choose    func(ctx context.Context, what string, among []string) (int, error)
	Bar       func() Bar
	Reminder  Reminder
	// Beside are the profiles of sessions that stand in no file.
	Beside func() ([]session.Planned, error)
}

// A Bar shows how far something is.
type Bar interface {
	Show(done, of int)
	End()
}

// Which is the session that a command's argument names; without one the only session
// there is, or what Choose lets the user choose. Its errors are *naming.Misuse, those of
// Choose, and those of session.SSOSession.
func (x Sessions) Which(ctx context.Context, args []string) (session.Link, error) {
	all := x.Files.SSOSessions()
	misuse := func(what, why string) error {
		return &naming.Misuse{What: what, Why: why, Hint: shell.Guise(x.Typed, all[0])}
	}
	i := 0
	switch {
	case len(all) == 0:
		return session.Link{}, &naming.Misuse{What: x.Typed, Why: "the AWS config file has no [sso-session]", Hint: AddHint}
	case len(args) > 0:
		if i = slices.Index(all, args[0]); i < 0 {
			return session.Link{}, misuse(args[0], "there is no such [sso-session]; the file has "+strings.Join(all, ", "))
		}
	case len(all) > 1:
		var err error
		if i, err = x.Choose(ctx, "SSO session", all); errors.Is(err, session.ErrNoPerson) {
			return session.Link{}, misuse(x.Typed, "there are several sessions: "+strings.Join(all, ", "))
		} else if err != nil {
			return session.Link{}, err
		}
	}
	return session.SSOSession(x.Files, all[i], x.Defaults)
}

// AddHint is what to do where there is no session.
const AddHint = "guise sso add https://…   # the start URL of your access portal"

// Granted reads what a session opens, signing in where that is needed, and in which
// region it is. Its errors are those of signin.SSO.Granted.
func (x Sessions) Granted(ctx context.Context, l session.Link, force bool) (granted []awsconfig.Grant, region string, err error) {
	bar := x.Bar()
	defer bar.End()
	portal := session.Portal(l, x.Defaults)
	granted, err = x.SSO.Granted(ctx, l, portal, session.BaseOptions{For: x.Typed, Force: force, Since: x.SSO.Now(), Portal: portal}, bar.Show)
	return granted, x.SSO.State(l).Region, err
}

// A SignedIn is what there is after a sign-in.
type SignedIn struct {
	State   signin.State
	Unknown error // why AWS did not say who it is, with which one is signed in all the same
	Old     []Old // the session, where its sync is old
}

// Login signs in, where that is needed, or soon will be, or with force, and remembers who
// that was and what the session opens. AWS tells who through the session of a role alone:
// where none is granted, nobody knows. Its errors are those of Granted.
func (x Sessions) Login(ctx context.Context, l session.Link, force bool) (in SignedIn, err error) {
	sso := *x.SSO
	x.SSO, sso.Told = &sso, true // by Summary
	granted, _, err := x.Granted(ctx, l, force || x.SSO.EndsSoon(l))
	if err == nil && len(granted) > 0 {
		in.Unknown = x.SSO.Identify(ctx, l, granted[0])
		in.Old = x.remind(l, granted)
	}
	in.State = x.SSO.State(l)
	if in.State.Identity != "" {
		in.State.Also = x.SSO.AsSibling(l, in.State.Identity)
	}
	return in, err
}

// Siblings are the other SSO sessions at the start URL of one.
func Siblings(files *awsconfig.Files, l session.Link, d session.Defaults) (others []session.Link) {
	for _, name := range files.SSOSessions() {
		other, err := session.SSOSession(files, name, d)
		if err == nil && name != l.Session && samePortal(other.StartURL, l.StartURL) {
			others = append(others, other)
		}
	}
	return others
}

// samePortal compares start URLs as browsers do: a page within the portal is no other one.
func samePortal(one, other string) bool {
	u, err1 := url.Parse(one)
	v, err2 := url.Parse(other)
	return err1 == nil && err2 == nil && strings.EqualFold(u.Host, v.Host) && strings.Trim(u.Path, "/") == strings.Trim(v.Path, "/")
}

// Logout removes the cached sessions of all profiles that start from a session, and signs
// out of it. It reports whether anybody was signed in. Its errors are those of
// signin.SSO.SignOut and of the cache.
func (x Sessions) Logout(ctx context.Context, l session.Link) (was bool, err error) {
	beside, err := x.Beside()
	if err != nil {
		return false, err
	}
	chains := session.SignIns(x.Files, x.Defaults)
	for _, one := range beside {
		chains = append(chains, one.Chain)
	}
	if _, err := dropOf(chains, x.Retriever, l); err != nil {
		return false, err
	}
	return x.SSO.SignOut(ctx, l, session.Portal(l, x.Defaults))
}

// Drop removes the cached sessions of a chain that is to be signed out of, and reports how
// many there were. Where another SSO session has the start URL of its own, the next sign-in
// may be another user's, so that those of all profiles of the SSO session go.
func Drop(f *awsconfig.Files, d session.Defaults, r *session.Retriever, c session.Chain) (dropped int, err error) {
	dropped, err = r.Drop(c, true)
	if err == nil && c[0].Kind == session.SSOToken && len(Siblings(f, c[0], d)) > 0 {
		others, err := dropOf(session.SignIns(f, d), r, c[0])
		return dropped + others, err
	}
	return dropped, err
}

// dropOf removes the cached sessions of all of some chains that start from an SSO session.
func dropOf(all []session.Chain, r *session.Retriever, l session.Link) (dropped int, err error) {
	key := session.Chain{l}.Key()
	for _, chain := range all {
		if chain[:1].Key() != key {
			continue
		}
		n, err := r.Drop(chain, true)
		if dropped += n; err != nil {
			return dropped, err
		}
	}
	return dropped, nil
}
