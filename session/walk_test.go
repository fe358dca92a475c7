package session_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"guise/internal/loopback"
	"guise/session"
)

// slow is a user who first gives the code that the device shows, whatever became of
// it, and looks again half a minute later where that is said to be used.
type slow struct {
	*bench
	again []string
}

func (s *slow) Code(ctx context.Context, q session.CodeQuestion) (session.Code, error) {
	if s.again = append(s.again, q.Complaint); strings.Contains(q.Complaint, "used already") {
		s.pass(30 * time.Second)
	}
	return s.bench.Code(ctx, q)
}

// TestCodeIsSentOnce: a code that was sent is not sent again while its device may show
// it, also where AWS has refused it or its answer was lost: AWS may have used it up.
func TestCodeIsSentOnce(t *testing.T) {
	for name, fault := range map[string]loopback.Fault{
		"denied": {Action: "GetSessionToken", Status: 403, Code: "AccessDenied"}, "the answer lost": {Action: "GetSessionToken", Drop: true},
	} {
		b := newBench(t)
		b.pass(30*time.Second - b.now().Sub(b.now().Truncate(30*time.Second))) // the device has just moved on
		person := &slow{bench: b}
		r := b.retriever()
		r.Person = person
		b.aws.Fail(fault)
		if _, err := r.Retrieve(t.Context(), b.chain("alice"), session.Options{Since: b.now()}); err == nil || len(person.again) != 1 {
			t.Fatalf("%s: %v after %d questions", name, err, len(person.again))
		}
		b.aws.Fail()
		if _, err := r.Retrieve(t.Context(), b.chain("alice"), session.Options{Since: b.now()}); err != nil || len(person.again) != 3 || !strings.Contains(person.again[2], "used already") {
			t.Errorf("%s: %v, asked %q", name, err, person.again)
		}
	}
}

// programs is another credential process's side: it gives the same keys each time.
type programs struct {
	keys session.Credentials
	runs int
}

func (p *programs) Get(context.Context, session.Link, session.BaseOptions) (session.Credentials, error) {
	p.runs++
	return p.keys, nil
}

// TestSourceThatStaysBad: a cached session that AWS no longer takes is made again once;
// where the new one is no better, that is the answer.
func TestSourceThatStaysBad(t *testing.T) {
	b := newBench(t)
	p := &programs{keys: b.must("alice")}
	role := b.chain("staging").Last()
	role.Serial = ""
	chain := session.Chain{{Kind: session.Process, Profile: "x", Command: "program"}, role}
	r := b.retriever()
	r.Base = p
	if _, err := r.Retrieve(t.Context(), chain, session.Options{Since: b.now()}); err != nil {
		t.Fatal(err)
	}
	b.aws.Fail(loopback.Fault{Action: "AssumeRole", Status: 403, Code: "ExpiredToken"})
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if _, err := r.Retrieve(ctx, chain, session.Options{Since: b.now()}); err != nil {
		t.Errorf("what is cached: %v", err)
	}
	b.pass(55 * time.Minute)
	if _, err := r.Drop(chain, false); err != nil {
		t.Fatal(err)
	}
	calls := len(b.aws.Calls("AssumeRole"))
	_, err := r.Retrieve(ctx, chain, session.Options{Since: b.now()})
	if n := len(b.aws.Calls("AssumeRole")) - calls; err == nil || ctx.Err() != nil || p.runs != 2 || n != 2 {
		t.Errorf("%v: the program was run %d times, and %d calls were made", err, p.runs, n)
	}
}

// TestLastMinuteIsNoSource: a role is not assumed from a session that has less than a
// minute left, though AWS would take it.
func TestLastMinuteIsNoSource(t *testing.T) {
	b := newBench(t)
	mfa := b.must("alice")
	b.pass(mfa.Left(b.now()) - 30*time.Second)
	b.must("staging")
	b.calls(t, 2, 1)
}

// TestOwnCodeIsRemembered: a role that wants a code of its own is assumed with the
// user's own keys from then on, also while the user has an MFA session.
func TestOwnCodeIsRemembered(t *testing.T) {
	b := newBench(t)
	b.must("staging")
	own := b.chain("vault")[0].AccessKeyID
	for range 2 {
		before := len(b.aws.Calls("AssumeRole"))
		b.pass(time.Minute) // the device shows another code
		b.must("vault")
		calls := b.aws.Calls("AssumeRole")
		if last := calls[len(calls)-1]; last.AccessKeyID != own || last.Code != "" {
			t.Errorf("assumed with %s, which is not the user's own key", last.AccessKeyID)
		}
		if n := len(calls) - before; before > 1 && n != 1 {
			t.Errorf("%d calls: the session was tried again", n)
		}
		b.pass(time.Hour)
	}
}
