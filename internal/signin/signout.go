package signin

import (
	"context"
	"iter"

	"guise/session"
)

// Out signs out: of SSO sessions at their portals, and of the sign-ins of `aws login`.
// What it needs for either is made when it first comes to one.
type Out struct {
	SSO   func() (*SSO, error)
	Login func() (*Login, error)
}

// Ended is a sign-in that was to end.
type Ended struct {
	Link session.Link // that starts from it, of kind session.SSOToken or session.Login
	Was  bool         // there was one
	Err  error        // why it has not ended; may be a *NotToldError
}

// Of ends the sign-in that a chain starts from; ok is false where it starts from none.
// The second link of a chain that starts from an SSO token is the portal.
func (o Out) Of(ctx context.Context, c session.Chain) (e Ended, ok bool) {
	e.Link = c[0]
	switch e.Link.Kind {
	case session.SSOToken:
		sso, err := o.SSO()
		if e.Err = err; err == nil {
			e.Was, e.Err = sso.SignOut(ctx, c[0], c[1].Place)
		}
	case session.Login:
		login, err := o.Login()
		if e.Err = err; err == nil {
			e.Was, e.Err = login.SignOut(c[0])
		}
	default:
		return Ended{}, false
	}
	return e, true
}

// OfAll ends the sign-ins that some chains start from, each once.
func (o Out) OfAll(ctx context.Context, chains []session.Chain) iter.Seq[Ended] {
	return func(yield func(Ended) bool) {
		done := map[string]bool{}
		for _, c := range chains {
			key := c[:1].Key()
			if done[key] {
				continue
			}
			done[key] = true
			if e, ok := o.Of(ctx, c); ok && !yield(e) {
				return
			}
		}
	}
}
