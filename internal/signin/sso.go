package signin

import (
	"cmp"
	"context"
	"errors"
	"strings"
	"time"

	"guise/internal/secret"
	"guise/session"
)

// SSO gets tokens of IAM Identity Centers. All its fields are needed but the
// last four.
type SSO struct {
	Cache  Cache
	Center IdentityCenter
	Person Person
	Shared Shared // the AWS CLI's tokens
	Now    func() time.Time
	Sleep  func(ctx context.Context, d time.Duration) error
	// Siblings are the other SSO sessions at the start URL of one.
	Siblings func(l session.Link) []session.Link
	// Portal is where the portal of a session is asked.
	Portal func(l session.Link) session.Place
	// WhoIs gives the ARN of a role's session that a token opens: role is a link of kind
	// session.SSORole. Its errors are *session.APIError.
	WhoIs func(ctx context.Context, role session.Link, token session.Credentials) (arn string, err error)
	// Limit is how long a page may take.
	Limit time.Duration
	// Wish is how the user wants to sign in.
	Wish Wish
	// Share leaves tokens where the AWS CLI and the SDKs look for them.
	Share bool
	// Endings has the user told before a session ends.
	Endings Endings
	// Told: whoever asks says itself who is signed in.
	Told bool
	// Unsure is why nobody knows whether the cache holds a token; nil: it can be read.
	Unsure error
}

// Renew is how much of a token's life must be left for it to be used without
// being renewed: longer than any call with it takes.
const Renew = 5 * time.Minute

// Token returns an access token for a link of kind session.SSOToken. The caller
// holds the session's lock, so that one process signs in for all.
//
// A token at hand is used, else one is renewed without a user, else the
// person signs in; with Force the user is signed out first, unless they have signed in
// since o.Since. The errors are session.ErrNoPerson and ErrCancelled,
// *RefusedError, *TimeoutError, *NotToldError, *OtherError, *UnsaidError, *WayError and
// *session.APIError.
func (s *SSO) Token(ctx context.Context, l session.Link, o session.BaseOptions) (session.Credentials, error) {
	t, err := s.token(ctx, l, o)
	if err != nil {
		return session.Credentials{}, err
	}
	got := t.credentials(s.Now())
	got.Tell = s.announce(l, t)
	return got, nil
}

func (s *SSO) token(ctx context.Context, l session.Link, o session.BaseOptions) (stored, error) {
	if o.Force && !o.Since.IsZero() && s.about(l).SignedIn.After(o.Since) {
		o.Force = false
	}
	if !o.Force {
		t, err := s.withoutUser(ctx, l, o)
		api, ok := errors.AsType[*session.APIError](err)
		if err == nil || ok && (api.Reason == session.Unreachable || api.Temporary) { // a user could not sign in now either
			return t, err
		}
	}
	way, err := s.Wish.way(l, s.Person)
	if err != nil {
		return stored{}, err
	}
	at, err := s.portal(ctx, l)
	if err != nil {
		return stored{}, err
	}
	left := false
	if o.Force { // nothing that was to be known beforehand keeps the user from signing in again
		if left, err = s.leave(ctx, l, o.Portal); err != nil {
			return stored{}, err
		}
	}
	got, err := s.signIn(ctx, l, at, way, o.For)
	if err == nil {
		err = s.prove(ctx, l, got)
	}
	if err != nil && left {
		s.Person.Say("signed out of " + l.SSOTitle() + ", and not signed in again")
	}
	if err != nil {
		return stored{}, err
	}
	if !s.isShared(l) {
		_ = s.disown(l) // nobody has asked whose this one is
	}
	got.SignedIn = s.Now()
	s.keep(l, got)
	s.remember(l, About{SignedIn: got.SignedIn})
	return got, nil
}

