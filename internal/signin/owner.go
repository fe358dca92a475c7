package signin

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"guise/internal/awsconfig"
	"guise/internal/secret"
	"guise/session"
)

// Whose a sign-in is. Two SSO sessions at one start URL are two people, or one in two
// roles: at the portal they differ by what a browser is signed in as, and nothing else. So
// where another session has the same start URL, no token is used before AWS has said whose
// it is, and none that is not of who it was the last time:
//
//   - a sign-in that comes back as somebody else is refused, and nothing of it is kept;
//   - a token that the AWS CLI has left is passed over if it is somebody else's.
//
// AWS says it by the session of a role that the token opens: the name of that session is
// the user's ("Attributes for access control" in the IAM Identity Center user guide). It
// is asked once for each token; what is renewed stays whose it was. Signing out forgets it.

// owner is whose sign-in a session is.
type owner struct {
	Who   string
	Token string // the digest of the access token that AWS said it of
}

// An OtherError is a sign-in that came back as somebody else than the last time.
type OtherError struct{ Session, Was, Is string }

func (e *OtherError) Error() string {
	return "this sign-in is " + e.Is + "'s, and that of [sso-session " + e.Session + "] was " + e.Was + "'s: nothing of it was kept"
}

// An UnsaidError is a sign-in of which AWS does not say whose it is, where that matters.
type UnsaidError struct {
	Was string
	Err error
}

func (e *UnsaidError) Error() string {
	return "AWS does not say whose sign-in this is, which must be " + e.Was + "'s: " + e.Err.Error()
}
func (e *UnsaidError) Unwrap() error { return e.Err }

func (t stored) digest() string {
	sum := sha256.Sum256([]byte(t.Access))
	return hex.EncodeToString(sum[:])
}

func (s *SSO) owner(l session.Link) (o owner) {
	if data, ok := s.Cache.Get(name("owner", l)); ok {
		_ = json.Unmarshal(data, &o)
	}
	return o
}

// own remembers whose a session is. The caller holds its lock.
func (s *SSO) own(l session.Link, o owner) {
	if data, err := json.Marshal(o); err == nil {
		_ = s.Cache.Put(name("owner", l), data, s.Now().Add(remembered))
	}
}

// disown forgets it.
func (s *SSO) disown(l session.Link) error { return s.Cache.Delete(name("owner", l)) }

// isShared reports whether another SSO session has the same start URL.
func (s *SSO) isShared(l session.Link) bool { return l.Session != "" && len(s.Siblings(l)) > 0 }

// prove is nil where a token may be used for a session. Its errors are *OtherError,
// *UnsaidError, and the *session.APIError of a call that came to nothing. The caller holds
// the session's lock.
func (s *SSO) prove(ctx context.Context, l session.Link, t stored) error {
	known := s.owner(l)
	if known.Token == t.digest() || !s.isShared(l) {
		return nil
	}
	who, err := s.whose(ctx, l, t, nil)
	api, isAPI := errors.AsType[*session.APIError](err)
	switch {
	case isAPI && (api.Reason == session.BadSource || api.Reason == session.Unreachable || api.Temporary):
		return err
	case err != nil && known.Who != "":
		return &UnsaidError{known.Who, err}
	case err != nil:
		s.Person.Say(l.Session + ": AWS does not say whose sign-in this is: " + err.Error())
		return nil
	case known.Who != "" && known.Who != who:
		return &OtherError{l.Session, known.Who, who}
	}
	s.own(l, owner{who, t.digest()})
	if known.Who == "" && !s.Told {
		s.Person.Say(l.Session + ": signed in as " + who + s.AsSibling(l, who))
	}
	return nil
}

// AsSibling says, as the end of a sentence, which other session of the start URL is the same
// user's: whoever meant to be somebody else learns it.
func (s *SSO) AsSibling(l session.Link, who string) string {
	for _, other := range s.Siblings(l) {
		if s.owner(other).Who == who {
			return ", as in [sso-session " + other.Session + "]"
		}
	}
	return ""
}

