package session_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"guise/cache"
	"guise/internal/secret"
	"guise/session"
)

func process(more ...session.Link) session.Chain {
	return append(session.Chain{{Kind: session.Process, Profile: "process", Command: "/bin/creds"}}, more...)
}

func portal() session.Chain {
	return session.Chain{
		{Kind: session.SSOToken, Profile: "sso", StartURL: "https://x/start"},
		{Kind: session.SSORole, Profile: "sso", StartURL: "https://x/start", AccountID: "111111111111", RoleName: "R"},
	}
}

// TestBaseIsKept: what another program gives is kept until it expires; what has no end
// is asked for each time, as is what the machine at hand gives.
func TestBaseIsKept(t *testing.T) {
	for name, c := range map[string]struct {
		chain session.Chain
		life  time.Duration // 0: it does not expire
		asked int           // of three times
	}{
		"a process":                 {process(), time.Hour, 1},
		"a process, no end":         {process(), 0, 3},
		"the instance":              {session.Chain{{Kind: session.Instance}}, time.Hour, 3},
		"a sign-in's token":         {session.Chain{{Kind: session.SSOToken}}, time.Hour, 3},
		"a role over a process":     {process(role(nil)), time.Hour, 1},
		"a role over the container": {session.Chain{{Kind: session.Container}, role(nil)}, time.Hour, 1},
	} {
		s := newScript(t)
		s.base = func(context.Context, session.Link, session.BaseOptions) (session.Credentials, error) {
			got := s.keys(c.life)
			if c.life == 0 {
				got.Expires = time.Time{}
			}
			return got, nil
		}
		for range 3 {
			s.must(c.chain)
		}
		if len(s.based) != c.asked {
			t.Errorf("%s: asked %d times", name, len(s.based))
		}
		if s.based[0] != (session.BaseOptions{For: c.chain.Last().Profile, Since: s.clock}) {
			t.Errorf("%s: %+v", name, s.based[0])
		}
	}
	s := newScript(t)
	gone := errors.New("it cannot be started")
	s.base = func(context.Context, session.Link, session.BaseOptions) (session.Credentials, error) {
		return session.Credentials{}, gone
	}
	_, err := s.get(process(role(nil)))
	failed, ok := errors.AsType[*session.StepError](err)
	if !errors.Is(err, gone) || !ok || failed.Link.Kind != session.Process || len(s.calls) > 0 {
		t.Errorf("%v", err)
	}
}

// TestRoleGoesOnFromWhatIsCached: of a chain, only what has expired is got again.
func TestRoleGoesOnFromWhatIsCached(t *testing.T) {
	s := newScript(t)
	chain := process(role(nil), role(func(l *session.Link) { l.RoleARN = roleB }))
	s.aws = func(_ context.Context, x exchanged) (session.Credentials, error) {
		return s.keys(map[string]time.Duration{roleA: 3 * time.Hour, roleB: time.Hour}[x.link.RoleARN]), nil
	}
	s.base = func(context.Context, session.Link, session.BaseOptions) (session.Credentials, error) {
		return s.keys(5 * time.Hour), nil
	}
	s.must(chain)
	middle, ok := s.retriever().Fresh(chain[:2].Key())
	if !ok {
		t.Fatal("not kept")
	}
	s.calls = nil
	s.clock = s.clock.Add(time.Hour)
	s.must(chain)
	if len(s.calls) != 1 || s.calls[0].from.AccessKeyID != middle.AccessKeyID || len(s.based) != 1 {
		t.Errorf("%d calls", len(s.calls))
	}
	// In its last minute a link is not gone on from.
	s.calls = nil
	s.clock = s.clock.Add(2*time.Hour - time.Minute)
	s.must(chain)
	if len(s.calls) != 2 || len(s.based) != 1 {
		t.Errorf("in the last minute: %d calls, %d bases", len(s.calls), len(s.based))
	}
	// With force, all of it.
	s.calls = nil
	if _, err := s.retriever().Retrieve(t.Context(), chain, session.Options{Force: true, Since: s.clock}); err != nil || len(s.calls) != 2 || len(s.based) != 2 || !s.based[1].Force {
		t.Errorf("forced: %d calls, %+v: %v", len(s.calls), s.based, err)
	}
}

