// Package approval decides whether a program gets a profile's credentials: who asks, whether
// the user has approved that session or agent for the profile, and what an answer of theirs
// holds for.
//
// # Who asks
//
// The unit of an approval is the session that asks: a terminal with all that runs in it, an
// editor, a cron job; or one agent ([Agents]), which is asked about apart. See [System.Who].
//
// # What an answer holds for
//
// For one profile as it was defined then, one unit, and a time. An answer is a sealed entry of
// the cache, named by a digest of all three, so that it is of use for nothing else: not after
// the profile leads elsewhere, not to another process that has the same number. A no holds
// for the next 30 seconds. Calls that began before an answer share it, so that fifty calls of
// a session are one question; one process asks, and the others wait for its lock.
//
// An approved profile covers those that have it as their source. The reverse does not hold:
// whoever may have a role may not have what it is assumed from.
//
// # Security
//
// This keeps tools from doing what their user did not mean. It does not keep out a program
// that means harm and runs as the user: it can read what guise can read, and can answer.
package approval

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"guise/internal/guard"
	"guise/internal/printable"
)

// A Cache keeps sealed values that all processes of the user share. *cache.Store is one.
type Cache interface {
	Get(name string) ([]byte, bool)
	Put(name string, value []byte, expires time.Time) error
	Delete(name string) error
	Lock(ctx context.Context, name string) (unlock func(), err error)
	Ends() (map[string]time.Time, error) // of those that are good now
	Names() ([]string, error)            // of all
}

// A Question is what the user is asked.
type Question struct {
	ID      string        `json:"id"` // letters and digits: names the answer, see [Book.Answered]
	Profile string        `json:"profile"`
	Who     Requester     `json:"who"`
	For     time.Duration `json:"for_ns"` // how long a yes holds; 0: for this request
}

// Allow is what a yes allows, as people read it.
func (q Question) Allow() string {
	if q.For > 0 {
		return "allow for " + guard.Approval{For: q.For}.String()
	}
	return "allow once"
}

// Said is what an answer comes to, as people read it: for what, for whom and for how long.
func (q Question) Said(yes bool, program string) string {
	switch {
	case !yes:
		return q.Profile + ": refused to " + program
	case q.For > 0:
		return q.Profile + ": approved for " + program + ", for " + guard.Approval{For: q.For}.String()
	}
	return q.Profile + ": approved for " + program + ", this once"
}

// An Answer is the user's.
type Answer struct {
	Yes   bool
	Where string // it was given, such as "in another window"
}

// Person asks the user. answered looks whether they have answered elsewhere. Its errors are
// that they could not be reached.
type Person interface {
	Approve(ctx context.Context, q Question, answered func() (Answer, bool)) (Answer, error)
}

// A Member is a profile that a chain is made of.
type Member struct {
	Name string
	Own  string // its guise_approve
	// Identity returns what names the credentials that the profile leads to: see
	// session.Chain.Key.
	Identity func() string `json:"-"`
}

// A Request is one for the credentials of a profile.
type Request struct {
	Profile  string
	Identity string
	Members  []Member // the profile and all that its chain is made of
	Who      Requester
	Began    time.Time
	Program  func() string // the one that asks, as messages name it: looked up for them alone
	Agents   bool          // agents = "ask" wants this one approved, whatever the profile says
}

// Needs returns what must be approved for a request: the strictest that is said of its
// members, by themselves and by rules. Its error is that it cannot be told.
func Needs(rules guard.Rules, members []Member) (need guard.Approval, err error) {
	for _, m := range members {
		one, err := rules.Approval(m.Name, m.Own)
		if err != nil {
			return need, err
		}
		need = need.Stricter(one)
	}
	return need, nil
}

// A Book has the answers.
type Book struct {
	Cache Cache
	Rules guard.Rules
	Now   func() time.Time
}

// refusedFor is how long a no holds for the session that it was said to.
const refusedFor = 30 * time.Second

// onceFor is how long an answer to a single request is kept for calls that began before it.
const onceFor = 5 * time.Minute

// RefusedError is the user's no.
type RefusedError struct {
	Program string // the asker, as it was shown
	Answer  Answer
	Ago     time.Duration // since the answer; 0: it was to this request
}