// mine leaves out of the tokens at hand those of somebody else. failed is what kept it from
// knowing of one; good those that can be used as they are.
func (s *SSO) mine(ctx context.Context, l session.Link, tokens []stored) (mine, good []stored, failed error) {
	for _, t := range tokens {
		fresh := t.Expires.Sub(s.Now()) > session.LastMinute
		err := error(nil)
		if fresh {
			err = s.prove(ctx, l, t)
		}
		if other, ok := errors.AsType[*OtherError](err); ok {
			s.Person.Say(l.Session + ": a sign-in of " + other.Is + " is passed over: that of [sso-session " + l.Session + "] was " + other.Was + "'s")
			continue
		}
		mine = append(mine, t)
		if fresh && err == nil {
			good = append(good, t)
		}
		failed = errors.Join(failed, err)
	}
	return mine, good, failed
}

// errNoRole: a token opens nothing, and AWS says whose it is through a role alone.
var errNoRole = errors.New("no role of any account is granted")

// whose asks AWS whose a token is: through a role that it opens, the first one found
// where by is nil.
func (s *SSO) whose(ctx context.Context, l session.Link, t stored, by *awsconfig.Grant) (string, error) {
	portal := t.good(s.Portal(l))
	if by == nil {
		found, err := s.firstGrant(ctx, portal, secret.New(t.Access))
		if err != nil {
			return "", err
		}
		by = &found
	}
	arn, err := s.WhoIs(ctx, session.Link{
		Kind: session.SSORole, Profile: l.Profile, Session: l.Session, StartURL: l.StartURL, AccountID: by.AccountID, RoleName: by.Role, Place: portal,
	}, t.credentials(s.Now()))
	if err != nil {
		return "", err
	}
	_, role, _ := strings.Cut(arn, ":assumed-role/")
	_, who, _ := strings.Cut(role, "/")
	if who == "" {
		return "", &session.APIError{Op: "GetCallerIdentity", Message: "it does not name the session of a role", Reason: session.Refused}
	}
	return who, nil
}

// firstGrant is a role that a token opens. Accounts without one are rare.
func (s *SSO) firstGrant(ctx context.Context, portal session.Place, token secret.Text) (g awsconfig.Grant, err error) {
	accounts, _, err := s.Center.Accounts(ctx, portal, token, "")
	if err != nil {
		return g, err
	}
	slices.SortFunc(accounts, func(a, b Account) int { return cmp.Compare(a.ID, b.ID) })
	for _, account := range accounts[:min(len(accounts), 5)] {
		roles, _, err := s.Center.Roles(ctx, portal, token, account.ID, "")
		if err != nil {
			return g, err
		}
		if len(roles) > 0 {
			return awsconfig.Grant{AccountID: account.ID, Role: roles[0]}, nil
		}
	}
	return g, errNoRole
}

// Identify finds out who is signed in to a session, through a role that it grants, and
// remembers it. It takes the session's lock. Its errors are those of the lock, and AWS'.
func (s *SSO) Identify(ctx context.Context, l session.Link, by awsconfig.Grant) error {
	unlock, err := s.Cache.Lock(ctx, session.Chain{l}.Key())
	if err != nil {
		return err
	}
	defer unlock()
	known, shared := s.owner(l), s.isShared(l)
	for _, t := range s.atHand(l) {
		if t.Expires.Sub(s.Now()) <= session.LastMinute {
			continue
		}
		if known.Token == t.digest() {
			return nil // what lies beside it is not what is used
		}
		who, err := s.whose(ctx, l, t, &by)
		if err != nil {
			return err
		}
		if shared && known.Who != "" && known.Who != who {
			continue
		}
		s.own(l, owner{who, t.digest()})
		return nil
	}
	return nil
}
