// Package signin signs in with a browser: at an IAM Identity Center (SSO), to the console
// (`aws login`), and at a SAML identity provider.
//
// It looks first for what needs no sign-in: a cached token, one that the AWS CLI left, a
// refresh token. Only then does it open a page, through [Person], who knows whether the
// user can be reached. It speaks to AWS through [IdentityCenter] and [Console], and keeps
// tokens encrypted in the [Cache]. Only the AWS CLI's own files (~/.aws/sso/cache,
// ~/.aws/login/cache) are in plain text, as the CLI and the SDKs need them; they are
// written in one step, with mode 0600.
//
// # Security
//
// Answers from the browser are taken on 127.0.0.1 alone, at a port that the
// system or the user picks, once, and only with the state that was sent (RFC 8252, PKCE
// of RFC 7636). What the user may paste in their place: see paste.go. Addresses come from the configuration and from AWS, and are opened
// only where they are http or https. A SAML browser is spoken to over pipes,
// never over a port that others could connect to.
package signin

import (
	"cmp"
	"context"
	"net/url"
	"time"

	"guise/internal/secret"
	"guise/session"
)

// Cache keeps sealed values: see session.Cache.
type Cache interface {
	Get(name string) ([]byte, bool)
	Put(name string, value []byte, expires time.Time) error
	Delete(name string) error
	Lock(ctx context.Context, name string) (unlock func(), err error)
}

// IdentityCenter is an IAM Identity Center: its sign-in service, which is told links of
// kind session.SSOToken, and its portal, where a token opens accounts. Errors are
// *session.APIError.
type IdentityCenter interface {
	// LeadsTo is the address of the access portal that one at a company's own domain
	// leads to; empty where it leads nowhere.
	LeadsTo(ctx context.Context, startURL string) (string, error)
	// Register makes a client; with a redirect one that signs in by a browser
	// on this machine, else one for codes on any device.
	Register(ctx context.Context, l session.Link, redirect string) (Registration, error)
	AuthorizeURL(ctx context.Context, l session.Link) (*url.URL, error)
	StartDevice(ctx context.Context, l session.Link, r Registration) (Device, error)
	CreateToken(ctx context.Context, l session.Link, r Registration, g Grant) (Token, error)

	// Accounts and Roles give a page of what a token opens, and what to ask for the
	// next one with; empty after the last.
	Accounts(ctx context.Context, portal session.Place, token secret.Text, page string) (accounts []Account, next string, err error)
	Roles(ctx context.Context, portal session.Place, token secret.Text, account, page string) (names []string, next string, err error)
	SignOut(ctx context.Context, portal session.Place, token secret.Text) error
}

// Registration is what guise is known by at an Identity Center.
type Registration struct {
	ID     string
	Secret secret.Text
	Ends   time.Time
}

// Device is a sign-in that is finished on any device.
type Device struct {
	Code             secret.Text
	UserCode         string
	URL, CompleteURL string
	Every, Left      time.Duration // ask at most so often, for so long
}

// Grant is what a token is given for: a code and what goes with it, a device's
// code, or a refresh token.
type Grant struct {
	Code, Verifier secret.Text
	Redirect       string
	DeviceCode     secret.Text
	Refresh        secret.Text
}

// Token is an access token, and what renews it.
type Token struct {
	Access, Refresh secret.Text
	Expires         time.Time
}

// Account is one that a token opens.
type Account struct{ ID, Name, Email string }

// Person reaches the one who can use a browser.
type Person interface {
	// Reachable is nil, or session.ErrNoPerson.
	Reachable() error
	// Visit asks the user to go through a page, and calls wait, whose context
	// ends when the user says no. Its errors are those of wait,
	// session.ErrNoPerson and session.ErrCancelled.
	Visit(ctx context.Context, v Visit, wait func(context.Context) error) error
	// CanOpen reports whether a page can be opened for the user.
	CanOpen(b Browser) bool
	Say(line string)
}

// Browser is where a page is to be opened.
type Browser struct {
	Command string // as the user wrote it (package browser); empty: the user's browser
	Profile string // the AWS profile whose sign-in it is, or the SSO session
	Place   string // what a container of its own would be called
}

func browserOf(l session.Link) Browser {
	return Browser{l.Browser, l.Profile, cmp.Or(l.Session, l.Profile)}
}

// Visit is a page that the user is to go through.
type Visit struct {
	In   Browser
	To   string // in words: "acme (https://…)"
	For  string // the profile
	URL  string
	Code string // to be compared with what the page shows; empty where there is none
	// Elsewhere is for where the browser may be on another device: the address is shown,
	// and no page is opened here.
	Elsewhere bool
	// Ends is the address on 127.0.0.1 at which the browser ends, without what it brings;
	// empty where it ends at a page of somebody else's.
	Ends string
	// Paste takes what the user has pasted of the page's end, until it returns nil or
	// wait ends; its error says what is wrong with it, and nothing of it. It is nil where
	// there is nothing to paste.
	Paste func(ctx context.Context, pasted secret.Text) error `json:"-"`
}

// A RefusedError is a sign-in that came back without what it was for.
type RefusedError struct{ Why string }

func (e *RefusedError) Error() string { return "the sign-in failed: " + e.Why }

// TimeoutError: nobody finished the page in time.
type TimeoutError struct{ After time.Duration }

func (e *TimeoutError) Error() string {
	return "the sign-in page was not finished within " + e.After.String()
}
