package cmd

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"guise/awsapi"
	"guise/internal/files"
	"guise/internal/secret"
	"guise/internal/source"
	"guise/session"
	"guise/signin"
)

// bases gets what chains start from, for package session.
type bases struct{ *app }

var _ session.Base = bases{}

// Get gets the base of a chain.
func (b bases) Get(ctx context.Context, l session.Link, o session.BaseOptions) (session.Credentials, error) {
	switch l.Kind {
	case session.Environment:
		if l.AccessKeyID == "" {
			return session.Credentials{}, errors.New("credential_source is Environment, and AWS_ACCESS_KEY_ID is not set here")
		}
		return source.Environment(l.AccessKeyID, b.Getenv("AWS_SECRET_ACCESS_KEY"), b.Getenv("AWS_SESSION_TOKEN"))
	case session.WebToken:
		if !l.Token.Empty() { // the very token that the session is filed under
			return session.Credentials{Bearer: l.Token}, nil
		}
		return source.WebToken(l.TokenFile)
	case session.Process:
		return b.process(ctx, l, o.For)
	case session.Assertion:
		return b.assertion(ctx, l, o)
	}
	api, err := b.api()
	if err != nil {
		return session.Credentials{}, err
	}
	switch l.Kind {
	case session.Instance:
		if strings.EqualFold(b.Getenv("AWS_EC2_METADATA_DISABLED"), "true") {
			return session.Credentials{}, errors.New("credential_source is Ec2InstanceMetadata, and AWS_EC2_METADATA_DISABLED is set here")
		}
		return api.Instance(ctx, l)
	case session.Container:
		if l.URL == "" {
			return session.Credentials{}, errors.New("credential_source is EcsContainer, and there is no container here (AWS_CONTAINER_CREDENTIALS_RELATIVE_URI is not set)")
		}
		return api.Container(ctx, l, awsapi.ContainerSettings{
			Token: b.Getenv("AWS_CONTAINER_AUTHORIZATION_TOKEN"), TokenFile: b.Getenv("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"),
		})
	case session.SSOToken:
		sso, err := b.sso()
		if err != nil {
			return session.Credentials{}, err
		}
		return sso.Token(ctx, l, o)
	case session.Login:
		login, err := b.consoleLogin()
		if err != nil {
			return session.Credentials{}, err
		}
		return login.Credentials(ctx, l, o)
	}
	return session.Credentials{}, fmt.Errorf("no way to get %s", l.Kind)
}

// signInLimit is how long a page in the browser may take.
const signInLimit = 10 * time.Minute

// sso signs in at IAM Identity Centers.
func (a *app) sso() (*signin.SSO, error) {
	s := a.settings()
	store, err := a.store()
	if err != nil {
		return nil, err
	}
	api, err := a.api()
	if err != nil {
		return nil, err
	}
	return &signin.SSO{
		Cache: keptBy{store, a.Now}, OIDC: api, Portal: api, Person: &person{a}, Now: a.Now, Sleep: sleep, Limit: signInLimit,
		Shared: signin.Shared{Dir: a.ssoDir(), Write: files.Replace},
		Device: a.anyDevice, Share: s.SSOShareToken,
	}, nil
}

// ssoDir is the folder in which the AWS CLI and SDKs look for tokens of SSO.
func (a *app) ssoDir() string { return filepath.Join(a.Home, ".aws", "sso", "cache") }

// loginDir is the folder of the sign-ins of `aws login`.
func (a *app) loginDir() string {
	if dir := a.Getenv("AWS_LOGIN_CACHE_DIRECTORY"); dir != "" {
		return dir
	}
	return filepath.Join(a.Home, ".aws", "login", "cache")
}

// consoleLogin gets the credentials of `aws login`.
func (a *app) consoleLogin() (*signin.Login, error) {
	api, err := a.api()
	if err != nil {
		return nil, err
	}
	return &signin.Login{Dir: a.loginDir(), Write: files.Replace, Console: api, Person: &person{a}, Now: a.Now, Limit: signInLimit}, nil
}

// assertion gets a SAML assertion, by the user's command or in a browser.
func (b bases) assertion(ctx context.Context, l session.Link, o session.BaseOptions) (session.Credentials, error) {
	var text secret.Text
	var err error
	if l.Command != "" {
		var out []byte
		out, err = source.Run(ctx, l.Command, b.told(l.Profile, o.For))
		text = secret.New(strings.Join(strings.Fields(string(out)), ""))
	} else {
		text, err = b.byBrowser(ctx, l, o.For)
	}
	if err != nil {
		return session.Credentials{}, err
	}
	offer, err := session.ReadAssertion(text.Reveal(), b.Now())
	if err != nil {
		return session.Credentials{}, err
	}
	return session.Credentials{Bearer: text, Expires: offer.Expires, Issued: b.Now()}, nil
}

// byBrowser has the person sign in at a SAML identity provider, in one browser at
// a time: two of them cannot share its profile.
func (b bases) byBrowser(ctx context.Context, l session.Link, profile string) (secret.Text, error) {
	if err := (&person{b.app}).Reachable(); err != nil {
		return secret.Text{}, err
	}
	s, err := b.saml(l)
	if err != nil {
		return secret.Text{}, err
	}
	store, err := b.store()
	if err != nil {
		return secret.Text{}, err
	}
	lock, err := store.Lock(ctx, "browser-"+filepath.Base(s.Folder.Path()))
	if err != nil {
		return secret.Text{}, err
	}
	defer lock.Unlock()
	return s.Assertion(ctx, l, profile)
}

// process runs another credential process of the user's.
func (b bases) process(ctx context.Context, l session.Link, asks string) (session.Credentials, error) {
	return source.FromProcess(ctx, l.Command, b.told(l.Profile, asks), b.Now)
}

// told is the environment of a command of the user's that prints credentials. It
// is told the profile whose section names it, whoever asks: what it prints is
// kept for all who do.
func (a *app) told(profile, asks string) []string {
	return append(a.Environ(), "GUISE_PROFILE="+profile, insideOf+"="+a.inside(asks, profile))
}