// TestCachedAndRefused: what is cached and AWS no longer takes is got once more, and
// not again and again.
func TestCachedAndRefused(t *testing.T) {
	s := newScript(t)
	s.must(process())
	s.aws = func(context.Context, exchanged) (session.Credentials, error) {
		return session.Credentials{}, refusal(session.BadSource)
	}
	if _, err := s.get(process(role(nil))); err == nil || len(s.calls) != 2 || len(s.based) != 2 {
		t.Errorf("%d calls, %d bases: %v", len(s.calls), len(s.based), err)
	}
	// What nobody has cached is not tried again, nor is another refusal.
	s = newScript(t)
	s.aws = func(context.Context, exchanged) (session.Credentials, error) {
		return session.Credentials{}, refusal(session.BadSource)
	}
	if _, err := s.get(plain(role(nil))); err == nil || len(s.calls) != 1 {
		t.Errorf("%d calls: %v", len(s.calls), err)
	}
	s = newScript(t)
	s.must(process())
	s.aws = func(context.Context, exchanged) (session.Credentials, error) {
		return session.Credentials{}, refusal(session.Refused)
	}
	if _, err := s.get(process(role(nil))); err == nil || len(s.calls) != 1 {
		t.Errorf("%d calls: %v", len(s.calls), err)
	}
}

// TestTokenThatIsRefused: the portal does not take the sign-in's token: another is got,
// once, by who is told that AWS has refused the last.
func TestTokenThatIsRefused(t *testing.T) {
	for name, c := range map[string]struct {
		reason session.Reason
		chain  session.Chain
		good   bool // is the second one
		asked  int
	}{
		"the second is good":     {session.BadSource, portal(), true, 2},
		"so is the second":       {session.BadSource, portal(), false, 2},
		"the role is denied":     {session.Denied, portal(), true, 1},
		"the role over the role": {session.BadSource, append(portal(), role(nil)), true, 2},
		"another kind of source": {session.BadSource, session.Chain{{Kind: session.Environment}, role(nil)}, true, 1},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScript(t)
			s.base = func(_ context.Context, _ session.Link, o session.BaseOptions) (session.Credentials, error) {
				if o.Refused != (len(s.based) == 2) {
					t.Errorf("%+v", o)
				}
				return session.Credentials{Bearer: secret.New(fmt.Sprint("token ", len(s.based))), Issued: s.clock, Expires: s.clock.Add(time.Hour)}, nil
			}
			s.aws = func(_ context.Context, x exchanged) (session.Credentials, error) {
				if x.link.Kind == session.AssumeRole && x.from.AccessKeyID != "" || c.good && x.from.Bearer.Reveal() == "token 2" {
					return s.keys(time.Hour), nil
				}
				return session.Credentials{}, refusal(c.reason)
			}
			_, err := s.get(c.chain)
			if want := c.good && c.asked == 2; (err == nil) != want || len(s.based) != c.asked {
				t.Errorf("asked %d times: %v", len(s.based), err)
			}
		})
	}
	s := newScript(t)
	s.base = func(_ context.Context, _ session.Link, o session.BaseOptions) (session.Credentials, error) {
		if o.Refused {
			return session.Credentials{}, session.ErrNoPerson
		}
		return session.Credentials{Bearer: secret.New("token")}, nil
	}
	s.aws = func(context.Context, exchanged) (session.Credentials, error) {
		return session.Credentials{}, refusal(session.BadSource)
	}
	if _, err := s.get(portal()); !errors.Is(err, session.ErrNoPerson) || len(s.calls) != 1 {
		t.Errorf("%d calls: %v", len(s.calls), err)
	}
}

// broken is a cache that keeps nothing, or gives what is none.
type broken struct {
	*cache.Store
	put  error
	gets []byte
}

func (b broken) Put(name string, value []byte, until time.Time) error {
	if b.put != nil {
		return b.put
	}
	return b.Store.Put(name, value, until)
}

func (b broken) Get(name string) ([]byte, bool) {
	if b.gets != nil {
		return b.gets, true
	}
	return b.Store.Get(name)
}

// TestCacheThatKeepsNothing costs a line, however many links there are, and not the
// credentials.
func TestCacheThatKeepsNothing(t *testing.T) {
	s := newScript(t)
	s.cache = broken{Store: s.store, put: errors.New("no space left")}
	s.must(process(role(nil), role(func(l *session.Link) { l.RoleARN = roleB })))
	if len(s.said) != 1 || s.said[0] != "the cache cannot be used, so that this session is not kept: no space left" {
		t.Errorf("said %q", s.said)
	}
	if s.retriever().Kept(process(role(nil))) {
		t.Error("said to be kept")
	}
}

