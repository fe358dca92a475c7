package awsapi

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"guise/internal/secret"
	"guise/session"
)

// A ConsoleVisit is who signs in to the console, and where to.
type ConsoleVisit struct {
	Chain       session.Chain
	Credentials session.Credentials // of the chain
	Page        string              // the address that the sign-in leads to
	Lasts       time.Duration       // how long it is to last at most; 0: as long as AWS allows
	User        string              // the login name, for the name of a federated session
	// Keys gets what the chain starts from, where a user's own session signs in.
	Keys func() (session.Credentials, error)
}

// allowAll leaves a user's rights as they are: a federated session has what the
// user's policies and this one both give.
const allowAll = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`

// userLasts is how long a federated session of a user lasts.
const userLasts = 12 * time.Hour

// signInLengths are how long a sign-in by a chain's credentials may last, to be tried in
// this order: a role's maximum is not known. 0 leaves it to AWS. A role that is assumed
// from a role has an hour at most ("role chaining" in the IAM user guide).
func signInLengths(c session.Chain, most time.Duration) []time.Duration {
	if c.Last().Kind == session.FederationToken {
		return []time.Duration{0} // it lasts as long as the session: SessionDuration is for roles
	}
	roles := 0
	for _, l := range c {
		if l.RoleARN != "" || l.Kind == session.SSORole || l.Kind == session.SAML {
			roles++
		}
	}
	all := []time.Duration{12 * time.Hour, 8 * time.Hour, 4 * time.Hour, 2 * time.Hour, time.Hour, 0}
	if roles > 1 {
		all = []time.Duration{time.Hour, 0}
	}
	if most == 0 {
		return all
	}
	return append([]time.Duration{most}, slices.DeleteFunc(all, func(d time.Duration) bool { return d == 0 || d >= most })...)
}

// isUser reports whether a chain ends in a user's own session: that does not sign in,
// and a federated one of the user does.
func isUser(c session.Chain) bool {
	last := c.Last().Kind
	return last == session.Keys || last == session.SessionToken
}

// ConsoleSignIn returns an address as [Client.SigninURL] does, for as long as AWS allows,
// and how long that is: 0 where AWS decides. Its errors are *session.APIError, and those
// of Keys.
func (c *Client) ConsoleSignIn(ctx context.Context, place session.Place, v ConsoleVisit) (secret.Text, time.Duration, error) {
	if !isUser(v.Chain) {
		return c.longestSignIn(ctx, place, v)
	}
	keys, err := v.Keys()
	if err != nil {
		return secret.Text{}, 0, err
	}
	name := "guise-" + v.User
	federated := session.Link{
		Kind: session.FederationToken, SessionName: name[:min(len(name), 32)], Policy: allowAll, Place: v.Chain.Last().Place, Serial: v.Chain.Last().Serial,
	}
	lasts := cmp.Or(v.Lasts, userLasts)
	creds, err := c.Exchange(ctx, federated, keys, lasts, secret.Text{})
	if err != nil {
		return secret.Text{}, 0, err
	}
	address, err := c.SigninURL(ctx, place, creds, 0, v.Page)
	return address, lasts, err
}

func (c *Client) longestSignIn(ctx context.Context, place session.Place, v ConsoleVisit) (secret.Text, time.Duration, error) {
	for _, d := range signInLengths(v.Chain, v.Lasts) {
		address, err := c.SigninURL(ctx, place, v.Credentials, d, v.Page)
		if d > 0 && session.ReasonOf(err) == session.Refused {
			continue // longer than the role allows
		}
		return address, d, err
	}
	return secret.Text{}, 0, errors.New("AWS refused a console sign-in for every session length")
}