// withoutUser is a token at hand, or what it is renewed by. Its error is why there is none,
// for several tokens all of them.
func (s *SSO) withoutUser(ctx context.Context, l session.Link, o session.BaseOptions) (stored, error) {
	var failed error
	tokens, good := s.atHand(l), []stored(nil)
	if !o.Refused {
		tokens, good, failed = s.mine(ctx, l, tokens)
		for _, t := range good {
			if t.Expires.Sub(s.Now()) > Renew {
				return t, nil
			}
		}
	}
	for _, t := range tokens {
		renewed, err := s.renew(ctx, l, t, o.Refused)
		if err == nil {
			err = s.prove(ctx, l, renewed)
		}
		if err == nil {
			return renewed, nil
		}
		failed = errors.Join(failed, err)
	}
	if len(good) > 0 {
		return good[0], nil // what is left of it
	}
	return stored{}, cmp.Or(failed, errNoRefresh)
}

// errNoRefresh: the token cannot be renewed without a user.
var errNoRefresh = errors.New("the token cannot be renewed")

// renews reports whether a token may be renewed without a user.
func (s *SSO) renews(t stored) bool {
	return t.Refresh != "" && t.ClientID != "" && s.Now().Before(t.ClientEnds)
}

// renew gets a new token by the refresh token of an old one, and keeps it where
// the old one was. One that is refused is forgotten, so that it is not tried again. refused
// is whether the portal has refused the token.
func (s *SSO) renew(ctx context.Context, l session.Link, old stored, refused bool) (stored, error) {
	if !s.renews(old) {
		return stored{}, errNoRefresh
	}
	got, err := s.Center.CreateToken(ctx, old.at(l), old.registration(), Grant{Refresh: secret.New(old.Refresh)})
	if now, ok := s.Shared.token(l); ok && old.shared && refusesRefresh(err) && now.Access != old.Access && now.Expires.Sub(s.Now()) > session.LastMinute {
		return now, nil // another tool was faster: a refresh token is good for one renewal
	}
	if refusesRefresh(err) {
		s.hasEnded(l, old, refused)
		s.isOver(l)
	}
	if session.ReasonOf(err) == session.BadSource && !old.shared {
		old.Refresh = ""
		s.keep(l, old)
	}
	if err != nil {
		return stored{}, err
	}
	renewed := old
	renewed.Access, renewed.Expires, renewed.Renewed = got.Access.Reveal(), got.Expires, s.Now()
	if !got.Refresh.Empty() { // AWS gives a new one each time
		renewed.Refresh = got.Refresh.Reveal()
	}
	if known := s.owner(l); known.Token == old.digest() {
		s.own(l, owner{known.Who, renewed.digest()})
	}
	s.keep(l, renewed)
	s.isAlive(l, renewed)
	return renewed, nil
}

// refusesRefresh reports whether an answer to a refresh token says that the session has ended. An
// expired registration, which cannot renew anything either, says nothing of the session.
func refusesRefresh(err error) bool {
	refused, ok := errors.AsType[*session.APIError](err)
	return ok && (refused.Code == "InvalidGrantException" || refused.Code == "ExpiredTokenException")
}

// signIn has the user sign in, at the link of the portal that the start URL leads to.
func (s *SSO) signIn(ctx context.Context, l, at session.Link, way Way, profile string) (stored, error) {
	if way == ByDevice {
		return s.withRegistration(ctx, l, at, "", func(registration Registration) (Token, error) {
			return s.byDevice(ctx, l, at, profile, registration)
		})
	}
	r := s.Wish.listen(s.Person, way)
	defer r.close()
	v := Visit{In: browserOf(l), To: title(l), For: profile, Elsewhere: way == ByPaste, Ends: r.address}
	return s.withRegistration(ctx, l, at, callbackURL, func(registration Registration) (Token, error) {
		return s.byBrowser(ctx, l, at, v, r, registration)
	})
}

