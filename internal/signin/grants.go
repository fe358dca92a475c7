package signin

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"

	"guise/internal/awsconfig"
	"guise/internal/secret"
	"guise/session"
)

// Granted reads every role of every account that a session opens, in the order of the
// account names: l is its link of kind session.SSOToken, portal where it is asked.
// It takes the session's lock for the token, so that one process signs in for all; where
// the portal refuses the token, it gets another and begins again, once.
//
// progress is told how many accounts are read, of how many; 0 of 0 before each beginning.
// The errors are those of Token, of the lock, and *session.APIError, of which the first
// one ends it.
func (s *SSO) Granted(ctx context.Context, l session.Link, portal session.Place, o session.BaseOptions, progress func(done, of int)) ([]awsconfig.Grant, error) {
	granted, err := s.granted(ctx, l, portal, o, progress)
	if !o.Refused && session.ReasonOf(err) == session.BadSource {
		o.Refused = true
		return s.granted(ctx, l, portal, o, progress)
	}
	return granted, err
}

func (s *SSO) granted(ctx context.Context, l session.Link, portal session.Place, o session.BaseOptions, progress func(done, of int)) ([]awsconfig.Grant, error) {
	progress(0, 0)
	got, err := s.locked(ctx, l, o)
	if err != nil {
		return nil, err
	}
	if got.At.Region != "" {
		portal.Region, portal.DualStack = got.At.Region, got.At.DualStack
	}
	r := reader{center: s.Center, at: portal, token: got.Bearer, pace: newPace(s.Sleep)}
	accounts, err := pages(ctx, &r, func(page string) ([]Account, string, error) {
		return r.center.Accounts(ctx, portal, r.token, page)
	})
	if err != nil {
		return nil, err
	}
	progress(0, len(accounts))
	roles, err := r.all(ctx, accounts, progress)
	if err != nil {
		return nil, err
	}
	var granted []awsconfig.Grant
	for i, account := range accounts {
		for _, role := range roles[i] {
			granted = append(granted, awsconfig.Grant{AccountID: account.ID, AccountName: account.Name, AccountEmail: account.Email, Role: role})
		}
	}
	a := s.about(l)
	a.Accounts, a.Roles, a.Read = len(accounts), len(granted), s.Now()
	s.remember(l, a)
	slices.SortFunc(granted, func(a, b awsconfig.Grant) int {
		return cmp.Or(strings.Compare(a.AccountName, b.AccountName), strings.Compare(a.AccountID, b.AccountID), strings.Compare(a.Role, b.Role))
	})
	return granted, nil
}

// locked is the session's token, got under its lock.
func (s *SSO) locked(ctx context.Context, l session.Link, o session.BaseOptions) (session.Credentials, error) {
	unlock, err := s.Cache.Lock(ctx, session.Chain{l}.Key())
	if err != nil {
		return session.Credentials{}, err
	}
	defer unlock()
	return s.Token(ctx, l, o)
}

// reader reads an organisation with many calls at once.
type reader struct {
	center IdentityCenter
	at     session.Place
	token  secret.Text
	pace   *pace
}

// all reads the roles of all accounts.
func (r *reader) all(ctx context.Context, accounts []Account, progress func(done, of int)) ([][]string, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	roles := make([][]string, len(accounts))
	work, done := make(chan int), make(chan int)
	var all sync.WaitGroup
	for range min(readers, len(accounts)) {
		all.Go(func() {
			for i := range work {
				var err error
				roles[i], err = pages(ctx, r, func(page string) ([]string, string, error) {
					return r.center.Roles(ctx, r.at, r.token, accounts[i].ID, page)
				})
				if err != nil {
					cancel(err)
					return
				}
				done <- i
			}
		})
	}
	go func() {
		defer close(work)
		for i := range accounts {
			select {
			case work <- i:
			case <-ctx.Done():
				return
			}
		}
	}()
	go func() { all.Wait(); close(done) }()
	read := 0
	for range done {
		read++
		progress(read, len(accounts))
	}
	if read < len(accounts) {
		return nil, context.Cause(ctx)
	}
	return roles, nil
}

// mostPages is more than any list has: the portal gives a hundred entries at once.
const mostPages = 500

// pages reads a list to its end.
func pages[T any](ctx context.Context, r *reader, get func(page string) ([]T, string, error)) ([]T, error) {
	var all []T
	next := ""
	for range mostPages {
		var got []T
		page := next
		err := r.pace.call(ctx, func() (err error) {
			got, next, err = get(page)
			return err
		})
		if err != nil {
			return nil, err
		}
		if all = append(all, got...); next == "" {
			return all, nil
		}
	}
	return nil, &session.APIError{Op: "portal", Message: "the list has no end", Reason: session.Refused}
}
