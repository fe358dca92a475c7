package need

import (
	"hash/crc32"
	"os"
	"testing"
)

// Everything reports whether a test goes through all that it has, as in CI. A test that
// takes a part of it on a user's machine says so in its log.
func Everything() bool { return os.Getenv(noSkip) != "" }

// Part returns some of the cases of a test that plays each at length, where another test
// or the neighbours hold most of what they show: the first, and each nth of the rest. With
// which of the rest it begins goes by the test's name: the same ones each time, and others in
// another test. Where [Everything] is gone through it is all of them. The test's log names
// what is left out.
func Part[T any](t testing.TB, n int, all []T) []T {
	t.Helper()
	first := 1 + turn(t, n)
	return part(t, all, func(i int) bool { return i == 0 || i >= first && (i-first)%n == 0 })
}

// Turn is a [Part] of one: of things that stories are played in, such as shells, where each
// has its turn in some of the stories, and in a test of its own.
func Turn[T any](t testing.TB, all []T) []T {
	t.Helper()
	if len(all) == 0 {
		return nil
	}
	one := turn(t, len(all))
	return part(t, all, func(i int) bool { return i == one })
}

// Rest leaves a whole test to CI, with the tests that hold most of what it shows here.
func Rest(t testing.TB, held string) {
	t.Helper()
	if !Everything() {
		t.Skipf("left to CI (%s=1): here %s", noSkip, held)
	}
}

// turn is a number less than n, which a test has each time.
func turn(t testing.TB, n int) int { return int(crc32.ChecksumIEEE([]byte(t.Name()))) % n }

func part[T any](t testing.TB, all []T, plays func(i int) bool) []T {
	t.Helper()
	if Everything() {
		return all
	}
	var some, rest []T
	for i, one := range all {
		if plays(i) {
			some = append(some, one)
		} else {
			rest = append(rest, one)
		}
	}
	t.Logf("left to CI (%s=1): %v", noSkip, rest)
	return some
}
