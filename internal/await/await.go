// Package await lets a test wait for a condition, and never for time.
//
// A test that sleeps for as long as something usually takes fails on a machine
// that is busy, and wastes that time on every other. What is awaited here is
// looked for every few milliseconds, and given up only after [Patience].
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
	// Look is the time between two looks at a condition.
	Look = 5 * time.Millisecond
)

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
	for deadline := time.Now().Add(Patience); ; time.Sleep(Look) {
		err := try()
		if err == nil {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("awaited for %s: %v", Patience, err)
		}
	}
}
