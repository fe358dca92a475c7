package session_test

import (
	"errors"
	"testing"
	"time"

	"guise/session"
)

// TestClockSetBack: a session that was made before the clock was set back is not
// served past its real end; with a network there is another, without there is none.
func TestClockSetBack(t *testing.T) {
	for name, c := range map[string]struct {
		then, now time.Duration // how far our clock is ahead of AWS's
		passed    time.Duration // by AWS's clock
		same      bool          // the session may be served still
	}{
		"set back by a day, ended":             {0, -24 * time.Hour, 2 * time.Hour, false},
		"set back by a day, not ended":         {0, -24 * time.Hour, 0, false},
		"set right, not ended":                 {2 * time.Hour, 0, 0, true},
		"set right, ended":                     {2 * time.Hour, 0, 90 * time.Minute, false},
		"stepped by a little":                  {0, -2 * time.Minute, 0, true},
		"slow, and set right":                  {-24 * time.Hour, 0, 0, false},
		"slow as it was, where it was noticed": {-24 * time.Hour, -24 * time.Hour, 0, true},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			b.off.Store(int64(c.then))
			first, err := b.get("deploy")
			if err != nil {
				t.Fatal(err)
			}
			b.off.Store(int64(c.now))
			b.pass(c.passed)
			second, err := b.get("deploy")
			if err != nil {
				t.Fatal(err)
			}
			if (second.AccessKeyID == first.AccessKeyID) != c.same {
				t.Errorf("the same session: %v", second.AccessKeyID == first.AccessKeyID)
			}
			if left := second.Left(b.local()); left > time.Hour+session.SkewTold {
				t.Errorf("%s is said to be left", left)
			}
		})
	}
	b := newBench(t)
	if _, err := b.get("operator"); err != nil {
		t.Fatal(err)
	}
	b.off.Store(int64(-24 * time.Hour))
	b.pass(13 * time.Hour)
	b.absent.Store(true)
	if got, err := b.get("operator"); !errors.Is(err, session.ErrNoPerson) {
		t.Errorf("served %v, %v", got.Expires, err)
	}
}
