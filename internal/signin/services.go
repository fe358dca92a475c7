package signin

import (
	"context"

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

// Credentials is [Login.Credentials].
func (s Services) Credentials(ctx context.Context, l session.Link, o session.BaseOptions) (session.Credentials, error) {
	login, err := s.Login()
	if err != nil {
		return session.Credentials{}, err
	}
	return login.Credentials(ctx, l, o)
}
