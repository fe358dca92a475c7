package oneoff

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"guise/internal/awsconfig"
	"guise/session"
)

// A session whose profile stands in no file is found by no look at the files. So what it is of
// is kept beside it, sealed, for as long as it lasts: `guise cache list` says what it is, and
// whoever signs out of the profile that it is of drops it, too.

// A Cache keeps sealed values. *cache.Store is one.
type Cache interface {
	Get(name string) ([]byte, bool)
	Put(name string, value []byte, expires time.Time) error
	Delete(name string) error
	Ends() (map[string]time.Time, error)
}

const prefix = "oneoff-"

// Remember keeps what a session is of, if it is one of some profiles that stand in no file.
// Where it cannot be kept, the session is not found: it is an error for nobody.
func Remember(c Cache, all []Profile, name string, got session.Credentials) {
	at := len(all) - 1
	for at >= 0 && all[at].Name != name {
		at--
	}
	if at < 0 || got.Expires.IsZero() {
		return
	}
	value := Encode(all[:at+1])
	sum := sha256.Sum256([]byte(value))
	entry := prefix + hex.EncodeToString(sum[:])
	if _, kept := c.Get(entry); !kept || got.Obtained != session.Cached {
		_ = c.Put(entry, []byte(value), got.Expires)
	}
}

// A Remembered is a session of a profile that stands in no file.
type Remembered struct {
	session.Planned
	Of      string // the profile of the files that it is of, or whose session assumes its role; empty: none
	Session string // the SSO session that its role is of; empty: none

	entry string
}

// Forget drops what is kept of it beside the session.
func (r Remembered) Forget(c Cache) { _ = c.Delete(r.entry) }

// All returns the sessions that are remembered, as they follow from the files now. What cannot
// be planned any more is left out. Its error is that of the cache.
func All(c Cache, f *awsconfig.Files, d session.Defaults) (found []Remembered, err error) {
	ends, err := c.Ends()
	for entry := range ends {
		if !strings.HasPrefix(entry, prefix) {
			continue
		}
		value, _ := c.Get(entry)
		all := Decode(string(value))
		if len(all) == 0 {
			continue
		}
		name := all[len(all)-1].Name
		if plan, err := session.ResolveOne(In(f.Standing(), all), name, d); err == nil && plan.Err == nil {
			r := Remembered{Planned: plan, entry: entry}
			r.Of, r.Session = Standing(nil, all, name)
			found = append(found, r)
		}
	}
	slices.SortFunc(found, func(a, b Remembered) int {
		return cmp.Or(strings.Compare(a.Profile.Name, b.Profile.Name), strings.Compare(a.entry, b.entry))
	})
	return found, err
}

// Plans are the profiles of All.
func Plans(c Cache, f *awsconfig.Files, d session.Defaults) (plans []session.Planned, err error) {
	all, err := All(c, f, d)
	for _, one := range all {
		plans = append(plans, one.Planned)
	}
	return plans, err
}
