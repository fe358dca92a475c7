package signin

import (
	"context"
	"time"

	"guise/session"
)

// Services are where one signs in for a token or for credentials. Each is made when it is
// first needed.
type Services struct {
	SSO   func() (*SSO, error)
	Login func() (*Login, error)
}

// Token is [SSO.Token].
func (s Services) Token(ctx context.Context, l session.Link, o session.BaseOptions) (session.Credentials, error) {
	sso, err := s.SSO()
	if err != nil {
		return session.Credentials{}, err
	}
	return sso.Token(ctx, l, o)
}

// SignedIn is when a user signed in to the SSO session of a link; zero: nobody knows.
func (s Services) SignedIn(l session.Link) time.Time {
	sso, err := s.SSO()
	if err != nil {
		return time.Time{}
	}
	return sso.State(l).SignedIn
}

// Credentials is [Login.Credentials].
func (s Services) Credentials(ctx context.Context, l session.Link, o session.BaseOptions) (session.Credentials, error) {
	login, err := s.Login()
	if err != nil {
		return session.Credentials{}, err
	}
	return login.Credentials(ctx, l, o)
}