// TestNoCredentialsInTheCache: an entry that is none is got again.
func TestNoCredentialsInTheCache(t *testing.T) {
	for _, data := range []string{"no JSON", "{}", `{"ID":"AKIA"}`, `{"Secret":"s"}`, `{"ID":"AKIA","Secret":"s","Expires":"soon"}`} {
		s := newScript(t)
		s.cache = broken{Store: s.store, gets: []byte(data)}
		if got := s.must(process(role(nil))); len(s.calls) != 1 || !strings.HasPrefix(got.AccessKeyID, "ASIA") {
			t.Errorf("%s: served", data)
		}
		if n := s.retriever().State(process()); !n[0].IsZero() {
			t.Errorf("%s: said to be cached until %s", data, n[0])
		}
	}
}

// TestKeysAtHand are served with no cache, and no lock.
func TestKeysAtHand(t *testing.T) {
	s := newScript(t)
	s.cache = lockless{s.store, errors.New("no place")}
	for _, chain := range []session.Chain{plain(), {{Kind: session.Environment}}} {
		s.must(chain)
		if len(s.said) > 0 || !s.retriever().Kept(chain) {
			t.Errorf("said %q", s.said)
		}
	}
}

// TestHit touches no lock, so that it waits for nobody.
func TestHit(t *testing.T) {
	s := newScript(t)
	chain := process(role(nil))
	first := s.must(chain)
	s.cache = lockless{s.store, errors.New("no place")}
	if got := s.must(chain); got.AccessKeyID != first.AccessKeyID || len(s.said) > 0 {
		t.Errorf("said %q", s.said)
	}
}

// TestServedThoughItFails: what is left is served and the reason told, but not in the
// last minute.
func TestServedThoughItFails(t *testing.T) {
	s := newScript(t)
	chain := process(role(nil))
	first := s.must(chain)
	s.aws = func(context.Context, exchanged) (session.Credentials, error) {
		return session.Credentials{}, refusal(session.Denied)
	}
	s.clock = first.Expires.Add(-61 * time.Second)
	if got, err := s.get(chain); err != nil || got.AccessKeyID != first.AccessKeyID || len(s.served) != 1 {
		t.Errorf("%v, told %v", err, s.served)
	}
	s.clock = first.Expires.Add(-time.Minute)
	if _, err := s.get(chain); err == nil || len(s.served) != 1 {
		t.Errorf("%v, told %v", err, s.served)
	}
}

// TestShortLives: of a session of less than an hour a quarter is what must be left; AWS
// gives an hour as up to a minute less.
func TestShortLives(t *testing.T) {
	for life, renewed := range map[time.Duration]time.Duration{
		time.Hour: 16 * time.Minute, 59 * time.Minute: 16 * time.Minute, 58 * time.Minute: 14*time.Minute + 30*time.Second, 20 * time.Minute: 5 * time.Minute,
	} {
		s := newScript(t)
		s.refresh = 24 * time.Hour
		s.base = func(context.Context, session.Link, session.BaseOptions) (session.Credentials, error) {
			return s.keys(life), nil
		}
		first := s.must(process())
		for left, fresh := range map[time.Duration]bool{renewed + time.Second: true, renewed: false} {
			s.clock = first.Expires.Add(-left)
			if _, got := s.retriever().Fresh(process().Key()); got != fresh {
				t.Errorf("of %s, %s are left: fresh %v", life, left, got)
			}
		}
	}
}

