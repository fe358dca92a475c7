package signin

import (
	"encoding/json"
	"slices"
	"time"

	"guise/session"
)

// How long sessions last. AWS does not tell when the session of an access portal ends: an
// administrator sets the length, from 15 minutes to 90 days, and one day the refresh token
// is refused. So guise notes how long earlier sessions lasted, and takes the next one to
// last as long.
//
// What is seen of an end is two times: the session was there when its token was given last,
// and it was not there any more when the refresh token was refused. Where much time lies
// between (a laptop was asleep), the end is not known and nothing is noted. Nothing is
// learned of what does not end a session: a network failure, a throttled call, a
// registration that expired, a sign-out by guise, a token that other tools renew.

// A span says how long one session lasted: longer than Over, and at most Within.
type span struct {
	Began        time.Time // when the user signed in, by the local clock
	Over, Within time.Duration
}

// fits reports whether a session of a length could have been this one.
func (s span) fits(length time.Duration) bool { return s.Over < length && length <= s.Within }

// lasting is what is known of how long the sessions of one [sso-session] last.
type lasting struct {
	Version int
	Seen    []span // of the last sessions that have ended by themselves, the newest last
}

const (
	lastingVersion = 1
	lastingSeen    = 3                    // so many are remembered: one that was ended early is outvoted by two
	lastingKept    = 365 * 24 * time.Hour // without another end
	longestSession = 90 * 24 * time.Hour  // that an administrator can set
)

// length is how long a session lasts as most of those seen did; of equals as the newest
// did. An administrator chooses a round length, so that it is rounded down as far as what
// was seen allows: a refusal is always seen some time after the end. Zero: not known.
func (k lasting) length() (best time.Duration) {
	most := 0
	for _, candidate := range slices.Backward(k.Seen) {
		votes, over := 0, time.Duration(0)
		for _, s := range k.Seen {
			if s.fits(candidate.Within) {
				votes, over = votes+1, max(over, s.Over)
			}
		}
		if votes > most {
			most, best = votes, round(over, candidate.Within)
		}
	}
	return best
}

// round rounds a length down, if it stays above over.
func round(over, length time.Duration) time.Duration {
	step := 5 * time.Minute
	switch {
	case length >= 4*time.Hour:
		step = time.Hour
	case length >= time.Hour:
		step = 15 * time.Minute
	}
	if rounded := length.Truncate(step); rounded > over {
		return rounded
	}
	return length
}

// learn notes the end of a session that was seen. It reports whether that was news.
func (k *lasting) learn(s span, lastSeen time.Duration) bool {
	vague := s.Within-lastSeen > max(10*time.Minute, s.Within/8)
	known := slices.ContainsFunc(k.Seen, func(o span) bool { return o.Began.Equal(s.Began) })
	if vague || known || s.Over < 0 || s.Within <= s.Over || s.Within > longestSession {
		return false
	}
	k.Seen = append(k.Seen, s)
	k.Seen = k.Seen[max(0, len(k.Seen)-lastingSeen):]
	return true
}

// outlived forgets the sessions that were shorter than one which is still alive after age:
// their length is not this one's. It reports whether there was one.
func (k *lasting) outlived(age time.Duration) bool {
	before := len(k.Seen)
	k.Seen = slices.DeleteFunc(k.Seen, func(s span) bool { return s.Within < age })
	return len(k.Seen) < before
}

// lasting reads what is known. ok is false of a note in the format of a later version,
// which is left alone.
func (s *SSO) lasting(l session.Link) (k lasting, ok bool) {
	data, there := s.Cache.Get(name("lasted", l))
	if !there || json.Unmarshal(data, &k) != nil {
		return lasting{Version: lastingVersion}, true
	}
	return k, k.Version == lastingVersion
}

// keepLasting keeps it. What cannot be kept is not known the next time, and no more.
func (s *SSO) keepLasting(l session.Link, k lasting) {
	if data, err := json.Marshal(k); err == nil {
		_ = s.Cache.Put(name("lasted", l), data, s.Now().Add(lastingKept))
	}
}

// hasEnded notes that the refresh token of a session was refused; refused is whether the
// portal had refused its access token, too. The caller holds the session's lock.
func (s *SSO) hasEnded(l session.Link, t stored, refused bool) {
	k, ok := s.lasting(l)
	if !ok || t.SignedIn.IsZero() {
		return
	}
	now := s.Now()
	given := t.SignedIn
	if t.Renewed.After(given) {
		given = t.Renewed
	}
	seen := given // the session was there then
	if !refused && t.Expires.After(seen) {
		seen = t.Expires // as far as anybody knows the token was good until its end
	}
	if seen.After(now) {
		seen = now
	}
	if k.learn(span{t.SignedIn, given.Sub(t.SignedIn), now.Sub(t.SignedIn)}, seen.Sub(t.SignedIn)) {
		s.keepLasting(l, k)
	}
}

// isAlive notes that a session's token was renewed. The caller holds the session's lock.
func (s *SSO) isAlive(l session.Link, t stored) {
	if k, ok := s.lasting(l); ok && !t.SignedIn.IsZero() && k.outlived(t.Renewed.Sub(t.SignedIn)) {
		s.keepLasting(l, k)
	}
}

// endsAbout is when the session of a token ends if it lasts as long as earlier ones did;
// zero where that is not known, or is over: nobody knows then when it ends.
func (s *SSO) endsAbout(l session.Link, t stored) time.Time {
	k, ok := s.lasting(l)
	length := k.length()
	if !ok || length == 0 || !s.renews(t) || t.SignedIn.IsZero() || t.SignedIn.After(s.Now()) {
		return time.Time{}
	}
	if end := t.SignedIn.Add(length); end.After(s.Now()) {
		return end
	}
	return time.Time{}
}