// withRegistration registers, or uses the registration at hand; a second time
// where AWS knows that one no more. It is filed under the link as it is written, and made
// at the portal that this leads to.
func (s *SSO) withRegistration(ctx context.Context, l, at session.Link, redirect string, get func(Registration) (Token, error)) (stored, error) {
	entry := name("registration "+redirect, l)
	for again := false; ; again = true {
		registration, cached := s.registered(entry, at)
		if !cached {
			var err error
			if registration, err = s.Center.Register(ctx, at, redirect); err != nil {
				return stored{}, err
			}
			s.register(entry, at, registration)
		}
		token, err := get(registration)
		if refused, ok := errors.AsType[*session.APIError](err); ok && cached && !again && strings.Contains(refused.Code, "Client") {
			_ = s.Cache.Delete(entry)
			continue
		}
		return stored{
			Access: token.Access.Reveal(), Refresh: token.Refresh.Reveal(), Expires: token.Expires,
			ClientID: registration.ID, ClientSecret: registration.Secret.Reveal(), ClientEnds: registration.Ends,
			Region: at.Region, DualStack: at.DualStack,
		}, err
	}
}

// byBrowser signs in at a page that ends on 127.0.0.1, with PKCE.
func (s *SSO) byBrowser(ctx context.Context, l, at session.Link, v Visit, r *redirect, registration Registration) (token Token, err error) {
	page, err := s.Center.AuthorizeURL(ctx, at)
	if err != nil {
		return Token{}, err
	}
	query := r.query(registration.ID, "S256")
	query.Set("scopes", strings.Join(l.Scopes, " "))
	page.RawQuery = query.Encode()
	v.URL = page.String()
	err = r.visit(ctx, s.Person, s.Limit, v, func(ctx context.Context, code secret.Text) error {
		token, err = s.Center.CreateToken(ctx, at, registration, Grant{Code: code, Verifier: r.verifier, Redirect: r.address})
		return err
	})
	return token, err
}

// byDevice signs in on any device, with a code that both sides show.
func (s *SSO) byDevice(ctx context.Context, l, at session.Link, profile string, registration Registration) (token Token, err error) {
	device, err := s.Center.StartDevice(ctx, at, registration)
	if err != nil {
		return Token{}, err
	}
	address := device.CompleteURL
	if address == "" {
		address = device.URL
	}
	every := max(device.Every, time.Second)
	v := Visit{In: browserOf(l), To: title(l), For: profile, URL: address, Code: device.UserCode, Elsewhere: true}
	err = visit(ctx, s.Person, s.Limit, v, func(ctx context.Context) error {
		for {
			if err := s.Sleep(ctx, every); err != nil {
				return err
			}
			token, err = s.Center.CreateToken(ctx, at, registration, Grant{DeviceCode: device.Code})
			switch refused, ok := errors.AsType[*session.APIError](err); {
			case !ok:
				return err
			case refused.Reason == session.SlowDown:
				every += 5 * time.Second // RFC 8628, 3.5
			case refused.Reason == session.Denied:
				return &RefusedError{"it was refused on the page"}
			case refused.Code == "ExpiredTokenException":
				return &RefusedError{"the code expired before it was used"}
			case refused.Reason != session.Pending:
				return err
			}
		}
	})
	return token, err
}

// visit bounds a visit in time.
func visit(ctx context.Context, person Person, limit time.Duration, v Visit, wait func(context.Context) error) error {
	bounded, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	err := person.Visit(bounded, v, wait)
	if err != nil && ctx.Err() == nil && bounded.Err() != nil {
		return &TimeoutError{limit}
	}
	return err
}

// Left tells until when the session's token at hand is good, without renewing it.
func (s *SSO) Left(l session.Link) (end time.Time, renewable bool) {
	for _, t := range s.atHand(l) {
		if t.Expires.After(s.Now()) && t.Expires.After(end) {
			end = t.Expires
		}
		renewable = renewable || s.renews(t)
	}
	return end, renewable
}

// title names a session for the user.
func title(l session.Link) string {
	if l.Session != "" {
		return l.Session + " (" + l.StartURL + ")"
	}
	return l.StartURL
}
