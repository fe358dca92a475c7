package session

import (
	"context"
	"errors"
	"sync"
	"time"

	"guise/internal/secret"
)

// Cache keeps sealed values that all processes of the user share. Whatever is
// wrong with an entry, it is simply not there. *cache.Store does all of this.
type Cache interface {
	Get(name string) ([]byte, bool)
	Put(name string, value []byte, expires time.Time) error
	Delete(name string) error
	// Lock waits, as long as ctx allows, until no other process holds the name, and
	// returns what lets the next one in.
	Lock(ctx context.Context, name string) (unlock func(), err error)
	// TryLock is Lock without the wait; held where another process holds the name.
	TryLock(name string) (unlock func(), held bool, err error)
	// Refuse leaves word that the holder of a lock has failed.
	Refuse(lock string, value []byte) error
	// Refusal is what the last holder of the lock that failed left, and when.
	Refusal(lock string) (value []byte, at time.Time, ok bool)
}

// API makes the exchanges with AWS. Its errors are *APIError.
type API interface {
	// Exchange turns the credentials before a link into the link's own. A
	// duration of 0 leaves it to AWS; code is empty where no device speaks.
	Exchange(ctx context.Context, l Link, from Credentials, d time.Duration, code secret.Text) (Credentials, error)
}

// Base gets what a chain starts from, where that is more than keys at hand: a
// token, an assertion, another program's answer. Where it needs a user and
// there is none, its error is [ErrNoPerson].
type Base interface {
	Get(ctx context.Context, l Link, o BaseOptions) (Credentials, error)
}

// BaseOptions of one request.
type BaseOptions struct {
	For     string // the profile whose credentials it is for
	Force   bool   // again, whatever is at hand
	Refused bool   // AWS has just refused what was given last
	// Since is when the request began: with Force, what was got after it is not got again.
	Since  time.Time
	Portal Place // of an SSO token: where it is used
}

// Person reaches the one at the keyboard.
type Person interface {
	// Code asks for a code of an MFA device. Its errors are, or wrap,
	// [ErrNoPerson] and [ErrCancelled]; any other ends the request too.
	Code(ctx context.Context, q CodeQuestion) (Code, error)
	// Choose asks which of several, and gives its index; errors as of Code.
	Choose(ctx context.Context, question string, options []string) (int, error)
	// Held is called while another process holds a lock that this one waits for,
	// until ctx ends: to say so, and since the user may be here and not there.
	Held(ctx context.Context, lock string)
	// Say tells a user, if there is one, a line that asks for nothing.
	Say(line string)
	// Served is called where what is left of a session was served since renewing it
	// failed, and why it did: [ErrNoPerson] is in it where renewing needs a user.
	Served(c Chain, left time.Duration, why error)
}

// CodeQuestion is what a user needs to know to give the right code.
type CodeQuestion struct {
	Profile   string // whose role or session the code is for
	Owner     string // the profile at the base of the chain, whose user has the device
	Serial    string // the device
	Complaint string // why it is asked, where it is not clear: again, say; may be empty
	Again     bool   // the code before was not taken
	Lock      string // names the session that it is for, among all processes
}

// Code is an MFA code and where it is from.
type Code struct {
	Text secret.Text
	// Typed by a user, who will not give the same again. Other ways
	// (a command) give the same code until the device moves on.
	Typed bool
}

// A Retriever walks chains. All its fields are needed.
type Retriever struct {
	Cache  Cache
	API    func() (API, error) // made at the first call to AWS, never on a hit
	Base   Base
	Person Person
	Now    func() time.Time
	// Secret reads a base key that the key store keeps.
	Secret func(profile, accessKeyID string) (secret.Text, error)
	// RefreshBefore is how much must be left of credentials for them to be
	// served without being renewed.
	RefreshBefore time.Duration
	// Patience bounds the wait for another process that is at the same
	// session; 0 waits for as long as ctx does.
	Patience time.Duration
	// Sleep waits for the next code of a device.
	Sleep func(ctx context.Context, d time.Duration) error
	// Apart, where it is set, has another process, which outlives this one, call
	// [Retriever.Finish] with the data, and gives its answer: nil where no process
	// could be started. The data holds secrets.
	Apart func(ctx context.Context, data []byte) (answer []byte, err error)

	// Trace is told each decision; nil: nobody wants to know.
	Trace func(format string, args ...any)

	api       API
	cacheless bool // that the cache cannot be had was said
}

