package need

import (
	"os"
	"testing"
)

// Everything reports whether a test goes through all that it has, as in CI. A test that
// takes a part of it on a user's machine says so in its log.
func Everything() bool { return os.Getenv(noSkip) != "" }

// Part returns some of the cases of a test that plays each at length, where another test
// or the neighbours hold most of what they show: the first of all, and each nth after it.
// Where [Everything] is gone through it is all of them. The test's log names the rest.
func Part[T any](t testing.TB, n int, all []T) []T {
	t.Helper()
	if Everything() {
		return all
	}
	var part, rest []T
	for i, one := range all {
		if i%n == 0 {
			part = append(part, one)
		} else {
			rest = append(rest, one)
		}
	}
	t.Logf("left to CI (%s=1): %v", noSkip, rest)
	return part
}