func (e *RefusedError) Error() string {
	said := "you said no " + e.Answer.Where
	if e.Ago > 0 {
		said += " " + printable.Count(max(1, int(e.Ago.Seconds())), "second") + " ago"
	}
	return strings.TrimSpace("refused to "+e.Program) + ": " + said
}

// Refused tells the log.
func (*RefusedError) Refused() bool { return true }

// Refused tells the log.
func (*DeniedError) Refused() bool { return true }

// A DeniedError is that config.toml gives agents nothing, or nothing but what cannot be had.
type DeniedError struct {
	Program string
	By      string // how the agent was recognised
	Why     string // the setting, and what keeps it from being followed
}

func (e *DeniedError) Error() string {
	return "refused to " + e.Program + ", an agent (by " + e.By + "): " + e.Why
}

// An AgentError is that an agent tries to answer a question that is the user's.
type AgentError struct{ Profile, By string }

func (e *AgentError) Error() string {
	return e.Profile + ": a program waits for your approval, and an agent (by " + e.By + ") cannot give it"
}

// note is an answer as it is kept.
type note struct {
	Answer
	At      time.Time
	Profile string
	Leader  string // of the session, or the agent
	PID     int
	Once    bool
	For     time.Duration
}

const prefix = "approval-"

// idOf names the answer for a profile that leads to an identity, and a unit.
func idOf(profile, identity, unit string) string {
	sum := sha256.Sum256([]byte("approval\x00" + profile + "\x00" + identity + "\x00" + unit))
	return hex.EncodeToString(sum[:])
}

func (b Book) read(id string) (n note, ok bool) {
	data, ok := b.Cache.Get(prefix + id)
	if !ok {
		return n, false
	}
	if n, ok = decode(data); !ok || n.At.After(b.Now().Add(time.Minute)) {
		return note{}, false // the clock was ahead
	}
	return n, true
}

// decode reads a note as encoding/json has written it, without a struct: to prepare the reading
// of one costs more than to read, and a program waits for us.
func decode(data []byte) (n note, ok bool) {
	var s map[string]any
	if json.Unmarshal(data, &s) != nil {
		return n, false
	}
	text := func(name string) string { value, _ := s[name].(string); return value }
	number := func(name string) int64 { value, _ := s[name].(float64); return int64(value) } // exact: see package session
	n = note{Profile: text("Profile"), Leader: text("Leader"), PID: int(number("PID")), For: time.Duration(number("For"))}
	n.Where = text("Where")
	n.Yes, _ = s["Yes"].(bool)
	n.Once, _ = s["Once"].(bool)
	return n, n.At.UnmarshalText([]byte(text("At"))) == nil
}

// holds reports whether an answer is one to a request for which need is asked, and what it is.
func (b Book) holds(n note, need guard.Approval, began time.Time) bool {
	switch {
	case !n.Yes:
		return b.Now().Sub(n.At) < refusedFor
	case need.Each || n.Once:
		return began.Before(n.At)
	}
	return b.Now().Before(n.At.Add(min(n.For, need.For)))
}

// Approved looks what was answered to a request before, for which need is asked: ok is that
// it is approved, and the error, a *[RefusedError], that it was refused.
func (b Book) Approved(r Request, need guard.Approval) (ok bool, err error) {
	if r.Who.Unit == "" {
		return false, nil
	}
	if n, found := b.read(r.id()); found && b.holds(n, need, r.Began) {
		if n.Yes {
			return true, nil
		}
		return false, &RefusedError{Program: r.Program(), Answer: n.Answer, Ago: b.Now().Sub(n.At)}
	}
	return !r.Agents && b.approvedAsSource(r), nil
}

// approvedAsSource reports whether each member that asks for approval has it.
func (b Book) approvedAsSource(r Request) bool {
	for _, m := range r.Members {
		need, err := b.Rules.Approval(m.Name, m.Own)
		if err != nil || need.Each {
			return false
		}
		if !need.Needed() {
			continue
		}
		if m.Name == r.Profile || m.Identity == nil {
			return false
		}
		n, found := b.read(idOf(m.Name, m.Identity(), r.Who.Unit))
		if !found || !n.Yes || !b.holds(n, need, r.Began) {
			return false
		}
	}
	return true
}

func (r Request) id() string { return idOf(r.Profile, r.Identity, r.Who.Unit) }

