package approval

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"guise/cache"
	"guise/internal/guard"
)

// key seals a cache for tests.
type key struct{}

func (key) Key(bool) ([]byte, error) { return make([]byte, 32), nil }
func (key) Forget() error            { return nil }
func (key) Settle() error            { return nil }

// bench is a book with a clock, and a user who says one thing.
type bench struct {
	t     *testing.T
	dir   string
	clock time.Time
	says  Answer
	fails error
	asked atomic.Int32
	last  Question
	hook  func() // while the question is open
}

func newBench(t *testing.T) *bench {
	return &bench{t: t, dir: t.TempDir(), clock: time.Date(2026, 1, 1, 9, 0, 0, 0, time.UTC), says: Answer{Yes: true, Where: "here"}}
}

func (b *bench) book() Book {
	now := func() time.Time { return b.clock }
	return Book{Cache: cache.Open(b.dir, key{}, now), Now: now}
}

func (b *bench) Approve(_ context.Context, q Question, answered func() (Answer, bool)) (Answer, error) {
	b.asked.Add(1)
	b.last = q
	if b.hook != nil {
		b.hook()
	}
	if answer, ok := answered(); ok {
		return answer, nil
	}
	b.clock = b.clock.Add(time.Second) // it takes a while
	return b.says, b.fails
}

func (b *bench) request() Request {
	return Request{Profile: "prod", Identity: "i", Members: []Member{{Name: "prod", Own: "15m"}}, Who: Requester{Unit: "u", Leader: "zsh", LeaderPID: 20}, Began: b.clock, Program: func() string { return "aws (pid 40)" }}
}

func (b *bench) ask(r Request, need guard.Approval) error {
	b.t.Helper()
	return b.book().Ask(b.t.Context(), r, need, b)
}

func (b *bench) wasAsked(n int32) {
	b.t.Helper()
	if got := b.asked.Swap(0); got != n {
		b.t.Errorf("asked %d times, not %d", got, n)
	}
}

var quarter = guard.Approval{For: 15 * time.Minute}

// TestNote: what is kept of an answer is read as it was written.
func TestNote(t *testing.T) {
	n := note{Answer{true, `in "another" window`}, time.Date(2026, 1, 1, 9, 0, 0, 123456789, time.UTC), "prod", "zsh", 4194304, true, 36*time.Hour + 1}
	for v, i := reflect.ValueOf(n), 0; i < v.NumField(); i++ {
		if v.Field(i).IsZero() {
			t.Errorf("%s is not tried", v.Type().Field(i).Name)
		}
	}
	for _, n := range []note{n, {At: n.At}} {
		data, err := json.Marshal(n)
		if got, ok := decode(data); !ok || err != nil || got != n {
			t.Errorf("%+v, %v %v", got, ok, err)
		}
	}
	for _, broken := range []string{"", "null", "[]", "{}", `{"Yes":true}`, `{"Yes":true,"At":7}`, `{"At":"yesterday"}`} {
		if got, ok := decode([]byte(broken)); ok {
			t.Errorf("%s: %+v", broken, got)
		}
	}
}

// TestYesLasts: a yes holds as long as it is set, and for that session, that profile and
// that identity alone.
func TestYesLasts(t *testing.T) {
	b := newBench(t)
	for range 3 {
		if err := b.ask(b.request(), quarter); err != nil {
			t.Fatal(err)
		}
	}
	b.wasAsked(1)
	for name, change := range map[string]func(r *Request){
		"session":  func(r *Request) { r.Who.Unit = "v" },
		"profile":  func(r *Request) { r.Profile = "dev" },
		"identity": func(r *Request) { r.Identity = "j" },
	} {
		r := b.request()
		change(&r)
		if ok, err := b.book().Approved(r, quarter); ok || err != nil {
			t.Errorf("another %s: %v, %v", name, ok, err)
		}
	}
	b.clock = b.clock.Add(14 * time.Minute)
	if ok, _ := b.book().Approved(b.request(), guard.Approval{For: 10 * time.Minute}); ok {
		t.Error("a time that is shorter now does not count")
	}
	if ok, _ := b.book().Approved(b.request(), quarter); !ok {
		t.Error("it ended too early")
	}
	b.clock = b.clock.Add(time.Minute)
	if ok, _ := b.book().Approved(b.request(), guard.Approval{For: time.Hour}); ok {
		t.Error("it lasts longer than was said")
	}
}