// TestWaitForAnother: who has the lock is waited for no longer than patience allows,
// and whoever waits for a while is told for what.
func TestWaitForAnother(t *testing.T) {
	s := newScript(t)
	chain := process(role(nil))
	unlock, err := s.store.Lock(t.Context(), chain[:1].Key())
	if err != nil {
		t.Fatal(err)
	}
	waiting := &heldPerson{script: s}
	r := s.retriever()
	r.Person, r.Patience = waiting, 20*time.Millisecond
	_, err = r.Retrieve(t.Context(), chain, session.Options{Since: s.clock})
	late, ok := errors.AsType[*session.WaitError](err)
	if !ok || late.After != r.Patience {
		t.Errorf("%v", err)
	}
	if told := waiting.told.Load(); told != chain[:1].Key() {
		t.Errorf("told of %v", told)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	r.Patience = time.Hour
	if _, err := r.Retrieve(ended, chain, session.Options{Since: s.clock}); !errors.Is(err, context.Canceled) || errors.As(err, new(*session.WaitError)) {
		t.Errorf("%v", err)
	}
	unlock()
	if _, err := r.Retrieve(t.Context(), chain, session.Options{Since: s.clock}); err != nil {
		t.Error(err)
	}
	// A lock that cannot be had at all is no wait.
	s.cache = lockless{s.store, errors.New("no place")}
	r = s.retriever()
	r.Patience = time.Hour
	if _, err := r.Retrieve(t.Context(), chain, session.Options{Force: true, Since: s.clock}); err != nil || len(s.said) != 1 {
		t.Errorf("%v, said %q", err, s.said)
	}
}

// heldPerson hears what is waited for. It is slow to see that the wait is over, and
// nothing goes on before it has.
type heldPerson struct {
	*script
	told atomic.Value
}

func (p *heldPerson) Held(ctx context.Context, lock string) {
	<-ctx.Done() // or the wait for it would never end
	for range 1000 {
		runtime.Gosched()
	}
	p.told.Store(lock)
}

// TestWhatIsLeft: what Spare, Fresh, Kept and State say of a session, by what is left.
func TestWhatIsLeft(t *testing.T) {
	s := newScript(t)
	chain := process(role(nil))
	got := s.must(chain)
	for _, c := range []struct {
		left               time.Duration
		fresh, spare, kept bool
	}{
		{time.Hour, true, false, true},
		{11 * time.Minute, true, false, true},
		{10 * time.Minute, false, true, true},
		{9 * time.Minute, false, true, true},
		{61 * time.Second, false, true, true},
		{time.Minute, false, false, true},
		{time.Second, false, false, true},
		{-time.Second, false, false, false},
	} {
		s.clock = got.Expires.Add(-c.left)
		r := s.retriever()
		_, fresh := r.Fresh(chain.Key())
		_, spare := r.Spare(chain)
		if fresh != c.fresh || spare != c.spare || r.Kept(chain) != c.kept {
			t.Errorf("%s left: fresh %v, spare %v, kept %v", c.left, fresh, spare, r.Kept(chain))
		}
		if state := r.State(chain); !state[1].IsZero() != c.kept || c.kept && !state[1].Equal(got.Expires) {
			t.Errorf("%s left: until %s", c.left, state)
		}
	}
	if _, spare := s.retriever().Spare(process(role(func(l *session.Link) { l.RoleARN = roleB }))); spare {
		t.Error("something is left of what never was")
	}
}

// TestDrop: the session alone, or all that led to it.
func TestDrop(t *testing.T) {
	s := newScript(t)
	chain := process(role(nil), role(func(l *session.Link) { l.RoleARN = roleB }))
	s.must(chain)
	if n, err := s.retriever().Drop(chain, false); n != 1 || err != nil {
		t.Errorf("dropped %d: %v", n, err)
	}
	if state := s.retriever().State(chain); !state[2].IsZero() || state[1].IsZero() || state[0].IsZero() {
		t.Errorf("%s", state)
	}
	if n, err := s.retriever().Drop(chain, true); n != 2 || err != nil {
		t.Errorf("dropped %d: %v", n, err)
	}
	if n, err := s.retriever().Drop(chain, true); n != 0 || err != nil {
		t.Errorf("dropped %d: %v", n, err)
	}
}

// unreadable is a cache whose entries cannot be read for now: its key is not at hand,
// or the clock is ahead.
type unreadable struct{ session.Cache }

func (unreadable) Get(string) ([]byte, bool) { return nil, false }

// TestDropUnreadable: what cannot be read now is dropped too, as it may be read later.
func TestDropUnreadable(t *testing.T) {
	s := newScript(t)
	chain := process(role(nil))
	s.must(chain)
	r := s.retriever()
	r.Cache = unreadable{r.Cache}
	if n, err := r.Drop(chain, true); n != 0 || err != nil {
		t.Errorf("dropped %d: %v", n, err)
	}
	if state := s.retriever().State(chain); !state[0].IsZero() || !state[1].IsZero() {
		t.Errorf("%s", state)
	}
}

// TestNames: nothing lies in the cache for a chain under a name that it does not give.
func TestNames(t *testing.T) {
	const hour = time.Hour
	for name, chain := range map[string]session.Chain{
		"a role that wants the code": user(role(func(l *session.Link) { l.Serial = phone })),
		"a role that is too long":    user(role(func(l *session.Link) { l.Duration = 4 * hour })),
		"a chain of roles":           process(role(nil), role(func(l *session.Link) { l.RoleARN, l.Duration = roleB, 2*hour })),
	} {
		s := newScript(t)
		s.aws = func(_ context.Context, x exchanged) (session.Credentials, error) {
			switch {
			case x.link.Serial != "" && x.code == "":
				return session.Credentials{}, refusal(session.Denied)
			case x.link.Kind == session.AssumeRole && x.d > hour:
				return session.Credentials{}, refusal(session.TooLong)
			}
			return s.keys(hour), nil
		}
		s.must(chain)
		all, err := s.store.List()
		if err != nil || len(all) < 3 {
			t.Fatalf("%+v, %v", all, err)
		}
		for _, entry := range all {
			if !slices.Contains(chain.Names(), entry.Name) {
				t.Errorf("%s: %s is not one of its names", name, entry.Name)
			}
		}
		if want := len(chain) * 3; len(chain.Names()) < want {
			t.Errorf("%d names", len(chain.Names()))
		}
	}
}

// TestOthersSession: a session that another process has made since is taken, also by
// who wants a new one; an older one is not.
func TestOthersSession(t *testing.T) {
	for name, c := range map[string]struct {
		force bool
		since time.Duration // when the request began, after the other's session
		life  time.Duration
		taken bool
	}{
		"a fresh one":                       {false, time.Minute, time.Hour, true},
		"a new one, while we waited":        {true, -time.Minute, time.Hour, true},
		"an older one, and a new is wanted": {true, time.Minute, time.Hour, false},
		"a new one that is short":           {false, -time.Minute, 2 * time.Minute, true},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScript(t)
			chain := process(role(nil))
			s.must(process())
			theirs := s.keys(c.life)
			s.cache = &meanwhile{Store: s.store, make: func() {
				s.aws = func(context.Context, exchanged) (session.Credentials, error) { return theirs, nil }
				other := s.retriever()
				other.Cache = s.store
				if _, err := other.Retrieve(t.Context(), chain, session.Options{Force: true, Since: s.clock}); err != nil {
					t.Error(err)
				}
				s.aws = func(context.Context, exchanged) (session.Credentials, error) { return s.keys(time.Hour), nil }
			}}
			got, err := s.retriever().Retrieve(t.Context(), chain, session.Options{Force: c.force, Since: s.clock.Add(c.since)})
			if err != nil || (got.AccessKeyID == theirs.AccessKeyID) != c.taken {
				t.Errorf("the other's: %v, %v", got.AccessKeyID == theirs.AccessKeyID, err)
			}
		})
	}
}

