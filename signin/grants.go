package signin

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"time"

	"guise/internal/secret"
	"guise/session"
)

// A Granted role is one that an SSO session opens.
type Granted struct {
	Account Account
	Role    string
}

// How an organisation is read: so many accounts at once; when AWS says that it is
// too many, all wait, the longer the more often it says so.
const (
	readers      = 24
	firstPause   = 250 * time.Millisecond
	longestPause = 8 * time.Second
	mostPauses   = 12
)

// Granted gives every role of every account that a token opens, in the order of
// the account names. progress is told how many accounts are read, of how many.
// Its errors are *session.APIError, of which the first one ends it.
func (s *SSO) Granted(ctx context.Context, portal session.Link, token secret.Text, progress func(done, of int)) ([]Granted, error) {
	r := reader{portal: s.Portal, link: portal, token: token, sleep: s.Sleep}
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
	sleep  func(context.Context, time.Duration) error

	mu    sync.Mutex
	pause time.Duration // how long who is told to slow down waits
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

// pages reads a list to its end.
func pages[T any](ctx context.Context, r *reader, get func(page string) ([]T, string, error)) ([]T, error) {
	var all []T
	for page := ""; ; {
		got, next, err := get(page)
		for pauses := 0; err != nil && r.throttled(ctx, err, pauses); pauses++ {
			got, next, err = get(page)
		}
		if err != nil {
			return nil, err
		}
		all = append(all, got...)
		if next == "" {
			return all, nil
		}
		page = next
	}
}

// throttled waits where AWS said that it was too much, and tells whether to ask
// again.
func (r *reader) throttled(ctx context.Context, err error, pauses int) bool {
	refused := (*session.APIError)(nil)
	if !errors.As(err, &refused) || refused.Reason != session.Throttled || pauses == mostPauses {
		return false
	}
	r.mu.Lock()
	r.pause = min(max(r.pause+r.pause/4, firstPause), longestPause)
	pause := r.pause
	r.mu.Unlock()
	return r.sleep(ctx, pause/2+rand.N(pause)) == nil //nolint:gosec // it protects nothing
}
