package session_test

import (
	"context"
	"errors"
	"io/fs"
	"syscall"
	"testing"
	"time"

	"guise/cache"
	"guise/internal/loopback"
	"guise/session"
)

// TestWhenRenewed: how much is left of a session when it is renewed, by its life and
// by refresh_before.
func TestWhenRenewed(t *testing.T) {
	const second = time.Second
	for _, c := range []struct {
		profile string // alice lives 12 hours, staging one, short a quarter of one
		before  time.Duration
		left    time.Duration // of the session, when it is first renewed
	}{
		{"alice", session.DefaultRefreshBefore, 16 * time.Minute},
		{"alice", 10 * time.Minute, 10 * time.Minute},
		{"alice", 0, 0},
		{"alice", 24 * time.Hour, 3 * time.Hour},
		{"staging", session.DefaultRefreshBefore, 16 * time.Minute},
		{"staging", 10 * time.Minute, 10 * time.Minute},
		{"staging", 24 * time.Hour, 16 * time.Minute},
	} {
		b := newBench(t)
		first := b.must(c.profile)
		r := b.retriever()
		r.RefreshBefore = c.before
		b.pass(first.Left(b.now()) - c.left - 5*second)
		if _, fresh := r.Fresh(b.chain(c.profile).Key()); !fresh {
			t.Errorf("%s, %s: renewed with more than %s left", c.profile, c.before, c.left)
		}
		b.pass(10 * second)
		if _, fresh := r.Fresh(b.chain(c.profile).Key()); fresh {
			t.Errorf("%s, %s: not renewed with less than %s left", c.profile, c.before, c.left)
		}
	}
}

// TestAlone: a request that nobody waits at gets what is left at once, unless it can
// be renewed with nobody.
func TestAlone(t *testing.T) {
	alone := func(b *bench, profile string) (session.Credentials, error) {
		return b.retriever().Retrieve(t.Context(), b.chain(profile), session.Options{Since: b.now(), Alone: true})
	}
	lock := func(b *bench, profile string) {
		unlock, err := b.store.Lock(t.Context(), b.chain(profile)[:1].Key())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(unlock)
	}
	for name, c := range map[string]struct {
		profile string
		left    time.Duration
		given   func(b *bench) // what is the case when it is asked for
		renewed bool
		why     error // told to the user; nil: nothing is
		fails   error
	}{
		"a role behind a good session":   {"staging", 9 * time.Minute, func(*bench) {}, true, nil, nil},
		"nobody is there":                {"alice", 9 * time.Minute, func(b *bench) { b.absent.Store(true) }, false, session.ErrNoPerson, nil},
		"another process is at it":       {"alice", 9 * time.Minute, func(b *bench) { lock(b, "alice") }, false, nil, nil},
		"AWS fails":                      {"staging", 9 * time.Minute, func(b *bench) { b.aws.Fail(loopback.Fault{Status: 500, Code: "InternalFailure"}) }, false, &session.APIError{}, nil},
		"more than enough is left":       {"alice", 20 * time.Minute, func(b *bench) { b.absent.Store(true) }, false, nil, nil},
		"a minute is left, and nobody":   {"alice", 59 * time.Second, func(b *bench) { b.absent.Store(true) }, false, nil, session.ErrNoPerson},
		"a minute is left, and somebody": {"alice", 59 * time.Second, func(*bench) {}, true, nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			first := b.must(c.profile)
			b.pass(first.Left(b.now()) - c.left)
			c.given(b)
			got, err := alone(b, c.profile)
			if !errors.Is(err, c.fails) || c.fails == nil && (err != nil || (got.AccessKeyID != first.AccessKeyID) != c.renewed) {
				t.Errorf("renewed %v: %v", got.AccessKeyID != first.AccessKeyID, err)
			}
			switch {
			case c.why == nil && len(b.served) > 0, c.why != nil && len(b.served) != 1:
				t.Errorf("told %v", b.served)
			case c.why == nil:
			case !errors.Is(b.served[0], c.why) && !errors.As(b.served[0], new(*session.APIError)):
				t.Errorf("told %v", b.served[0])
			}
		})
	}
}

// TestAloneRests: renewing that has failed is not tried again at each call.
func TestAloneRests(t *testing.T) {
	b := newBench(t)
	first := b.must("alice")
	b.absent.Store(true)
	b.pass(first.Left(b.now()) - 9*time.Minute)
	for range 5 {
		if got, err := b.retriever().Retrieve(t.Context(), b.chain("alice"), session.Options{Since: b.now(), Alone: true}); err != nil || got.AccessKeyID != first.AccessKeyID {
			t.Fatal(err)
		}
	}
	if len(b.served) != 1 {
		t.Errorf("tried %d times", len(b.served))
	}
	b.absent.Store(false)
	b.pass(11 * time.Second)
	if got, err := b.retriever().Retrieve(t.Context(), b.chain("alice"), session.Options{Since: b.now(), Alone: true}); err != nil || got.AccessKeyID == first.AccessKeyID {
		t.Errorf("not tried again later: %v", err)
	}
}

// lockless is a cache whose locks cannot be had.
type lockless struct {
	*cache.Store
	err error
}

func (c lockless) Lock(context.Context, string) (func(), error) { return nil, c.err }

func (c lockless) TryLock(string) (func(), bool, error) { return nil, false, c.err }

// TestLockless: a lock that cannot be had costs a line, and not the credentials.
func TestLockless(t *testing.T) {
	for _, err := range []error{syscall.EROFS, syscall.EACCES, syscall.ENOSPC, syscall.ENOTDIR, syscall.EIO, syscall.EDQUOT, fs.ErrPermission, errors.New("any other")} {
		b := newBench(t)
		r := b.retriever()
		r.Cache = lockless{b.store, err}
		if _, failed := r.Retrieve(t.Context(), b.chain("prod"), session.Options{Since: b.now()}); failed != nil || len(b.said) != 1 {
			t.Errorf("%v: %v, said %q", err, failed, b.said)
		}
	}
	b := newBench(t)
	r := b.retriever()
	r.Cache = lockless{b.store, context.Canceled}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := r.Retrieve(ended, b.chain("prod"), session.Options{Since: b.now()}); !errors.Is(err, context.Canceled) {
		t.Errorf("a wait that was ended: %v", err)
	}
}

// TestPassingFailures are each request's own; a refusal is shared.
func TestPassingFailures(t *testing.T) {
	for name, c := range map[string]struct {
		fault  loopback.Fault
		shared bool
	}{
		"500":    {loopback.Fault{Status: 500, Code: "InternalFailure"}, false},
		"503":    {loopback.Fault{Status: 503, Code: "ServiceUnavailable"}, false},
		"429":    {loopback.Fault{Status: 429, Code: "Throttling"}, false},
		"reset":  {loopback.Fault{Drop: true}, false},
		"denied": {loopback.Fault{Status: 403, Code: "AccessDenied"}, true},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			began := b.now()
			b.aws.Fail(c.fault)
			if _, err := b.get("deploy"); err == nil {
				t.Fatal("no failure")
			}
			b.aws.Fail()
			_, err := b.retriever().Retrieve(t.Context(), b.chain("deploy"), session.Options{Since: began})
			if errors.As(err, new(*session.Failure)) != c.shared || !c.shared && err != nil {
				t.Errorf("%v", err)
			}
		})
	}
}
