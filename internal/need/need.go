// Package need lets a test say what it cannot do without. Where that is missing
// the test is skipped; with GUISE_TEST_NO_SKIP set, as in CI, it fails. A test that takes
// long takes a part of what it has, and with that variable all.
package need

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"testing"
)

const noSkip = "GUISE_TEST_NO_SKIP"

// Program returns the path of a program that the test runs.
func Program(t testing.TB, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	That(t, err)
	return path
}

// System is one of several operating systems, by their names in GOOS.
func System(t testing.TB, systems ...string) {
	t.Helper()
	if !slices.Contains(systems, runtime.GOOS) {
		That(t, fmt.Errorf("not on %s", runtime.GOOS))
	}
}

// That takes the error of something that the machine may not be able to do.
func That(t testing.TB, err error) {
	t.Helper()
	switch {
	case err == nil:
	case os.Getenv(noSkip) != "":
		t.Fatal(err)
	default:
		t.Skip(err)
	}
}
