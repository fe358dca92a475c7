package signin

import (
	"time"

	"guise/session"
)

// Endings has the user told before a session ends: see package ending.
type Endings interface {
	// Ends says when a session ends, as far as that is known, and from when on the user
	// is to be told. began tells the sign-ins of a session apart.
	Ends(l session.Link, began, due, end time.Time)
	// Unknown takes that back.
	Unknown(l session.Link)
	// Over is for a session that has ended, or that the user has left.
	Over(l session.Link)
}

// Notice is how long before the end of a session the user is told of it; of a session
// shorter than two such times half of its life.
const Notice = 15 * time.Minute

// ending is when a token's session ends, as far as that is known, and from when on the user
// is to be told: the token's own end, where it cannot be renewed. Zero: not known.
func (s *SSO) ending(l session.Link, t stored) (due, end time.Time) {
	if end = s.endsAbout(l, t); !s.renews(t) {
		end = t.Expires
	}
	if end.IsZero() {
		return end, end
	}
	before := Notice
	if !t.SignedIn.IsZero() {
		before = min(before, end.Sub(t.SignedIn)/2)
	}
	return end.Add(-before), end
}

// EndsSoon reports whether the user is told now, or was already, that a session ends: a
// sign-in is due then, though the token is still good.
func (s *SSO) EndsSoon(l session.Link) bool {
	for _, t := range s.atHand(l) {
		if due, _ := s.ending(l, t); t.Expires.After(s.Now()) && !due.IsZero() {
			return !s.Now().Before(due)
		}
	}
	return false
}

// announce passes on when a token's session ends, and returns from when on the user is to
// be told; zero: never.
func (s *SSO) announce(l session.Link, t stored) time.Time {
	due, end := s.ending(l, t)
	switch {
	case s.Endings == nil:
	case end.IsZero():
		s.Endings.Unknown(l)
	case t.SignedIn.IsZero():
		s.Endings.Ends(l, end, due, end) // somebody else's sign-in, known by its end
	default:
		s.Endings.Ends(l, t.SignedIn, due, end)
	}
	return due
}

// isOver passes on that a session has ended, or that the user has left it.
func (s *SSO) isOver(l session.Link) {
	if s.Endings != nil {
		s.Endings.Over(l)
	}
}
