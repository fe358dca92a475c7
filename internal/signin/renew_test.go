package signin_test

import (
	"context"
	"testing"
	"time"

	"guise/internal/signin"
	"guise/session"
)

// sparing is an Identity Center that gives no new refresh token with a renewal: RFC 6749,
// 6, leaves it to the service. It notes the refresh tokens that it is given.
type sparing struct {
	signin.IdentityCenter
	given []string
}

func (s *sparing) CreateToken(ctx context.Context, l session.Link, r signin.Registration, g signin.Grant) (signin.Token, error) {
	got, err := s.IdentityCenter.CreateToken(ctx, l, r, g)
	if !g.Refresh.Empty() {
		s.given = append(s.given, g.Refresh.Reveal())
		got.Refresh = signin.Token{}.Refresh
	}
	return got, err
}

// TestRefreshTokenStays: where a renewal brings no new refresh token, the old one is
// used again.
func TestRefreshTokenStays(t *testing.T) {
	b := newBench(t)
	b.must()
	b.absent = true
	s := &sparing{}
	for range 2 {
		b.pass(8 * time.Hour)
		sso := b.sso()
		s.IdentityCenter = sso.Center
		sso.Center = s
		_, _ = sso.Token(t.Context(), b.link, session.BaseOptions{})
	}
	if len(s.given) != 2 || s.given[0] == "" || s.given[1] != s.given[0] {
		t.Errorf("%d renewals were tried, the second with another refresh token", len(s.given))
	}
}

// TestRegistrationEnds: a sign-in does not begin with a registration that ends before
// its token is to be renewed.
func TestRegistrationEnds(t *testing.T) {
	b := newBench(t)
	b.must()
	b.pass(90*24*time.Hour - 30*time.Minute)
	if _, err := b.token(session.BaseOptions{Force: true}); err != nil {
		t.Fatal(err)
	}
	b.done("RegisterClient", 2)
}
