package source

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"guise/internal/secret"
	"guise/session"
)

// Sources gets what chains start from: it is session.Base. All its fields are needed;
// what a chain does not start from is never called.
type Sources struct {
	Getenv  func(string) string
	Environ func() []string
	Now     func() time.Time

	// Machine is what AWS gives to a machine.
	Machine func() (Machine, error)
	// What a sign-in gives: the token of an SSO session, the credentials of `aws login`.
	SSO, Login func(ctx context.Context, l session.Link, o session.BaseOptions) (session.Credentials, error)
	// Browser has the user sign in for a profile, and gives the SAML response, base64.
	Browser func(ctx context.Context, l session.Link, profile string) (secret.Text, error)
}

// Machine gets the credentials of what guise runs on: of an EC2 instance, or of the task or
// pod at the URL of a link.
type Machine interface {
	Instance(ctx context.Context, l session.Link) (session.Credentials, error)
	Container(ctx context.Context, l session.Link) (session.Credentials, error)
}

var _ session.Base = Sources{}

// Get gets the source of a chain.
func (s Sources) Get(ctx context.Context, l session.Link, o session.BaseOptions) (session.Credentials, error) {
	switch l.Kind {
	case session.Environment:
		if l.AccessKeyID == "" {
			return session.Credentials{}, errors.New("credential_source is Environment, and AWS_ACCESS_KEY_ID is not set here")
		}
		return Environment(l.AccessKeyID, s.Getenv("AWS_SECRET_ACCESS_KEY"), s.Getenv("AWS_SESSION_TOKEN"))
	case session.WebToken:
		if l.Command != "" {
			return s.printedToken(ctx, l, o)
		}
		if !l.Token.Empty() { // the very token that the session is filed under
			return session.Credentials{Bearer: l.Token}, nil
		}
		return WebToken(l.TokenFile)
	case session.Process:
		return FromProcess(ctx, l.Command, s.told(l.Profile, o.For), s.Now)
	case session.Assertion:
		return s.assertion(ctx, l, o)
	case session.Instance:
		if strings.EqualFold(s.Getenv("AWS_EC2_METADATA_DISABLED"), "true") {
			return session.Credentials{}, errors.New("credential_source is Ec2InstanceMetadata, and AWS_EC2_METADATA_DISABLED is set here")
		}
		return s.machine(func(m Machine) (session.Credentials, error) { return m.Instance(ctx, l) })
	case session.Container:
		if l.URL == "" {
			return session.Credentials{}, errors.New("credential_source is EcsContainer, and there is no container here (AWS_CONTAINER_CREDENTIALS_RELATIVE_URI is not set)")
		}
		return s.machine(func(m Machine) (session.Credentials, error) { return m.Container(ctx, l) })
	case session.SSOToken:
		return s.SSO(ctx, l, o)
	case session.Login:
		return s.Login(ctx, l, o)
	}
	return session.Credentials{}, fmt.Errorf("no way to get %s", l.Kind)
}

func (s Sources) machine(get func(Machine) (session.Credentials, error)) (session.Credentials, error) {
	m, err := s.Machine()
	if err != nil {
		return session.Credentials{}, err
	}
	return get(m)
}

// assertion gets a SAML assertion, by the user's command or in a browser.
func (s Sources) assertion(ctx context.Context, l session.Link, o session.BaseOptions) (session.Credentials, error) {
	var text secret.Text
	var err error
	if l.Command != "" {
		var out []byte
		out, err = Run(ctx, l.Command, s.told(l.Profile, o.For))
		text = secret.New(strings.Join(strings.Fields(string(out)), ""))
	} else {
		text, err = s.Browser(ctx, l, o.For)
	}
	if err != nil {
		return session.Credentials{}, err
	}
	offer, err := session.ReadAssertion(text.Reveal(), s.Now())
	if err != nil {
		return session.Credentials{}, err
	}
	return session.Credentials{Bearer: text, Expires: offer.Expires, Issued: s.Now()}, nil
}

// told is the environment of a command of the user's that prints credentials. It
// is told the profile whose section names it, whoever asks: what it prints is
// kept for all who do.
func (s Sources) told(profile, asks string) []string {
	return append(s.Environ(), "GUISE_PROFILE="+profile, Inside(s.Getenv, asks, profile))
}