// TestOthersSessionAlone: so does who would have renewed it with nobody there.
func TestOthersSessionAlone(t *testing.T) {
	s := newScript(t)
	chain := process(role(nil))
	first := s.must(chain)
	s.clock = first.Expires.Add(-5 * time.Minute)
	var theirs session.Credentials
	s.cache = &meanwhile{Store: s.store, make: func() {
		other := s.retriever()
		other.Cache = s.store
		theirs, _ = other.Retrieve(t.Context(), chain, session.Options{Since: s.clock})
	}}
	calls := len(s.calls)
	got, err := s.retriever().Retrieve(t.Context(), chain, session.Options{Alone: true, Since: s.clock})
	if err != nil || got.AccessKeyID != theirs.AccessKeyID || got.AccessKeyID == first.AccessKeyID || len(s.calls) != calls+1 {
		t.Errorf("the other's: %v, after %d calls: %v", got.AccessKeyID == theirs.AccessKeyID, len(s.calls)-calls, err)
	}
}

// meanwhile is a cache to whose lock another process comes first.
type meanwhile struct {
	*cache.Store
	make func()
}

func (m *meanwhile) Lock(ctx context.Context, name string) (func(), error) {
	m.make()
	return m.Store.Lock(ctx, name)
}

func (m *meanwhile) TryLock(name string) (func(), bool, error) {
	m.make()
	return m.Store.TryLock(name)
}