// Ask has a request approved that needs it: by an earlier answer, or by the user, whom one
// process asks while the others wait. Its errors are a *[RefusedError], those of Person, and
// that of ctx.
func (b Book) Ask(ctx context.Context, r Request, need guard.Approval, p Person) error {
	if ok, err := b.Approved(r, need); ok || err != nil {
		return err
	}
	id := r.id()
	if r.Who.Unit == "" { // each call is a question of its own
		id = idOf(r.Profile, r.Identity, fmt.Sprintf("%d %d", r.Who.LeaderPID, r.Began.UnixNano()))
	} else if unlock, err := b.Cache.Lock(ctx, prefix+id); err == nil {
		defer unlock()
		if ok, err := b.Approved(r, need); ok || err != nil {
			return err
		}
	} else if ctx.Err() != nil {
		return context.Cause(ctx)
	} // without a place for the lock, each call asks
	q := Question{ID: id, Profile: r.Profile, Who: r.Who, For: need.For}
	if need.Each || r.Who.Unit == "" {
		q.For = 0
	}
	answer, err := p.Approve(ctx, q, func() (Answer, bool) {
		n, ok := b.read(id)
		return n.Answer, ok && b.holds(n, need, r.Began)
	})
	if err != nil {
		return err
	}
	if n, ok := b.read(id); !ok || n.Answer != answer { // or whoever has answered has kept it
		_ = b.Answered(q, answer) // where it cannot be kept, the next call asks again
	}
	if !answer.Yes {
		return &RefusedError{Program: r.Program(), Answer: answer}
	}
	return nil
}

// Answered keeps an answer. Its error is that of the cache.
func (b Book) Answered(q Question, a Answer) error {
	n := note{Answer: a, At: b.Now(), Profile: q.Profile, Leader: q.Who.Leader, PID: q.Who.LeaderPID, Once: q.For == 0, For: q.For}
	lasts := q.For
	switch {
	case !a.Yes:
		lasts = refusedFor
	case n.Once:
		lasts = onceFor
	}
	data, err := json.Marshal(n)
	if err != nil {
		return err
	}
	return b.Cache.Put(prefix+q.ID, data, n.At.Add(lasts).Add(time.Second)) // which counts in seconds
}

// IsAnswered reports whether a question has an answer that is kept.
func (b Book) IsAnswered(id string) bool {
	_, ok := b.read(id)
	return ok
}

// Grant approves a request for which need is asked, unless each request is asked about: the
// user has typed in that session that they want the profile there.
func (b Book) Grant(r Request, need guard.Approval) error {
	if !need.Needed() || need.Each || r.Who.Unit == "" || r.Who.Agent != "" {
		return nil
	}
	return b.Answered(Question{r.id(), r.Profile, r.Who, need.For}, Answer{Yes: true})
}

// A Kept is an approval that holds.
type Kept struct {
	Profile string
	Session string // whose: the program that leads it, or the agent
	PID     int
	Expires time.Time
}

// Of is whose approval it is.
func (k Kept) Of() string { return fmt.Sprintf("%s (pid %d)", k.Session, k.PID) }

// List returns the approvals that hold. Its error is that of the cache.
func (b Book) List() (all []Kept, err error) {
	ends, err := b.Cache.Ends()
	for name := range ends {
		id, is := strings.CutPrefix(name, prefix)
		if !is {
			continue
		}
		if n, ok := b.read(id); ok && n.Yes && !n.Once {
			all = append(all, Kept{n.Profile, n.Leader, n.PID, n.At.Add(n.For)})
		}
	}
	return all, err
}

// Drop removes the approvals of a profile, and returns how many there were. What cannot be
// read now, since the clock is off, goes too: it may be the profile's, and hold again once the
// clock is right. Its error is that of the cache.
func (b Book) Drop(profile string) (dropped int, err error) {
	names, err := b.Cache.Names()
	for _, name := range names {
		id, is := strings.CutPrefix(name, prefix)
		if !is {
			continue
		}
		n, ok := b.read(id)
		if ok && (n.Profile != profile || !n.Yes) {
			continue
		}
		if err := b.Cache.Delete(name); err != nil {
			return dropped, err
		}
		if ok && !n.Once {
			dropped++
		}
	}
	return dropped, err
}
