package signin

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"guise/internal/secret"
	"guise/session"
)

// Ended is a sign-in that was to end.
type Ended struct {
	Link session.Link // that starts from it, of kind session.SSOToken or session.Login
	Was  bool         // there was one
	Err  error        // why it has not ended; may be a *NotToldError
}

// Done says that the sign-in has ended; empty where it has not, or there was none.
func (e Ended) Done() string {
	switch {
	case !e.Was || e.Err != nil:
		return ""
	case e.Link.Kind == session.SSOToken:
		return "signed out of " + e.Link.SSOTitle()
	}
	return "signed out " + e.Link.LoginARN
}

// Undone says what has not ended, and why; nil where nothing is left.
func (e Ended) Undone() error {
	switch {
	case e.Err == nil:
		return nil
	case e.Link.Kind == session.SSOToken:
		return fmt.Errorf("still signed in to %s: %w", e.Link.SSOTitle(), e.Err)
	}
	return fmt.Errorf("still signed in: %s: %w", e.Link.LoginARN, e.Err)
}

// SignOut ends the sign-in that a chain starts from; ok is false where it starts from none.
// The second link of a chain that starts from an SSO token is the portal.
func (s Services) SignOut(ctx context.Context, c session.Chain) (e Ended, ok bool) {
	e.Link = c[0]
	switch e.Link.Kind {
	case session.SSOToken:
		sso, err := s.SSO()
		if e.Err = err; err == nil {
			e.Was, e.Err = sso.SignOut(ctx, c[0], c[1].Place)
		}
	case session.Login:
		login, err := s.Login()
		if e.Err = err; err == nil {
			e.Was, e.Err = login.SignOut(c[0])
		}
	default:
		return Ended{}, false
	}
	return e, true
}

// SignOutAll ends the sign-ins that some chains start from, each once.
func (s Services) SignOutAll(ctx context.Context, chains []session.Chain) iter.Seq[Ended] {
	return func(yield func(Ended) bool) {
		done := map[string]bool{}
		for _, c := range chains {
			key := c[:1].Key()
			if done[key] {
				continue
			}
			done[key] = true
			if e, ok := s.SignOut(ctx, c); ok && !yield(e) {
				return
			}
		}
	}
}

// A NotToldError is a portal that did not answer a sign-out. The token is kept,
// since nobody could sign it out without it.
type NotToldError struct{ Err error }

func (e *NotToldError) Error() string {
	return "the sign-out did not reach the portal, so the token is kept: " + e.Err.Error()
}
func (e *NotToldError) Unwrap() error { return e.Err }

// SignOut ends the session's tokens at the portal and forgets them. It returns true if
// there was one. Its error may be a *NotToldError, or Unsure.
func (s *SSO) SignOut(ctx context.Context, l session.Link, portal session.Place) (was bool, err error) {
	tokens := s.atHand(l)
	if len(tokens) == 0 {
		if s.Unsure != nil {
			return false, s.Unsure
		}
		return false, errors.Join(s.Cache.Delete(name("about", l)), s.disown(l)) // an earlier sign-out may have left it
	}
	for _, t := range tokens {
		if failed := s.tell(ctx, t.good(portal), t); failed != nil {
			err = errors.Join(err, &NotToldError{failed})
			continue
		}
		err = errors.Join(err, s.forget(l, t), s.Cache.Delete(name("about", l)), s.disown(l))
		s.isOver(l)
	}
	return true, err
}

// forget removes a token.
func (s *SSO) forget(l session.Link, t stored) error {
	if t.shared {
		return s.Shared.drop(l)
	}
	return s.Cache.Delete(name("token", l))
}

// leave signs out of a session that is signed in to again at once: only after a sign-out
// does a portal give what was granted since the sign-in (aws/aws-cli 9041). Nothing is done
// where the portal does not answer; where it refuses the sign-out, that is said: the token
// may be of another region, which the user has left. was reports whether there was a token.
// Its errors are *NotToldError and those of removing a token.
func (s *SSO) leave(ctx context.Context, l session.Link, portal session.Place) (was bool, err error) {
	told := false
	for _, t := range s.atHand(l) {
		failed := s.tell(ctx, t.good(portal), t)
		if api, ok := errors.AsType[*session.APIError](failed); failed != nil && (!ok || api.Temporary || api.Reason == session.Unreachable) {
			return false, &NotToldError{failed}
		} else if ok {
			s.Person.Say("the portal refuses to sign you out: " + failed.Error())
		}
		was, told = true, told || failed == nil && t.Expires.After(s.Now())
		if err := s.forget(l, t); err != nil {
			return false, err
		}
		s.isOver(l)
	}
	if told {
		s.Person.Say("signed out of " + l.SSOTitle() + "; sessions that its profiles have stay valid until they expire")
	}
	return was, nil
}

// tell ends a token at the portal. One that has expired, or that the portal does
// not know any more, needs no telling.
func (s *SSO) tell(ctx context.Context, portal session.Place, t stored) error {
	if !t.Expires.After(s.Now()) {
		return nil
	}
	err := s.Center.SignOut(ctx, portal, secret.New(t.Access))
	if session.ReasonOf(err) == session.BadSource {
		return nil
	}
	return err
}