// TestNotLong: where nobody waits, AWS and the portal have three seconds; a command of
// the user's has its own time. Where a user waits nothing is cut short.
func TestNotLong(t *testing.T) {
	for name, c := range map[string]struct {
		chain session.Chain
		quick bool
	}{
		"a process": {process(role(nil)), false},
		"a sign-in": {portal(), true},
		"aws login": {session.Chain{{Kind: session.Login, LoginARN: "arn:aws:iam::1:user/me"}, role(nil)}, true},
	} {
		for _, alone := range []bool{true, false} {
			s := newScript(t)
			limited := func(ctx context.Context) bool {
				end, ok := ctx.Deadline()
				return ok && time.Until(end) < 4*time.Second
			}
			var given []context.Context
			first := s.must(c.chain)
			s.clock = first.Expires.Add(-5 * time.Minute)
			if _, err := s.retriever().Drop(c.chain[:1], false); err != nil {
				t.Fatal(err)
			}
			s.base = func(ctx context.Context, _ session.Link, _ session.BaseOptions) (session.Credentials, error) {
				if c.quick {
					given = append(given, ctx)
				}
				if limited(ctx) != (alone && c.quick) {
					t.Errorf("%s: alone %v: the source's time is limited: %v", name, alone, limited(ctx))
				}
				return s.keys(time.Hour), nil
			}
			s.aws = func(ctx context.Context, _ exchanged) (session.Credentials, error) {
				given = append(given, ctx)
				if limited(ctx) != alone {
					t.Errorf("%s: alone %v: AWS's time is limited: %v", name, alone, limited(ctx))
				}
				return s.keys(time.Hour), nil
			}
			got, err := s.retriever().Retrieve(t.Context(), c.chain, session.Options{Alone: alone, Since: s.clock})
			if err != nil || got.AccessKeyID == first.AccessKeyID {
				t.Errorf("%s: alone %v: not renewed: %v", name, alone, err)
			}
			for _, ctx := range given {
				if over := ctx.Err() != nil; over != alone {
					t.Errorf("%s: alone %v: the time limit is removed: %v", name, alone, over)
				}
			}
		}
	}
	// Without a place for locks it is said, and renewed all the same.
	s := newScript(t)
	first := s.must(process(role(nil)))
	s.clock = first.Expires.Add(-5 * time.Minute)
	s.cache = lockless{s.store, errors.New("no place")}
	if got, err := s.retriever().Retrieve(t.Context(), process(role(nil)), session.Options{Alone: true, Since: s.clock}); err != nil || got.AccessKeyID == first.AccessKeyID || len(s.said) != 1 {
		t.Errorf("%v, said %q", err, s.said)
	}
}

// TestNoClient: where none can be made (a CA bundle that cannot be read) its error is
// the answer, and nothing panics.
func TestNoClient(t *testing.T) {
	s := newScript(t)
	wrong := errors.New("CA bundle: none")
	r := s.retriever()
	r.API = func() (session.API, error) { return nil, wrong }
	if _, err := r.Retrieve(t.Context(), plain(role(nil)), session.Options{Since: s.clock}); !errors.Is(err, wrong) {
		t.Errorf("%v", err)
	}
	first := s.must(process(role(nil)))
	s.clock = first.Expires.Add(-5 * time.Minute)
	if got, err := r.Retrieve(t.Context(), process(role(nil)), session.Options{Alone: true, Since: s.clock}); err != nil || got.AccessKeyID != first.AccessKeyID || len(s.served) != 1 || !errors.Is(s.served[0], wrong) {
		t.Errorf("%v, served %v", err, s.served)
	}
}