// TestNo: a no is an error that says to whom and where, and is shared for half a minute.
func TestNo(t *testing.T) {
	b := newBench(t)
	b.says = Answer{Where: "in another window"}
	for range 2 {
		err := b.ask(b.request(), quarter)
		if refused, ok := errors.AsType[*RefusedError](err); !ok || !strings.HasPrefix(err.Error(), "refused to aws (pid 40): you said no in another window") {
			t.Errorf("%v %v", refused, err)
		}
		b.clock = b.clock.Add(29 * time.Second)
	}
	b.wasAsked(1)
	b.clock = b.clock.Add(time.Second)
	b.says.Yes = true
	if err := b.ask(b.request(), quarter); err != nil {
		t.Error(err)
	}
	b.wasAsked(1)
}

// TestEach: with each, a yes is for the requests that began before it.
func TestEach(t *testing.T) {
	b := newBench(t)
	each := guard.Approval{Each: true}
	before := b.request()
	for range 2 {
		if err := b.ask(b.request(), each); err != nil {
			t.Fatal(err)
		}
		b.clock = b.clock.Add(time.Second)
	}
	b.wasAsked(2)
	if b.last.For != 0 || b.last.Allow() != "allow once" {
		t.Errorf("%+v", b.last)
	}
	if ok, err := b.book().Approved(before, each); !ok || err != nil {
		t.Error("one that waited is asked again")
	}
	if ok, _ := b.book().Approved(b.request(), quarter); ok {
		t.Error("a yes to one request is one for a while")
	}
}

// TestFifty: fifty calls while the question is open are one question.
func TestFifty(t *testing.T) {
	for name, need := range map[string]guard.Approval{"a while": quarter, "each": {Each: true}} {
		b := newBench(t)
		request, book := b.request(), b.book()
		var all sync.WaitGroup
		open := make(chan struct{})
		b.hook = func() { <-open }
		var late sync.WaitGroup
		for range 50 {
			late.Add(1)
			all.Go(func() {
				late.Done()
				if err := book.Ask(t.Context(), request, need, b); err != nil {
					t.Error(err)
				}
			})
		}
		late.Wait()
		close(open)
		all.Wait()
		if n := b.asked.Load(); n != 1 {
			t.Errorf("%s: %d questions", name, n)
		}
	}
}

// TestUntold: where it cannot be told who asks, each call is asked about, and nothing is kept
// that another call finds.
func TestUntold(t *testing.T) {
	b := newBench(t)
	for range 2 {
		r := b.request()
		r.Who.Unit = ""
		if err := b.ask(r, quarter); err != nil {
			t.Fatal(err)
		}
	}
	b.wasAsked(2)
	if all, err := b.book().List(); err != nil || len(all) != 0 {
		t.Errorf("%v, %v", all, err)
	}
}

// TestNobody: that nobody answered is no answer.
func TestNobody(t *testing.T) {
	b := newBench(t)
	b.fails = errors.New("nobody is there")
	for range 2 {
		if err := b.ask(b.request(), quarter); !errors.Is(err, b.fails) {
			t.Error(err)
		}
	}
	b.wasAsked(2)
	// The user answers in another window while the question is open here.
	b.hook = func() {
		if err := b.book().Answered(b.last, Answer{Yes: true, Where: "in another window"}); err != nil {
			t.Error(err)
		}
	}
	if err := b.ask(b.request(), quarter); err != nil {
		t.Error(err)
	}
}

