package signin

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"time"

	"guise/internal/secret"
	"guise/session"
)

// stored is a token and what it takes to renew it.
type stored struct {
	Access, Refresh string
	Expires         time.Time
	ClientID        string
	ClientSecret    string
	ClientEnds      time.Time
	SignedIn        time.Time // by guise, on this machine; zero: somebody else, or an earlier version
	Renewed         time.Time // the last time; zero: not yet
	// Where it was given, and is good; empty in entries of earlier versions.
	Region    string `json:",omitempty"`
	DualStack bool   `json:",omitempty"`

	shared bool // it lies in the AWS CLI's file
}

func (t stored) registration() Registration {
	return Registration{t.ClientID, secret.New(t.ClientSecret), t.ClientEnds}
}

func (t stored) credentials(now time.Time) session.Credentials {
	return session.Credentials{Bearer: secret.New(t.Access), Expires: t.Expires, Issued: now, At: session.Place{Region: t.Region, DualStack: t.DualStack}}
}

// at is a link at the place where the token was given, and good is the portal there.
func (t stored) at(l session.Link) session.Link {
	l.Place = t.good(l.Place)
	return l
}

func (t stored) good(at session.Place) session.Place {
	if t.Region != "" {
		at.Region, at.DualStack = t.Region, t.DualStack
	}
	return at
}

// atHand returns the tokens that there are for a session: ours, the AWS CLI's.
func (s *SSO) atHand(l session.Link) []stored {
	var tokens []stored
	if data, ok := s.Cache.Get(name("token", l)); ok {
		var t stored
		if json.Unmarshal(data, &t) == nil && t.Access != "" {
			tokens = append(tokens, t)
		}
	}
	if t, ok := s.Shared.token(l); ok {
		tokens = append(tokens, t)
	}
	return tokens
}

// keep stores a token for all processes. That it cannot be kept is said, and no
// reason to withhold it.
func (s *SSO) keep(l session.Link, t stored) {
	if t.shared || s.Share {
		err := s.Shared.keep(l, t)
		if err == nil {
			if !t.shared {
				_ = s.Cache.Delete(name("token", l)) // one of them is enough
			}
			return
		}
		s.Person.Say("the token could not be shared with the AWS CLI: " + err.Error())
	}
	until := t.Expires
	if t.Refresh != "" {
		until = t.ClientEnds
	}
	data, err := json.Marshal(t)
	if err == nil {
		err = s.Cache.Put(name("token", l), data, until)
	}
	if err != nil {
		s.Person.Say("the sign-in could not be kept: " + err.Error())
	}
}

// registered is the registration at hand, if it was made in the region of a portal: a
// company's own domain may lead to another one today.
func (s *SSO) registered(entry string, at session.Link) (Registration, bool) {
	data, ok := s.Cache.Get(entry)
	var t stored
	if !ok || json.Unmarshal(data, &t) != nil || t.ClientID == "" || t.ClientEnds.Sub(s.Now()) < time.Hour || t.at(at).Region != at.Region {
		return Registration{}, false
	}
	return t.registration(), true
}

func (s *SSO) register(entry string, at session.Link, r Registration) {
	data, err := json.Marshal(stored{ClientID: r.ID, ClientSecret: r.Secret.Reveal(), ClientEnds: r.Ends, Region: at.Region})
	if err == nil {
		_ = s.Cache.Put(entry, data, r.Ends)
	}
}

// name is what something about a sign-in is filed under.
func name(about string, l session.Link) string {
	sum := sha256.Sum256([]byte(about + ":" + session.Chain{l}.Key()))
	return hex.EncodeToString(sum[:])
}

// Names returns every name under which something about a sign-in may lie in the cache.
func Names(l session.Link) []string {
	return []string{name("token", l), name("about", l), name("lasted", l), name("registration "+callbackURL, l), name("registration ", l), name("owner", l)}
}
