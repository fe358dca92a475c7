package session

import (
	"context"
	"time"

	"guise/internal/secret"
)

// A session that is about to end is renewed while what is left of it can still be
// served. So a request that nobody waits at ([Options.Alone]) never waits either:
// it renews what needs no person and is quickly had, and else serves what is left.

const (
	// notLong is how long AWS may take over a session that can be served as it is.
	notLong = 3 * time.Second
	// restsFor is how long renewing is not tried again once it has failed: an SDK
	// that is not content with what is left asks again for each of its calls.
	restsFor = 10 * time.Second

	noteFailed = "renewing failed"
)

// renewAlone renews what is left of a session, or serves it. It fails never.
func (r *Retriever) renewAlone(ctx context.Context, c Chain, o Options, last Credentials) Credentials {
	if _, failed := r.Cache.Get(c.note(noteFailed)); failed {
		return last.as(Served)
	}
	unlock, held, err := r.Cache.TryLock(c[:1].Key())
	switch {
	case held: // by one who is at this very session, or waits for a user
		return last.as(Served)
	case err != nil:
		r.withoutCache(err)
	default:
		defer unlock()
	}
	if got, ok := r.cached(c); ok && r.fresh(got) {
		return got.as(Served) // somebody else made it just now
	}
	quick := *r
	quick.api, quick.API, quick.Base = nil, r.quickAPI, quickBase{r.Base}
	got, err := quick.walk(ctx, c, o)
	if err != nil {
		_ = r.Cache.Put(c.note(noteFailed), nil, r.Now().Add(restsFor))
		r.Person.Served(c, last.Left(r.Now()), err)
		return last.as(Served)
	}
	return got
}

// quickAPI waits for AWS no longer than notLong.
type quickAPI struct{ API }

func (r *Retriever) quickAPI() (API, error) {
	api, err := r.open()
	return quickAPI{api}, err
}

func (q quickAPI) Exchange(ctx context.Context, l Link, from Credentials, d time.Duration, code secret.Text) (Credentials, error) {
	ctx, cancel := context.WithTimeout(ctx, notLong)
	defer cancel()
	return q.API.Exchange(ctx, l, from, d, code)
}

// quickBase waits for AWS no longer than notLong; a command of the user's has its
// own time.
type quickBase struct{ Base }

func (q quickBase) Get(ctx context.Context, l Link, o BaseOptions) (Credentials, error) {
	if l.Kind == SSOToken || l.Kind == Login {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, notLong)
		defer cancel()
	}
	return q.Base.Get(ctx, l, o)
}

// PendingID names the request for a user that is kept while what is left of the
// chain's session is served: letters and digits, unlike any name in the cache.
func (c Chain) PendingID() string { return c.note("pending") }
