package need

import (
	"os"
	"testing"
)

// Part returns some of the cases of a test that plays each at length, where another test
// or the neighbours hold most of what they show: the first of all, and each nth after it.
// With GUISE_TEST_NO_SKIP set, as in CI, it is all of them. The test's log names the rest.
func Part[T any](t testing.TB, n int, all []T) []T {
	t.Helper()
	if os.Getenv(noSkip) != "" {
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
