package signin_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"guise/internal/signin"
	"guise/session"
)

// told notes what the user would be told, in times from the sign-in.
type told struct {
	began time.Time
	what  []string
}

func (t *told) Ends(_ session.Link, began, due, end time.Time) {
	t.began = began
	t.what = append(t.what, fmt.Sprintf("%s, due at %s", end.Sub(began).Round(time.Minute), due.Sub(began).Round(time.Minute)))
}
func (t *told) Unknown(session.Link) { t.what = append(t.what, "unknown") }
func (t *told) Over(session.Link)    { t.what = append(t.what, "over") }

// last is what was said last, each thing once.
func (t *told) last() []string {
	defer func() { t.what = nil }()
	return slices.Compact(t.what)
}

// TestEndings: the user is to be told 15 minutes before the learned end, or that of a token
// that cannot be renewed; what a token was given for knows from when on.
func TestEndings(t *testing.T) {
	b := newBench(t)
	b.hourly(8 * time.Hour)
	var e told
	b.endings = &e
	says := func(want ...string) {
		t.Helper()
		if got := e.last(); !slices.Equal(got, want) {
			t.Errorf("%q, want %q", got, want)
		}
	}
	b.must()
	says("unknown")
	b.work(day)
	says("unknown", "over")
	b.must()
	says("8h0m0s, due at 7h45m0s")
	got, err := b.sso().Token(t.Context(), b.link, session.BaseOptions{})
	if err != nil || !got.Tell.Equal(e.began.Add(8*time.Hour-signin.Notice)) {
		t.Errorf("%s, %v", got.Tell, err)
	}
	says("8h0m0s, due at 7h45m0s")
	if b.work(most(7*time.Hour + 30*time.Minute)); b.sso().EndsSoon(b.link) {
		t.Error("soon, with half an hour left")
	}
	if b.pass(16 * time.Minute); !b.sso().EndsSoon(b.link) {
		t.Error("not soon, with 14 minutes left")
	}
	e.last()
	if _, err := b.sso().SignOut(t.Context(), b.link, b.link.Place); err != nil {
		t.Fatal(err)
	}
	says("over")

	// One that is shorter than half an hour.
	b.link.Session = "short"
	b.hourly(20 * time.Minute)
	b.aws.SetLives(10*time.Minute, time.Hour)
	b.must()
	b.pass(11 * time.Minute)
	b.must()
	b.pass(10 * time.Minute)
	_, _ = b.token(session.BaseOptions{})
	e.last()
	b.must()
	says("20m0s, due at 10m0s")

	// One that cannot be renewed.
	b.link.Session, b.link.Scopes = "once", []string{"openid"}
	b.aws.SetLives(time.Hour, time.Hour)
	b.must()
	says("1h0m0s, due at 45m0s")
	if b.pass(50 * time.Minute); !b.sso().EndsSoon(b.link) {
		t.Error("not soon")
	}
}
