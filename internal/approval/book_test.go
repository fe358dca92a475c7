package approval

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"guise/internal/guard"
)

// TestHolds: to which requests an answer is one, and until when.
func TestHolds(t *testing.T) {
	b := newBench(t)
	book := b.book()
	at := b.clock
	each := guard.Approval{Each: true}
	for name, c := range map[string]struct {
		n     note
		need  guard.Approval
		began time.Duration // after the answer
		now   time.Duration
		want  bool
	}{
		"a no":                              {need: quarter, now: refusedFor - 1, want: true},
		"a no that is over":                 {need: quarter, now: refusedFor},
		"a yes":                             {n: note{Answer: Answer{Yes: true}, For: time.Hour}, need: quarter, began: 1, now: 15*time.Minute - 1, want: true},
		"a yes for longer than wanted now":  {n: note{Answer: Answer{Yes: true}, For: time.Hour}, need: quarter, began: 1, now: 15 * time.Minute},
		"a yes for shorter than wanted now": {n: note{Answer: Answer{Yes: true}, For: time.Minute}, need: quarter, began: 1, now: time.Minute},
		"a yes to one, before it":           {n: note{Answer: Answer{Yes: true}, Once: true}, need: quarter, began: -1, now: time.Hour, want: true},
		"a yes to one, after it":            {n: note{Answer: Answer{Yes: true}, Once: true, For: time.Hour}, need: quarter, began: 1},
		"a yes for a while, now each":       {n: note{Answer: Answer{Yes: true}, For: time.Hour}, need: each, began: 1},
		"the same, before it":               {n: note{Answer: Answer{Yes: true}, For: time.Hour}, need: each, began: -1, want: true},
	} {
		c.n.At = at
		b.clock = at.Add(c.now)
		if got := book.holds(c.n, c.need, at.Add(c.began)); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// TestErrors: a no says to whom, where and, where it is not of now, when it was said.
func TestErrors(t *testing.T) {
	for want, err := range map[string]error{
		"refused to aws: you said no here":                                                &RefusedError{Program: "aws", Answer: Answer{Where: "here"}},
		"refused to aws: you said no here 1 second ago":                                   &RefusedError{Program: "aws", Answer: Answer{Where: "here"}, Ago: 1},
		"refused to aws: you said no here 12 seconds ago":                                 &RefusedError{Program: "aws", Answer: Answer{Where: "here"}, Ago: 12 * time.Second},
		"refused to claude, an agent (by CLAUDECODE): why":                                &DeniedError{Program: "claude", By: "CLAUDECODE", Why: "why"},
		"prod: a program waits for your approval, and an agent (by codex) cannot give it": &AgentError{Profile: "prod", By: "codex"},
		"allow once":    errors.New(Question{}.Allow()),
		"allow for 15m": errors.New(Question{For: 15 * time.Minute}.Allow()),
	} {
		if err.Error() != want {
			t.Errorf("%q, not %q", err, want)
		}
		refusal, ok := err.(interface{ Refused() bool })
		if refuses := strings.HasPrefix(want, "refused"); refuses != (ok && refusal.Refused()) {
			t.Errorf("%q is a refusal to the log: %v", want, ok)
		}
	}
}

// TestSaid: what an answer means is said: to whom, and for how long.
func TestSaid(t *testing.T) {
	for _, c := range []struct {
		lasts time.Duration
		yes   bool
		want  string
	}{
		{15 * time.Minute, true, "prod: approved for claude, for 15m"},
		{0, true, "prod: approved for claude, this once"},
		{15 * time.Minute, false, "prod: refused to claude"},
		{0, false, "prod: refused to claude"},
	} {
		if got := (Question{Profile: "prod", For: c.lasts}).Said(c.yes, "claude"); got != c.want {
			t.Errorf("%q, not %q", got, c.want)
		}
	}
}

// TestAgo: a no from before says when it was; one of now does not.
func TestAgo(t *testing.T) {
	b := newBench(t)
	b.says = Answer{Where: "here"}
	first := b.ask(b.request(), quarter)
	b.clock = b.clock.Add(12 * time.Second)
	second := b.ask(b.request(), quarter)
	if first.Error() != "refused to aws (pid 40): you said no here" || second.Error() != "refused to aws (pid 40): you said no here 12 seconds ago" {
		t.Errorf("%v; %v", first, second)
	}
}

// TestUnitless: what lies under the name of no unit is an answer to nobody.
func TestUnitless(t *testing.T) {
	b := newBench(t)
	r := b.request()
	r.Who.Unit = ""
	if err := b.book().Answered(Question{ID: r.id(), Profile: r.Profile, For: time.Hour}, Answer{Yes: true}); err != nil {
		t.Fatal(err)
	}
	if ok, err := b.book().Approved(r, quarter); ok || err != nil {
		t.Errorf("%v, %v", ok, err)
	}
	if err := b.ask(r, quarter); err != nil {
		t.Error(err)
	}
	b.wasAsked(1)
	if b.last.For != 0 || b.last.ID == r.id() {
		t.Errorf("%+v", b.last)
	}
	first := b.last.ID
	r.Began = r.Began.Add(1)
	if err := b.ask(r, quarter); err != nil {
		t.Error(err)
	}
	if b.wasAsked(1); b.last.ID == first {
		t.Error("two calls are one question")
	}
}

// TestNoSource: an answer that is none, or a no, to the source is no yes to who has it.
func TestNoSource(t *testing.T) {
	b := newBench(t)
	role := b.request()
	role.Profile = "audit"
	role.Members = []Member{{Name: "prod", Own: "15m", Identity: func() string { return "i" }}}
	if ok, err := b.book().Approved(role, quarter); ok || err != nil {
		t.Errorf("with no answer: %v, %v", ok, err)
	}
	b.says.Yes = false
	_ = b.ask(b.request(), quarter)
	if ok, _ := b.book().Approved(role, quarter); ok {
		t.Error("after a no")
	}
	b.clock = b.clock.Add(time.Minute)
	b.says.Yes = true
	if err := b.ask(b.request(), quarter); err != nil {
		t.Fatal(err)
	}
	if ok, _ := b.book().Approved(role, quarter); !ok {
		t.Error("not after a yes")
	}
	for name, m := range map[string]Member{
		"cannot be read": {Name: "x", Own: "soon"},
		"wants each":     {Name: "x", Own: "each", Identity: func() string { return "i" }},
		"has no chain":   {Name: "x", Own: "15m"},
		"was not asked":  {Name: "x", Own: "15m", Identity: func() string { return "i" }},
	} {
		r := role
		r.Members = append([]Member{m}, role.Members...)
		if ok, _ := b.book().Approved(r, quarter); ok {
			t.Errorf("beside one that %s", name)
		}
	}
	if _, err := Needs(guard.Rules{}, []Member{{Name: "a", Own: "soon"}, {Name: "b", Own: "15m"}}); err == nil {
		t.Error("what cannot be read is passed over")
	}
}

// broken is a cache of which some things do not work.
type broken struct {
	Cache
	lock, delete, put error
	locks             int
}

func (c *broken) Lock(ctx context.Context, name string) (func(), error) {
	c.locks++
	if c.lock != nil {
		return nil, c.lock
	}
	return c.Cache.Lock(ctx, name)
}

func (c *broken) Delete(name string) error {
	if c.delete != nil {
		return c.delete
	}
	return c.Cache.Delete(name)
}

func (c *broken) Put(name string, value []byte, expires time.Time) error {
	if c.put != nil {
		return c.put
	}
	return c.Cache.Put(name, value, expires)
}

// TestCacheFails: where nothing can be locked or kept, each call asks; where nothing can be
// removed, that is said; and who has given up asks nobody.
func TestCacheFails(t *testing.T) {
	b := newBench(t)
	fails := errors.New("no room")
	c := &broken{Cache: b.book().Cache, lock: fails, put: fails}
	book := b.book()
	book.Cache = c
	for range 2 {
		if err := book.Ask(t.Context(), b.request(), quarter, b); err != nil {
			t.Error(err)
		}
	}
	b.wasAsked(2)
	c.put = nil // an answer that is kept counts, with no lock too
	b.clock = b.clock.Add(time.Hour)
	for range 2 {
		if err := book.Ask(t.Context(), b.request(), quarter, b); err != nil {
			t.Error(err)
		}
	}
	b.wasAsked(1)
	b.says.Yes = false
	b.clock = b.clock.Add(time.Hour)
	for range 2 {
		if err := book.Ask(t.Context(), b.request(), quarter, b); !errors.As(err, new(*RefusedError)) {
			t.Error(err)
		}
	}
	b.wasAsked(1)
	b.says.Yes = true
	b.clock = b.clock.Add(time.Hour)
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errors.New("the caller is gone"))
	if err := book.Ask(ctx, b.request(), quarter, b); err == nil || err.Error() != "the caller is gone" {
		t.Error(err)
	}
	b.wasAsked(0)
	c.put, c.delete = nil, fails
	if err := b.ask(b.request(), quarter); err != nil {
		t.Fatal(err)
	}
	if n, err := book.Drop("prod"); n != 0 || !errors.Is(err, fails) {
		t.Errorf("%d, %v", n, err)
	}
}

// TestKept: how long each answer is kept, which is what a sealed entry says of its end.
func TestKept(t *testing.T) {
	for name, c := range map[string]struct {
		yes   bool
		need  guard.Approval
		lasts time.Duration
	}{
		"a yes": {true, quarter, 15 * time.Minute}, "a yes to one": {true, guard.Approval{Each: true}, 5 * time.Minute}, "a no": {false, quarter, 30 * time.Second},
		"a no to one": {false, guard.Approval{Each: true}, 30 * time.Second},
	} {
		b := newBench(t)
		b.says.Yes = c.yes
		_ = b.ask(b.request(), c.need)
		ends, err := b.book().Cache.Ends()
		if err != nil || len(ends) != 1 {
			t.Fatal(name, ends, err)
		}
		for id, end := range ends {
			if got := end.Sub(b.clock); got != c.lasts+time.Second {
				t.Errorf("%s is kept for %v", name, got)
			}
			if !b.book().IsAnswered(strings.TrimPrefix(id, prefix)) || b.book().IsAnswered("other") {
				t.Errorf("%s: is it answered?", name)
			}
		}
	}
}

// TestAnsweredElsewhere: who answers in another window keeps the answer, and who has asked
// does not keep it again, with another end.
func TestAnsweredElsewhere(t *testing.T) {
	b := newBench(t)
	b.hook = func() {
		if err := b.book().Answered(b.last, Answer{Yes: true, Where: "in another window"}); err != nil {
			t.Error(err)
		}
		b.clock = b.clock.Add(10 * time.Minute) // until the one who has asked looks
	}
	if err := b.ask(b.request(), quarter); err != nil {
		t.Fatal(err)
	}
	all, err := b.book().List()
	if err != nil || len(all) != 1 || !all[0].Expires.Equal(b.clock.Add(5*time.Minute)) {
		t.Errorf("%+v, %v, now %v", all, err, b.clock)
	}
	// Another answer that lies there from before, to another question, is replaced.
	b = newBench(t)
	if err := b.book().Answered(Question{ID: b.request().id(), Profile: "prod", For: time.Minute}, Answer{Yes: true, Where: "long ago"}); err != nil {
		t.Fatal(err)
	}
	b.clock = b.clock.Add(10 * time.Second)
	before := b.request()
	if err := b.ask(before, guard.Approval{Each: true}); err != nil {
		t.Fatal(err)
	}
	if ok, _ := b.book().Approved(before, guard.Approval{Each: true}); !ok || b.asked.Load() != 1 {
		t.Errorf("%v, asked %d times", ok, b.asked.Load())
	}
}

// TestAskedMeanwhile: who waits for the one that asks takes its answer, a yes or a no.
func TestAskedMeanwhile(t *testing.T) {
	for _, yes := range []bool{true, false} {
		b := newBench(t)
		r := b.request()
		unlock, err := b.book().Cache.Lock(t.Context(), prefix+r.id())
		if err != nil {
			t.Fatal(err)
		}
		c := &broken{Cache: b.book().Cache}
		book := b.book()
		book.Cache = lockHook{c, func() {
			_ = book.Answered(Question{ID: r.id(), Profile: r.Profile, For: quarter.For}, Answer{Yes: yes})
			unlock()
		}}
		err = book.Ask(t.Context(), r, quarter, b)
		if (err == nil) != yes || !yes && !errors.As(err, new(*RefusedError)) {
			t.Errorf("%v: %v", yes, err)
		}
		b.wasAsked(0)
	}
}

// lockHook does something before a lock is waited for.
type lockHook struct {
	Cache
	before func()
}

func (c lockHook) Lock(ctx context.Context, name string) (func(), error) {
	c.before()
	return c.Cache.Lock(ctx, name)
}

// TestDropOff: what logout removes does not come back once a clock that was off is right
// again; a refusal, another profile's approval, and what is no approval stay.
func TestDropOff(t *testing.T) {
	for name, off := range map[string]time.Duration{"right": 0, "a day behind": -24 * time.Hour, "a day ahead": 24 * time.Hour} {
		b := newBench(t)
		if err := b.ask(b.request(), quarter); err != nil {
			t.Fatal(err)
		}
		dev, no, once := b.request(), b.request(), b.request()
		dev.Profile, no.Who.Unit, once.Who.Unit = "dev", "v", "w"
		if err := errors.Join(b.ask(dev, quarter), b.ask(once, guard.Approval{Each: true})); err != nil {
			t.Fatal(err)
		}
		b.says.Yes = false
		_ = b.ask(no, quarter)
		if err := b.book().Cache.Put("session", []byte("x"), b.clock.Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		right := b.clock
		b.clock = b.clock.Add(off)
		n, err := b.book().Drop("prod")
		b.clock = right
		if err != nil || (n == 1) != (off == 0) {
			t.Errorf("%s: %d, %v", name, n, err)
		}
		for _, r := range []Request{b.request(), once} {
			r.Began = right.Add(-time.Minute)
			if ok, _ := b.book().Approved(r, quarter); ok {
				t.Errorf("%s: it holds again", name)
			}
		}
		if ok, _ := b.book().Approved(dev, quarter); off == 0 && !ok {
			t.Errorf("%s: another profile's is gone", name)
		}
		if off == 0 && !b.book().IsAnswered(no.id()) {
			t.Errorf("%s: a refusal is gone", name)
		}
		if _, ok := b.book().Cache.Get("session"); !ok {
			t.Errorf("%s: what is no approval is gone", name)
		}
	}
}

// TestListOthers: what else is in the cache is no approval.
func TestListOthers(t *testing.T) {
	b := newBench(t)
	if err := b.ask(b.request(), quarter); err != nil {
		t.Fatal(err)
	}
	if err := b.book().Cache.Put("session", []byte(`{"Yes":true,"For":1}`), b.clock.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	once := b.request()
	once.Profile = "once"
	if err := b.ask(once, guard.Approval{Each: true}); err != nil {
		t.Fatal(err)
	}
	if all, err := b.book().List(); err != nil || len(all) != 1 || all[0].Profile != "prod" {
		t.Errorf("%+v, %v", all, err)
	}
}

// FuzzBook: whatever lies in the cache in an answer's place, only a yes in our own words that
// still holds is one.
func FuzzBook(f *testing.F) {
	f.Add([]byte(`{"Yes":true,"At":"2026-01-01T09:00:00Z","Profile":"prod","For":900000000000}`))
	f.Add([]byte(`{"Yes":true,"At":"2026-01-01T09:00:00Z","Once":true}`))
	f.Add([]byte(`{"Yes":true,"At":"9999-01-01T09:00:00Z","For":-1}`))
	f.Add([]byte("null"))
	b := &bench{dir: f.TempDir(), clock: time.Date(2026, 1, 1, 9, 0, 0, 0, time.UTC)}
	book := b.book()
	f.Fuzz(func(t *testing.T, data []byte) {
		r := b.request()
		if err := book.Cache.Put(prefix+r.id(), data, b.clock.Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		ok, err := book.Approved(r, quarter)
		if ok && err != nil {
			t.Errorf("both: %v", err)
		}
		n, read := book.read(r.id())
		if ok && (!read || !n.Yes || n.At.After(b.clock.Add(time.Minute)) || !n.Once && !b.clock.Before(n.At.Add(n.For))) {
			t.Errorf("%q is a yes: %+v", data, n)
		}
		if each, _ := book.Approved(r, guard.Approval{Each: true}); each && !r.Began.Before(n.At) {
			t.Errorf("%q is a yes to a request of later", data)
		}
		if _, err := book.List(); err != nil {
			t.Error(err)
		}
	})
}
