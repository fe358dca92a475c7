package signin

import (
	"encoding/json"
	"time"

	"guise/session"
)

// About is what guise remembers of a sign-in beside its token: no secret.
type About struct {
	SignedIn time.Time // when a person signed in here; zero: somewhere else, or not known
	Accounts int       // that the sign-in opens
	Roles    int       // in all of them
	Read     time.Time // when these were counted; zero: never
}

// A State is all that is known of a session, without asking AWS.
type State struct {
	About
	Identity string    // who is signed in, as AWS calls them; empty: nobody has asked
	Also     string    // in which other session, as the end of a sentence; see [SSO.AsSibling]
	Expires  time.Time // of the token at hand; zero: there is none, or it has expired
	Renews   bool      // without a person
	Region   string    // of the IAM Identity Center, as far as it is known
	// EndsAbout is when the session ends, if it lasts as long as earlier ones did; zero: not known.
	EndsAbout time.Time
}

// State is what is known of a session here.
func (s *SSO) State(l session.Link) State {
	state := State{About: s.about(l)}
	state.Expires, state.Renews = s.Left(l)
	state.Region = l.Region
	for _, t := range s.atHand(l) {
		state.Region = t.at(l).Region
		if o := s.owner(l); o.Token == t.digest() {
			state.Identity = o.Who
		}
		if end := s.endsAbout(l, t); end.After(state.EndsAbout) {
			state.EndsAbout = end
		}
	}
	return state
}

func (s *SSO) about(l session.Link) (a About) {
	if data, ok := s.Cache.Get(name("about", l)); ok {
		_ = json.Unmarshal(data, &a)
	}
	return a
}

// remembered is how long: no portal's session lasts longer.
const remembered = 90 * 24 * time.Hour

// remember keeps it. What cannot be kept is not known the next time, and no more.
func (s *SSO) remember(l session.Link, a About) {
	if data, err := json.Marshal(a); err == nil {
		_ = s.Cache.Put(name("about", l), data, s.Now().Add(remembered))
	}
}
