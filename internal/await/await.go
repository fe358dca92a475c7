// Package await lets a test wait for a condition, and never for time.
//
// A test that sleeps for as long as something usually takes fails on a machine
// that is busy, and wastes that time on every other. What is awaited here is
// looked for every few milliseconds, then more seldom, and given up only after [Patience].
package await

import (
	"errors"
	"testing"
	"time"
)

const (
	// Patience is how long a test waits before it calls something lost. It is
	// far more than anything takes on a machine with ten times the work that it
	// can do: only a test that fails waits for so long.
	Patience = 90 * time.Second
	// Look is the time between the first two looks at a condition.
	Look = 5 * time.Millisecond
)

// Pause sleeps between two looks at what has been awaited since a time: for a tenth of
// that, since a look may start a program and others are at work, but for no less than
// [Look] and no more than ten of it.
func Pause(since time.Time) {
	time.Sleep(min(max(Look, time.Since(since)/10), 10*Look))
}

// That waits until a condition holds, and fails the test where it never does,
// with what was awaited.
func That(t testing.TB, what string, holds func() bool) {
	t.Helper()
	NoError(t, func() error {
		if holds() {
			return nil
		}
		return errors.New(what)
	})
}

// Closed waits until a channel is closed, or gives something.
func Closed[T any](t testing.TB, what string, c <-chan T) {
	t.Helper()
	select {
	case <-c:
	case <-time.After(Patience):
		t.Fatalf("awaited for %s: %s", Patience, what)
	}
}

// NoError waits until a function gives no error, and fails the test where it
// always does, with the last.
func NoError(t testing.TB, try func() error) {
	t.Helper()
	for since := time.Now(); ; Pause(since) {
		err := try()
		if err == nil {
			return
		}
		if time.Since(since) > Patience {
			t.Fatalf("awaited for %s: %v", Patience, err)
		}
	}
}
