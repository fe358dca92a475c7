package signin_test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"guise/internal/loopback"
	"guise/internal/signin"
	"guise/session"
)

// work has programs ask for the token every half hour until the user is needed, or for a
// time, and returns how long that went well.
func (b *bench) work(at most) (worked time.Duration) {
	b.t.Helper()
	b.absent = true
	defer func() { b.absent = false }()
	for ; worked < time.Duration(at); worked += 30 * time.Minute {
		b.pass(30 * time.Minute)
		if _, err := b.token(session.BaseOptions{}); err != nil {
			return worked
		}
	}
	return worked
}

// most is how long somebody works at most.
type most time.Duration

// ends is how long the session is said to last still; 0 where nobody knows.
func (b *bench) ends() time.Duration {
	end := b.sso().State(b.link).EndsAbout
	if end.IsZero() {
		return 0
	}
	return end.Sub(b.now()).Round(time.Minute)
}

func (b *bench) saysEnds(want time.Duration) {
	b.t.Helper()
	if got := b.ends(); got != want {
		b.t.Errorf("ends in %s, want %s", got, want)
	}
}

// hourly makes tokens last an hour, and sessions a time.
func (b *bench) hourly(session time.Duration) {
	b.aws.SetLives(time.Hour, time.Hour)
	b.aws.SetSession(session)
}

const day = most(24 * time.Hour)

// TestSessionLasts: the second session is known to last as long as the first did, and how
// much of it is left.
func TestSessionLasts(t *testing.T) {
	b := newBench(t)
	b.hourly(8 * time.Hour)
	b.must()
	b.saysEnds(0)
	b.work(day)
	b.saysEnds(0) // it is over
	b.must()
	b.saysEnds(8 * time.Hour)
	b.work(most(3 * time.Hour))
	b.saysEnds(5 * time.Hour)
}

// TestSessionOutlivesTheGuess: where sessions have become longer, nothing is said from the
// moment that the old length is over, until an end was seen.
func TestSessionOutlivesTheGuess(t *testing.T) {
	b := newBench(t)
	b.hourly(4 * time.Hour)
	b.must()
	b.work(day)
	b.aws.SetSession(12 * time.Hour)
	b.must()
	b.saysEnds(4 * time.Hour)
	b.work(most(5 * time.Hour))
	b.saysEnds(0)
	b.work(day)
	b.must()
	b.saysEnds(12 * time.Hour)
}

// TestNoEndOfASession: what does not end a session teaches nothing: a sign-out by guise, a
// network that is gone, a throttled call, a registration that AWS has forgotten, a night.
func TestNoEndOfASession(t *testing.T) {
	for what, happens := range map[string]func(b *bench){
		"a sign-out": func(b *bench) {
			if _, err := b.sso().SignOut(b.t.Context(), b.link, b.link.Place); err != nil {
				b.t.Error(err)
			}
		},
		"no network": func(b *bench) { b.aws.Fail(loopback.Fault{Action: "CreateToken", Drop: true}); b.work(day) },
		"throttled": func(b *bench) {
			b.aws.Fail(loopback.Fault{Action: "CreateToken", Status: 429, Code: "TooManyRequestsException"})
			b.work(day)
		},
		"server error": func(b *bench) {
			b.aws.Fail(loopback.Fault{Action: "CreateToken", Status: 500, Code: "InternalServerException"})
			b.work(day)
		},
		"registration": func(b *bench) {
			b.aws.Fail(loopback.Fault{Action: "CreateToken", Status: 401, Code: "InvalidClientException"})
			b.work(day)
		},
		"a night": func(b *bench) { b.pass(16 * time.Hour); b.work(day) },
		"a clock that goes back": func(b *bench) {
			b.pass(-20 * time.Hour)
			b.aws.SetSkew(20 * time.Hour)
			b.aws.RevokeRefresh(true)
			b.absent = true
			_, _ = b.token(session.BaseOptions{Refused: true})
			b.absent = false
			b.aws.SetSkew(0)
		},
	} {
		t.Run(what, func(t *testing.T) {
			b := newBench(t)
			b.hourly(8 * time.Hour)
			b.must()
			b.work(most(2 * time.Hour))
			happens(b)
			b.aws.Fail()
			if _, err := b.token(session.BaseOptions{Force: true}); err != nil {
				t.Fatal(err)
			}
			b.saysEnds(0)
		})
	}
}