// TestSource: an approved profile covers those that have it as their source, and not the
// reverse.
func TestSource(t *testing.T) {
	b := newBench(t)
	if err := b.ask(b.request(), quarter); err != nil {
		t.Fatal(err)
	}
	role := b.request()
	role.Profile, role.Identity = "audit", "j"
	role.Members = []Member{{Name: "audit"}, {Name: "prod", Own: "15m", Identity: func() string { return "i" }}}
	if ok, err := b.book().Approved(role, quarter); !ok || err != nil {
		t.Errorf("%v, %v", ok, err)
	}
	agent := role
	agent.Agents = true
	if ok, _ := b.book().Approved(agent, quarter); ok {
		t.Error("an agent is asked about for each profile")
	}
	own := role
	own.Members = []Member{{Name: "audit", Own: "1h"}, role.Members[1]}
	if ok, _ := b.book().Approved(own, quarter); ok {
		t.Error("what the role itself wants is passed over")
	}
	for _, text := range []string{"each", "1m"} {
		each := role
		each.Members = []Member{{Name: "audit"}, {Name: "prod", Own: text, Identity: func() string { return "i" }}}
		b.clock = b.clock.Add(time.Minute)
		if ok, _ := b.book().Approved(each, quarter); ok {
			t.Errorf("%s of the source is passed over", text)
		}
	}
	b = newBench(t)
	role.Began = b.clock
	if err := b.ask(role, quarter); err != nil {
		t.Fatal(err)
	}
	if ok, _ := b.book().Approved(b.request(), quarter); ok {
		t.Error("who may have the role may have what it is assumed from")
	}
}

// TestGrant: `use` approves its terminal, but no agent's, and not where each request is asked about.
func TestGrant(t *testing.T) {
	b := newBench(t)
	agent, untold := b.request(), b.request()
	agent.Who.Agent, untold.Who.Unit = "claude", ""
	for _, c := range []struct {
		r    Request
		need guard.Approval
		ok   bool
	}{{agent, quarter, false}, {untold, quarter, false}, {b.request(), guard.Approval{Each: true}, false}, {b.request(), guard.Approval{}, false}, {b.request(), quarter, true}} {
		if err := b.book().Grant(c.r, c.need); err != nil {
			t.Error(err)
		}
		if ok, _ := b.book().Approved(c.r, quarter); ok != c.ok {
			t.Errorf("%+v, %+v: %v", c.r.Who, c.need, ok)
		}
		if b.book().IsAnswered(c.r.id()) != c.ok {
			t.Errorf("%+v, %+v: an answer is kept: %v", c.r.Who, c.need, !c.ok)
		}
	}
}

// TestListAndDrop: approvals are listed, refusals are not, and those of a profile can be
// removed.
func TestListAndDrop(t *testing.T) {
	b := newBench(t)
	_ = b.ask(b.request(), quarter)
	dev := b.request()
	dev.Profile, dev.Who = "dev", Requester{Unit: "a", Leader: "claude", LeaderPID: 7, Agent: "claude"}
	_ = b.ask(dev, quarter)
	no := b.request()
	no.Profile, b.says.Yes = "ops", false
	_ = b.ask(no, quarter)
	all, err := b.book().List()
	if err != nil || len(all) != 2 {
		t.Fatalf("%+v, %v", all, err)
	}
	if n, err := b.book().Drop("dev"); n != 1 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
	all, _ = b.book().List()
	if len(all) != 1 || all[0].Profile != "prod" || all[0].Of() != "zsh (pid 20)" || !all[0].Expires.After(b.clock.Add(14*time.Minute)) {
		t.Errorf("%+v", all)
	}
	if ok, _ := b.book().Approved(dev, quarter); ok {
		t.Error("it holds still")
	}
}

// TestSealed: nothing of an approval lies in clear, and one that was put there by another
// hand, or under another name, is none.
func TestSealed(t *testing.T) {
	b := newBench(t)
	if err := b.ask(b.request(), quarter); err != nil {
		t.Fatal(err)
	}
	entries, err := filepath.Glob(filepath.Join(b.dir, "sessions", prefix+"*"))
	if err != nil || len(entries) != 1 {
		t.Fatal(entries, err)
	}
	data, err := os.ReadFile(entries[0])
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"prod", "zsh", "here"} {
		if strings.Contains(string(data), text) {
			t.Errorf("%s lies in clear", text)
		}
	}
	other := b.request()
	other.Who.Unit = "v"
	if err := os.WriteFile(filepath.Join(b.dir, "sessions", prefix+other.id()), data, 0o600); err != nil {
		t.Fatal(err)
	}
	if ok, _ := b.book().Approved(other, quarter); ok {
		t.Error("a copy under another session's name is taken")
	}
	b.clock = b.clock.Add(-time.Hour)
	if ok, _ := b.book().Approved(b.request(), quarter); ok {
		t.Error("an answer from the future is taken")
	}
}