// TestApart: what the process that sends the code says comes back as it is; where it
// cannot be started the exchange is made here.
func TestApart(t *testing.T) {
	there := func(s *script, answer []byte, err error) *session.Retriever {
		r := s.retriever()
		r.Apart = func(context.Context, []byte) ([]byte, error) { return answer, err }
		return r
	}
	for name, c := range map[string]struct {
		answer []byte
		err    error
		here   int // calls made by this process
		says   string
	}{
		"not started":   {nil, nil, 1, ""},
		"ended":         {nil, errors.New("ended"), 0, "ended"},
		"it has failed": {[]byte("panic"), nil, 0, "the process that sends the code to AWS has failed"},
		"no client":     {[]byte(`{"Failed":"CA bundle: none"}`), nil, 0, "CA bundle: none"},
		"refused":       {[]byte(`{"Refused":{"Op":"GetSessionToken","Code":"AccessDenied","Message":"no","Reason":"denied"}}`), nil, 0, "GetSessionToken: AccessDenied: no"},
		"done":          {[]byte(`{"Got":{"ID":"ASIA1","Secret":"s","Expires":"2026-05-05T12:00:00Z","Issued":"2026-05-04T12:00:00Z"}}`), nil, 0, ""},
	} {
		s := newScript(t)
		_, err := there(s, c.answer, c.err).Retrieve(t.Context(), user(), session.Options{Since: s.clock})
		if len(s.calls) != c.here || (err == nil) != (c.says == "") || err != nil && err.Error() != c.says {
			t.Errorf("%s: %d calls, %v", name, len(s.calls), err)
		}
	}
	// A code that a command gives is redeemed here: it gives the next one when asked.
	s := newScript(t)
	s.code = func(session.CodeQuestion) (session.Code, error) { return session.Code{Text: secret.New("111111")}, nil }
	if _, err := there(s, nil, errors.New("started")).Retrieve(t.Context(), user(), session.Options{Since: s.clock}); err != nil || len(s.calls) != 1 {
		t.Errorf("%d calls, %v", len(s.calls), err)
	}

	// Finish gives an error that is not AWS's in words.
	var order []byte
	r := newScript(t).retriever()
	r.Apart = func(_ context.Context, data []byte) ([]byte, error) { order = data; return nil, errors.New("later") }
	_, _ = r.Retrieve(t.Context(), user(), session.Options{})
	s = newScript(t)
	r = s.retriever()
	r.API = func() (session.API, error) { return nil, errors.New("CA bundle: none") }
	if made, err := r.Finish(t.Context(), order); err != nil || string(made.Answer) != `{"Failed":"CA bundle: none"}` || made.Err == nil {
		t.Errorf("%s, %v", made.Answer, err)
	}
	if strings.Contains(fmt.Sprint(s.said), "AKIA") {
		t.Errorf("said %q", s.said)
	}
	for _, data := range []string{`{"Chain":[{"Kind":"keys"}],"From":{"ID":"AKIA","Secret":"s"},"Code":"1"}`, `{"Chain":[],"From":{"ID":"AKIA","Secret":"s"},"Code":"1"}`, string(order) + "}"} {
		if _, err := s.retriever().Finish(t.Context(), []byte(data)); err == nil || len(s.calls) > 0 {
			t.Errorf("%s was carried out", data)
		}
	}
}

// TestWhoSharesAFailure: a failure of one link concerns those whose chain goes through
// it, and only who was there when it happened; that nobody was reached concerns nobody.
func TestWhoSharesAFailure(t *testing.T) {
	s := newScript(t)
	s.aws = func(_ context.Context, x exchanged) (session.Credentials, error) {
		return session.Credentials{}, refusal(session.Denied)
	}
	a, b := user(role(nil)), user(role(func(l *session.Link) { l.RoleARN = roleB }))
	if _, err := s.get(a); err == nil {
		t.Fatal("not denied")
	}
	_, err := s.retriever().Retrieve(t.Context(), b, session.Options{Since: s.clock.Add(-time.Second)})
	shared, ok := errors.AsType[*session.Failure](err)
	if !ok || shared.Kind != session.FailedDenied || session.ReasonOf(err) != session.Denied || shared.Profile != "user" || shared.Error() != "AssumeRole: AccessDenied: no" {
		t.Errorf("the session before both: %+v, %v", shared, err)
	}
	if _, err := s.retriever().Retrieve(t.Context(), b, session.Options{Since: s.clock}); err == nil || errors.As(err, new(*session.Failure)) {
		t.Errorf("who came when it was over: %v", err)
	}
	s = newScript(t)
	s.code = func(session.CodeQuestion) (session.Code, error) { return session.Code{}, session.ErrNoPerson }
	for range 2 {
		if _, err := s.retriever().Retrieve(t.Context(), a, session.Options{Since: s.clock.Add(-time.Second)}); !errors.Is(err, session.ErrNoPerson) || errors.As(err, new(*session.Failure)) {
			t.Errorf("%v", err)
		}
	}
	s = newScript(t)
	s.code = func(session.CodeQuestion) (session.Code, error) { return session.Code{}, session.ErrCancelled }
	for i := range 2 {
		if _, err := s.retriever().Retrieve(t.Context(), a, session.Options{Since: s.clock.Add(-time.Second)}); !errors.Is(err, session.ErrCancelled) || errors.As(err, new(*session.Failure)) != (i == 1) {
			t.Errorf("%v", err)
		}
	}
	if len(s.asked) != 1 {
		t.Errorf("asked %d times", len(s.asked))
	}
}