// TestLengthStays: a sign-out forgets who signed in, and not how long sessions last, which
// is a property of the portal.
func TestLengthStays(t *testing.T) {
	b := newBench(t)
	b.hourly(8 * time.Hour)
	b.must()
	b.work(day)
	b.must()
	if _, err := b.sso().SignOut(t.Context(), b.link, b.link.Place); err != nil {
		t.Fatal(err)
	}
	b.saysEnds(0)
	b.must()
	b.saysEnds(8 * time.Hour)
	other := b.link
	other.Session = "other" // another [sso-session] of the same portal is another person
	if state := b.sso().State(other); !state.EndsAbout.IsZero() {
		t.Errorf("%+v", state)
	}
}

// TestLengthFromAfter: a note in the format of a later version is neither read nor
// replaced.
func TestLengthFromAfter(t *testing.T) {
	b := newBench(t)
	b.hourly(8 * time.Hour)
	name, note := signin.Names(b.link)[2], []byte(`{"Version":2,"Seen":[{"Over":0,"Within":3600000000000}]}`)
	if err := b.store.Put(name, note, b.now().Add(30*24*time.Hour)); err != nil {
		t.Fatal(err)
	}
	b.must()
	b.saysEnds(0)
	b.work(day)
	b.must()
	if now, _ := b.store.Get(name); string(now) != string(note) {
		t.Errorf("%s", now)
	}
}

// TestLengthOfSharedToken: where the token is in the AWS CLI's file, its session is known
// as long as guise's own note is beside it: a sign-in by another tool is another session.
func TestLengthOfSharedToken(t *testing.T) {
	b := newBench(t)
	b.hourly(8 * time.Hour)
	share := func() {
		t.Helper()
		sso := b.sso()
		sso.Share = true
		if _, err := sso.Token(t.Context(), b.link, session.BaseOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	share()
	b.work(day)
	share()
	b.saysEnds(8 * time.Hour)
	found, _ := filepath.Glob(filepath.Join(b.dir, "sso", "*.json"))
	var values map[string]any
	data, err := os.ReadFile(found[0])
	if err != nil || json.Unmarshal(data, &values) != nil {
		t.Fatal(err)
	}
	delete(values, "guiseSignedIn") // as `aws sso login` writes the file
	data, _ = json.Marshal(values)
	if err := os.WriteFile(found[0], data, 0o600); err != nil {
		t.Fatal(err)
	}
	b.saysEnds(0)
}

// faster is an Identity Center at which another tool renews a token just before guise does.
type faster struct {
	signin.IdentityCenter
	renews func()
}

func (f faster) CreateToken(ctx context.Context, l session.Link, r signin.Registration, g signin.Grant) (signin.Token, error) {
	if !g.Refresh.Empty() {
		f.renews()
	}
	return f.IdentityCenter.CreateToken(ctx, l, r, g)
}

// TestRenewedByAnotherTool: where another tool has renewed the token that both share, guise
// takes what it got: the session has not ended.
func TestRenewedByAnotherTool(t *testing.T) {
	b := newBench(t)
	b.hourly(8 * time.Hour)
	other := b.sso()
	other.Share = true
	if _, err := other.Token(t.Context(), b.link, session.BaseOptions{}); err != nil {
		t.Fatal(err)
	}
	b.pass(57 * time.Minute)
	b.absent = true
	var theirs session.Credentials
	sso := b.sso()
	sso.Center = faster{sso.Center, func() {
		var err error
		if theirs, err = other.Token(t.Context(), b.link, session.BaseOptions{}); err != nil {
			t.Error(err)
		}
	}}
	ours, err := sso.Token(t.Context(), b.link, session.BaseOptions{})
	if err != nil || ours.Bearer.Reveal() != theirs.Bearer.Reveal() || ours.Left(b.now()) < 50*time.Minute {
		t.Errorf("%s left, %v", ours.Left(b.now()), err)
	}
	b.absent = false
	if _, err := sso.Token(t.Context(), b.link, session.BaseOptions{Force: true, Portal: b.link.Place}); err != nil {
		t.Fatal(err)
	}
	b.saysEnds(0)
}

// TestEndSeenByMany: of many processes that see a session end at once, one notes it.
func TestEndSeenByMany(t *testing.T) {
	b := newBench(t)
	b.hourly(8 * time.Hour)
	b.must()
	b.work(most(7*time.Hour + 30*time.Minute))
	b.absent = true
	b.pass(50 * time.Minute)
	var all sync.WaitGroup
	for range 10 {
		all.Go(func() {
			unlock, err := b.store.Lock(t.Context(), session.Chain{b.link}.Key())
			if err != nil {
				t.Error(err)
				return
			}
			defer unlock()
			_, _ = b.token(session.BaseOptions{})
		})
	}
	all.Wait()
	b.absent = false
	b.must()
	b.saysEnds(8 * time.Hour)
}
