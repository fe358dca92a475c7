package signin_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"guise/internal/awsconfig"
	"guise/internal/loopback"
	"guise/session"
)

func (b *bench) granted(progress func(done, of int)) ([]awsconfig.Grant, error) {
	portal := b.link.Place
	return b.sso().Granted(b.t.Context(), b.link, portal, session.BaseOptions{For: "sso sync"}, progress)
}

// TestGranted: all roles of all accounts, by the names of the accounts, with one sign-in.
func TestGranted(t *testing.T) {
	b := newBench(t)
	const accounts = 120 // more than a page
	b.aws.SetOrganisation(loopback.DemoOrganisation(accounts))
	var told []string
	granted, err := b.granted(func(done, of int) { told = append(told, fmt.Sprint(done, "/", of)) })
	if err != nil || len(granted) < accounts || len(b.visits) != 1 || b.visits[0].For != "sso sync" {
		t.Fatalf("%d, %v, %+v", len(granted), err, b.visits)
	}
	if !slices.IsSortedFunc(granted, func(x, y awsconfig.Grant) int { return strings.Compare(x.AccountName, y.AccountName) }) || slices.ContainsFunc(granted, func(g awsconfig.Grant) bool { return g.AccountID == "" || g.Role == "" }) {
		t.Errorf("%+v", granted)
	}
	if told[0] != "0/0" || told[1] != "0/120" || told[len(told)-1] != "120/120" {
		t.Errorf("%q", told)
	}
	again, err := b.granted(func(int, int) {})
	if err != nil || !slices.Equal(again, granted) || len(b.visits) != 1 {
		t.Errorf("again: %v, %d visits", err, len(b.visits))
	}
}

// TestGrantedOnce: of several that read what is granted, one signs in for all.
func TestGrantedOnce(t *testing.T) {
	b := newBench(t)
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			if _, err := b.granted(func(int, int) {}); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	b.done("CreateToken", 1)
}

// TestGrantedWithRefusedToken: a token that the portal takes no longer is renewed, and
// the list read from its beginning; one that is refused again is an error.
func TestGrantedWithRefusedToken(t *testing.T) {
	b := newBench(t)
	b.must()
	refused := loopback.Fault{Action: "ListAccountRoles", Status: 401, Code: "UnauthorizedException", Times: 1}
	b.aws.Fail(refused)
	var begun int
	granted, err := b.granted(func(_, of int) {
		if of == 0 {
			begun++
		}
	})
	if err != nil || len(granted) == 0 || begun != 2 || len(b.visits) != 1 {
		t.Errorf("%d, %v, begun %d times, %d visits", len(granted), err, begun, len(b.visits))
	}
	refused.Times = 0
	b.aws.Fail(refused)
	if _, err := b.granted(func(int, int) {}); session.ReasonOf(err) != session.BadSource {
		t.Errorf("%v", err)
	}
	b.aws.Fail()
	b.absent = true
	b.aws.RevokeRefresh(true)
	if _, err := b.granted(func(int, int) {}); !errors.Is(err, session.ErrNoPerson) {
		t.Errorf("nobody there: %v", err)
	}
}
