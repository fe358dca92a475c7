package session

import "context"

// walk gets the credentials of a chain. Where AWS no longer takes those that were
// cached, it goes once more, without them.
func (r *Retriever) walk(ctx context.Context, c Chain, o Options) (Credentials, error) {
	got, stale, err := r.attempt(ctx, c, o)
	if stale == nil {
		return got, err
	}
	if failed := r.Cache.Delete(stale.Key()); failed == nil {
		got, _, err = r.attempt(ctx, c, o)
	}
	return got, err
}

// attempt goes from the deepest link that is still good to the end of the chain, and
// keeps what each step gives. Where AWS has refused the credentials that it began with,
// stale is the part of the chain that they are of, if they may be in the cache.
func (r *Retriever) attempt(ctx context.Context, c Chain, o Options) (creds Credentials, stale Chain, err error) {
	at, creds := r.start(c, o)
	if at == 0 {
		if creds, err = r.base(ctx, c, o, false); err != nil {
			return Credentials{}, nil, err
		}
		at = 1
	}
	for i := at; i < len(c); i++ {
		if r.skips(c, i) {
			continue
		}
		got, err := r.step(ctx, c, i, creds)
		if ReasonOf(err) == BadSource && i == 1 && c[0].Kind == SSOToken {
			if creds, err = r.base(ctx, c, o, true); err != nil {
				return Credentials{}, nil, err
			}
			got, err = r.step(ctx, c, i, creds)
		}
		if err != nil {
			if ReasonOf(err) == BadSource && i == at && c[i-1].Kind.Kept() {
				stale = c[:i]
			}
			return Credentials{}, stale, &StepError{c[i], err, c[:i+1].Key()}
		}
		got.Tell, got.Obtained = creds.Tell, Renewed
		r.keep(c[:i+1], got)
		creds = got
	}
	return creds, nil, nil
}

// start finds the deepest link whose credentials are cached and good, and gives
// the index of the link after it; 0 where there is none. The last link is not
// looked at: its credentials are to be got, or walk would not have been called.
func (r *Retriever) start(c Chain, o Options) (int, Credentials) {
	for i := len(c) - 1; i > 0; i-- {
		if !c[i-1].Kind.Kept() || r.skips(c, i-1) {
			continue // the role wants a code of its own: the user's session is of no use to it
		}
		got, ok := r.cached(c[:i])
		if ok && got.Left(r.Now()) > LastMinute && r.goesOn(c, i-1, got, o) {
			return i, got
		}
	}
	return 0, Credentials{}
}

// goesOn reports whether a request goes on from what is cached of link i: where new
// credentials are wanted, only if they were got since it began, or, with Renew, if getting
// them again may need a user.
func (r *Retriever) goesOn(c Chain, i int, got Credentials, o Options) bool {
	return !o.again() || got.Issued.After(o.Since) || o.Renew && r.mayAsk(c, i)
}

// mayAsk reports whether link i may need a user: a code, a page, or what another program
// asks for.
func (r *Retriever) mayAsk(c Chain, i int) bool {
	switch c[i].Kind {
	case SSORole, WebIdentity, FederationToken:
		return false
	case AssumeRole, SessionToken:
		return r.needsCode(c, i)
	}
	return true
}

// base gets what a chain starts from.
func (r *Retriever) base(ctx context.Context, c Chain, o Options, refused bool) (Credentials, error) {
	l := c[0]
	if l.Kind == Keys {
		return r.keys(l)
	}
	asked := BaseOptions{For: c.Last().Profile, Force: o.Force, Refused: refused || o.Renew && len(c) == 1, Since: o.Since}
	if l.Kind == SSOToken && len(c) > 1 {
		asked.Portal = c[1].Place
	}
	got, err := r.Base.Get(ctx, l, asked)
	if err != nil {
		return Credentials{}, &StepError{l, err, c[:1].Key()}
	}
	if l.Kind.Kept() && !got.Expires.IsZero() {
		r.keep(c[:1], got)
	}
	return got.as(Renewed), nil
}

// keys returns the base keys of a chain.
func (r *Retriever) keys(l Link) (Credentials, error) {
	got := Credentials{AccessKeyID: l.AccessKeyID, SecretAccessKey: l.SecretAccessKey, SessionToken: l.Token, Obtained: Served}
	if !l.Stored {
		return got, nil
	}
	text, err := r.Secret(l.Profile, l.AccessKeyID)
	if err != nil {
		return Credentials{}, &StepError{l, err, Chain{l}.Key()}
	}
	got.SecretAccessKey = text
	return got, nil
}
