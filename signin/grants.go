package signin

import (
	"context"
	"slices"
	"strings"
	"sync"

	"guise/internal/secret"
	"guise/session"
)

// A Granted role is one that an SSO session opens.
type Granted struct {
	Account Account
	Role    string
}

// Granted gives every role of every account that a token opens, in the order of
// the account names. progress is told how many accounts are read, of how many.
// Its errors are *session.APIError, of which the first one ends it.
func (s *SSO) Granted(ctx context.Context, portal session.Link, token secret.Text, progress func(done, of int)) ([]Granted, error) {
	r := reader{portal: s.Portal, link: portal, token: token, pace: newPace(s.Sleep)}
	accounts, err := pages(ctx, &r, func(page string) ([]Account, string, error) {
		return r.portal.Accounts(ctx, portal, token, page)
	})
	if err != nil {
		return nil, err
	}
	progress(0, len(accounts))
	roles, err := r.all(ctx, accounts, progress)
	if err != nil {
		return nil, err
	}
	var granted []Granted
	for i, account := range accounts {
		for _, role := range roles[i] {
			granted = append(granted, Granted{account, role})
		}
	}
	slices.SortFunc(granted, func(a, b Granted) int {
		return strings.Compare(a.Account.Name+"\x00"+a.Account.ID+"\x00"+a.Role, b.Account.Name+"\x00"+b.Account.ID+"\x00"+b.Role)
	})
	return granted, nil
}

// reader reads an organisation with many calls at once.
type reader struct {
	portal Portal
	link   session.Link
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
					return r.portal.Roles(ctx, r.link, r.token, accounts[i].ID, page)
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
