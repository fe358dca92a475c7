// Package accesslog keeps the log of what guise handed out: which program got credentials of
// which profile, when, and how its request was answered.
//
// [Log.Note] is told of every answer with which credentials leave guise, or do not, and
// decides by the level whether it is written: a line of JSON ([Entry]) at the end of a file
// that all processes of the user share, in one write. An answer from the cache costs nothing
// at the level [Asked]: no file is looked at. What keeps the log from being written (a full
// disk, a folder that is not ours) costs a line for the user, and never the answer.
//
// There is no secret in the log: of credentials it has the access key id, by which CloudTrail
// has what was done with them.
package accesslog

import (
	"cmp"
	"encoding/json"
	"errors"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"guise/internal/files"
	"guise/session"
)

// The levels: what is logged.
const (
	Off   = "off"   // nothing
	Asked = "asked" // each answer that was not plainly cached
	All   = "all"   // each answer
)

// A Result is how a request was answered.
type Result string

// The results.
const (
	Renewed  Result = "renewed"  // new credentials were got, and nobody was asked
	ByUser   Result = "asked"    // the user was asked, for a code or a sign-in, and answered
	Approved Result = "approved" // the user was asked whether the program may have them, and said yes
	Refused  Result = "refused"  // the user said no, or a guard of the profile did
	Failed   Result = "failed"   // none were got
	Served   Result = "served"   // what was at hand: cached, or an access key
)

// An Entry is a line of the log.
type Entry struct {
	Time        time.Time `json:"time"`    // UTC
	Program     string    `json:"program"` // "guise use" where the user typed it; empty: not known
	PID         int       `json:"pid"`
	Folder      string    `json:"folder"` // in which the program runs
	Profile     string    `json:"profile"`
	Of          string    `json:"of,omitempty"`       // the profile whose session was narrowed, if it is another one
	Narrowed    string    `json:"narrowed,omitempty"` // the session policies, in words
	Account     string    `json:"account,omitempty"`
	Role        string    `json:"role,omitempty"`
	AccessKeyID string    `json:"access_key_id,omitempty"` // of what was handed out
	Result      Result    `json:"result"`
	Error       string    `json:"error,omitempty"`      // AWS' code of a refusal, such as AccessDenied
	RequestID   string    `json:"request_id,omitempty"` // of AWS' answer, where there was a call
}

// An Answer is what a request came to.
type Answer struct {
	Profile     string
	Chain       session.Chain // nil: there was no plan
	Credentials session.Credentials
	Asked       bool // the user has answered a question
	Approved    bool // the user was asked whether the program may have them, and said yes
	Err         error
}

// A Refusal is an error that says that somebody, and not something, was against it: the
// result is [Refused]. session.ErrCancelled needs not be one.
type Refusal interface {
	error
	Refused() bool
}

// A Log is the log as one process writes it. All fields are needed.
type Log struct {
	Path  string
	Level string
	Now   func() time.Time
	// Caller is the program whose request is answered, and where it runs.
	Caller func() (program string, pid int, folder string)
	Say    func(line string) // why nothing can be written, once

	said sync.Once
}

// Path is where the log is, in guise's folder for what outlives a login.
func Path(state string) string { return filepath.Join(state, "log.jsonl") }

// most is how many bytes the log has before it becomes the old one.
const most = 5 << 20

// Everything reports whether answers from the cache are logged, too.
func (l *Log) Everything() bool { return l.Level == All }

// Note logs an answer, if the level wants that.
func (l *Log) Note(a Answer) {
	plain := a.Err == nil && a.Credentials.Obtained == session.Cached && !a.Asked && !a.Approved
	if l.Level == Off || plain && !l.Everything() {
		return
	}
	line, err := json.Marshal(l.entry(a))
	if err == nil {
		err = files.Append(l.Path, line, most)
	}
	if err != nil {
		l.said.Do(func() { l.Say("the log cannot be written: " + err.Error()) })
	}
}

func (l *Log) entry(a Answer) Entry {
	program, pid, folder := l.Caller()
	e := Entry{
		Time: l.Now().UTC().Truncate(time.Millisecond), Program: short(program), PID: pid, Folder: short(folder),
		Profile: a.Profile, Result: a.result(),
	}
	if a.Err == nil {
		e.AccessKeyID, e.RequestID = a.Credentials.AccessKeyID, a.Credentials.RequestID
	}
	if len(a.Chain) > 0 {
		e.Account, e.Role = a.Chain.LeadsTo()
		e.Narrowed = a.Chain.Narrows()
		if of := a.Chain.Last().Profile; of != a.Profile {
			e.Of = of
		}
	}
	if account, role, ok := session.RoleOf(a.Credentials.ARN); ok && e.Role == "" { // which of the roles that an assertion offers
		role = strings.TrimPrefix(role, "assumed-role/")
		e.Account, e.Role = account, role[:max(strings.LastIndex(role, "/"), 0)]
	}
	e.Account = cmp.Or(e.Account, a.Credentials.AccountID)
	if refused, ok := errors.AsType[*session.APIError](a.Err); ok {
		e.Error, e.RequestID = refused.Code, refused.RequestID
	}
	return e
}

func (a Answer) result() Result {
	refusal, said := errors.AsType[Refusal](a.Err)
	switch {
	case errors.Is(a.Err, session.ErrCancelled), said && refusal.Refused():
		return Refused
	case a.Err != nil:
		return Failed
	case a.Approved:
		return Approved
	case a.Asked:
		return ByUser
	case a.Credentials.Obtained == session.Renewed:
		return Renewed
	}
	return Served
}

// longest is how much of a name or path is logged, in bytes: lines stay short enough to be
// written in one go.
const longest = 1000

func short(text string) string {
	if len(text) <= longest {
		return text
	}
	return strings.ToValidUTF8(text[:longest], "") + "…"
}

// Help says what the log is to whoever reads it with `guise log`.
const Help = `Show which program asked for which profile, when, and how that was answered; the newest
is the last. PROFILE has its narrowed sessions with it (PROFILE@read-only), and may be one
that was removed, by its whole name.

  renewed    AWS gave new credentials, and nobody was asked
  asked      the same, and you typed a code or signed in
  approved   you allowed the program to have them
  served     from the cache, or an access key
  refused    you said no, or a guard of the profile did
  failed     none were got

Requests that were answered from the cache at once are not logged, unless the setting log
is "all" (in config.toml; GUISE_LOG can only make the log more). The log is log.jsonl in
guise's state folder: at 5 MiB it becomes log.jsonl.1, in the place of the one before. It
holds no secret. AWS CloudTrail has the same access key ids and request ids.`