// Options of one request.
type Options struct {
	// Force gets everything again.
	Force bool
	// Renew gets new credentials by what the user has given already: again the steps that
	// need no user. For a [Retriever] that has nobody to ask.
	Renew bool
	// Strict takes a user's no for an answer, also where what is left of the
	// session could be served: for commands that a user has typed.
	Strict bool
	// Alone is a request that waits for nobody, as what is left of the session can
	// be served instead: not for a user (who must not be asked), not for another
	// process, and not long for AWS.
	Alone bool
	// Since is when the request began; zero: now. If another process fails to get the
	// same session after it, this request fails with that error.
	Since time.Time
}

// again reports whether new credentials are wanted, however fresh those at hand are.
func (o Options) again() bool { return o.Force || o.Renew }

// LastMinute is what must be left of credentials for them to be served at all.
const LastMinute = time.Minute

// Retrieve returns the credentials of a chain: from the cache where they are
// fresh, else by walking the chain under the lock of its first link. Where that
// fails and what is cached is good for another minute, that is served.
//
// Errors of a link come as [*StepError]; a failure of another process at the
// same session as [*Failure]; [*WaitError] where its end was not awaited.
func (r *Retriever) Retrieve(ctx context.Context, c Chain, o Options) (Credentials, error) {
	if o.Since.IsZero() {
		o.Since = r.Now()
	}
	last, cached := r.cached(c)
	if cached && !o.again() && r.fresh(last) {
		r.traceHeld(c.Key(), c.named(), last, true)
		return last, nil
	}
	r.traceHeld(c.Key(), c.named(), last, cached)
	if len(c) == 1 && !c[0].Kind.Kept() {
		return r.base(ctx, c, o, false)
	}
	spare := cached && !o.again() && last.Left(r.Now()) > LastMinute
	if spare && o.Alone {
		return r.renewAlone(ctx, c, o, last), nil
	}
	got, err := r.renew(ctx, c, o)
	if err != nil && spare && !(o.Strict && errors.Is(err, ErrCancelled)) {
		r.Person.Served(c, last.Left(r.Now()), err)
		return last.as(Served), nil
	}
	return got, err
}

// renew walks a chain under the lock of its first link. Where the lock cannot be
// had at all, as there is no place for it, it walks without.
func (r *Retriever) renew(ctx context.Context, c Chain, o Options) (Credentials, error) {
	lockName := c[:1].Key()
	patience := r.Patience
	if o.Renew && patience <= 0 {
		patience = anotherRenews
	}
	unlock, err := r.lock(ctx, lockName, patience)
	if err != nil {
		if ctx.Err() != nil || errors.As(err, new(*WaitError)) {
			return Credentials{}, err
		}
		r.withoutCache(err)
		return r.walk(ctx, c, o)
	}
	defer unlock()
	if got, ok := r.cached(c); ok && (!o.again() && r.fresh(got) || got.Issued.After(o.Since)) {
		return got.as(Served), nil // somebody else made it while we waited
	}
	if failure := r.shared(lockName, c, o.Since); failure != nil {
		return Credentials{}, failure
	}
	got, err := r.walk(ctx, c, o)
	if err != nil {
		r.share(lockName, err)
	}
	return got, err
}

const (
	// heldFor is how long a lock may be held for a call to AWS.
	heldFor = 150 * time.Millisecond
	// anotherRenews is how long a request with [Options.Renew] waits for another process,
	// which may be waiting for a user: longer than AWS takes to answer.
	anotherRenews = 10 * time.Second
)

// lock waits for whoever is at the same session; a patience of 0 has no end.
func (r *Retriever) lock(ctx context.Context, name string, patience time.Duration) (unlock func(), err error) {
	if began := time.Now(); r.Trace != nil {
		defer func() { r.Trace("lock %.8s: had after %s", name, time.Since(began).Round(time.Microsecond)) }()
	}
	holding, held := context.WithCancel(ctx)
	var helping sync.WaitGroup
	defer helping.Wait()
	defer held()
	helping.Go(func() {
		if r.Sleep(holding, heldFor) == nil {
			r.Person.Held(holding, name)
		}
	})
	if patience <= 0 {
		return r.Cache.Lock(ctx, name)
	}
	waiting, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	unlock, err = r.Cache.Lock(waiting, name)
	if err != nil && ctx.Err() == nil && waiting.Err() != nil {
		return nil, &WaitError{patience}
	}
	return unlock, err
}

// say passes on what a user should know about a profile.
func (r *Retriever) say(l Link, line string) { r.Person.Say(l.Profile + ": " + line) }

func (r *Retriever) open() (API, error) {
	if r.api == nil {
		api, err := r.API()
		if err != nil {
			return nil, err
		}
		r.api = api
	}
	return r.api, nil
}
