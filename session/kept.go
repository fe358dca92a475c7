package session

import (
	"context"
	"errors"
	"slices"
	"time"
)

// What the cache keeps of a chain, and when that is served as it is.

// cached returns what the cache holds for a chain, fresh or not.
func (r *Retriever) cached(c Chain) (Credentials, bool) { return r.held(c.Key()) }

// Spare returns what is left of a session that is to be renewed and can be served
// still.
func (r *Retriever) Spare(c Chain) (Credentials, bool) {
	got, ok := r.cached(c)
	return got, ok && !r.fresh(got) && got.Left(r.Now()) > LastMinute
}

// Servable returns what is cached for a chain and can be served, and whether that is so
// without renewing it.
func (r *Retriever) Servable(c Chain) (got Credentials, fresh, ok bool) {
	if got, ok = r.FreshOf(c); ok {
		return got, true, true
	}
	got, ok = r.Spare(c)
	return got.as(Served), false, ok
}

// Kept reports whether the credentials of a chain are where the next call finds them,
// or are of a kind that is got at each call.
func (r *Retriever) Kept(c Chain) bool {
	_, ok := r.cached(c)
	return ok || !c.Last().Kind.Kept()
}

// Fresh returns the credentials of the chain that has a key, if they are cached
// and can be served as they are.
func (r *Retriever) Fresh(key string) (Credentials, bool) {
	return r.freshAs(key, "")
}

// FreshOf is Fresh for a chain, which is named to Trace.
func (r *Retriever) FreshOf(c Chain) (Credentials, bool) { return r.freshAs(c.Key(), c.named()) }

func (r *Retriever) freshAs(key, what string) (Credentials, bool) {
	got, ok := r.held(key)
	r.traceHeld(key, what, got, ok)
	return got, ok && r.fresh(got)
}

// named says for Trace what the cache keeps of a chain: the profile and the step, such as
// " (prod/assume-role)".
func (c Chain) named() string {
	last := c.Last()
	return " (" + last.Profile + "/" + string(last.Kind) + ")"
}

// traceHeld tells what the cache has under a key, which is what's, and whether it is served.
func (r *Retriever) traceHeld(key, what string, got Credentials, held bool) {
	switch {
	case r.Trace == nil:
	case !held:
		r.Trace("cache %.8s%s: miss", key, what)
	case r.fresh(got):
		r.Trace("cache %.8s%s: hit, expires in %s", key, what, got.Left(r.Now()).Round(time.Second))
	default:
		r.Trace("cache %.8s%s: expires in %s, to be renewed when less than %s is left", key, what, got.Left(r.Now()).Round(time.Second), r.RefreshBefore)
	}
}

func (r *Retriever) held(key string) (Credentials, bool) {
	data, _ := r.Cache.Get(key)
	got, ok := decode(data)
	if !ok {
		return Credentials{}, false
	}
	return got.byClock(r.Now())
}

// keep puts credentials into the cache. Where that fails they are served all
// the same: somebody may have typed a code for them.
func (r *Retriever) keep(c Chain, got Credentials) { r.put(c.Key(), got) }

func (r *Retriever) put(name string, got Credentials) {
	data, err := got.encode()
	if err == nil {
		// Until the end by our clock, since it is ours that sweeps the cache.
		err = r.Cache.Put(name, data, r.Now().Add(got.Left(r.Now())))
	}
	if err != nil {
		r.withoutCache(err)
	}
}

// withoutCache says, once, that the cache cannot be had. It costs a line, and not
// the credentials.
func (r *Retriever) withoutCache(err error) {
	if !r.cacheless {
		r.cacheless = true
		r.Person.Say("the cache cannot be used, so that this session is not kept: " + err.Error())
	}
}

// AskedAt is how much is left of a session when botocore begins to start a
// credential process for each of its calls: 15 minutes (the advisory time of
// RefreshableCredentials in botocore/credentials.py).
const AskedAt = 15 * time.Minute

// DefaultRefreshBefore is a little more than [AskedAt], so that botocore starts
// guise once and gets a new session.
const DefaultRefreshBefore = AskedAt + time.Minute

// anHour is the life of a session of an hour, which AWS rounds to seconds.
const anHour = time.Hour - time.Minute

// fresh reports whether credentials can be served as they are: RefreshBefore is left
// of them, or a quarter of a life that is short.
func (r *Retriever) fresh(c Credentials) bool {
	life := c.Expires.Sub(c.Issued.Add(c.Skew))
	most := life / 4
	if life >= anHour {
		most = max(most, DefaultRefreshBefore)
	}
	return c.Left(r.Now()) > min(r.RefreshBefore, most)
}

// State tells until when each link's credentials are cached; zero where they
// are not, or are not cached at all.
func (r *Retriever) State(c Chain) []time.Time {
	ends := make([]time.Time, len(c))
	for i := range c {
		if got, ok := r.cached(c[:i+1]); ok {
			ends[i] = got.Expires
		}
	}
	return ends
}

// Drop forgets the credentials of a chain's own links and, with shared, those
// of the links that other profiles may stand on too, also where they cannot be read
// now. It tells how many could be.
func (r *Retriever) Drop(c Chain, shared bool) (int, error) {
	dropped := 0
	var failed error
	for i := len(c); i > 0; i-- {
		if _, ok := r.Cache.Get(c[:i].Key()); ok {
			dropped++
		}
		failed = errors.Join(failed, r.Cache.Delete(c[:i].Key()), r.Cache.Delete(c[:i].note(noteMade)))
		if !shared {
			break
		}
	}
	return dropped, failed
}

// Sharing names the profiles among all whose chain has the MFA session that the cache has of
// a chain, but for some.
func (r *Retriever) Sharing(c Chain, all []Planned, but []string) (names []string) {
	const at = 1 // after the access key: see [resolver.liftMFA]
	if len(c) <= at || c[at].Kind != SessionToken {
		return nil
	}
	key := c[:at+1].Key()
	if _, ok := r.held(key); !ok {
		return nil
	}
	for _, one := range all {
		if o := one.Chain; one.Err == nil && len(o) > at && o[at].Kind == SessionToken && o[at].Serial == c[at].Serial && !slices.Contains(but, one.Profile.Name) && o[:at+1].Key() == key {
			names = append(names, one.Profile.Name)
		}
	}
	return names
}

// KeyForIAM reports whether a chain to a user's session has to be left for the access key
// itself where IAM is called: it takes no session that carries no MFA ("GetSessionToken" and
// "GetFederationToken" in the API reference of STS).
func (c Chain) KeyForIAM() bool {
	last := c.Last()
	return c[0].Kind == Keys && (last.Kind == FederationToken || last.Kind == SessionToken && last.Serial == "")
}

// AtHand returns credentials of a chain's user for IAM, if nobody has to be asked for them: those
// of the chain where they are fresh in the cache, or else what its base gives. r is one
// that has nobody to ask.
func (r *Retriever) AtHand(ctx context.Context, c Chain) (Credentials, error) {
	if got, ok := r.FreshOf(c); ok && !c.KeyForIAM() {
		return got, nil
	}
	return r.Retrieve(ctx, c[:1], Options{})
}
