//go:build unix

package e2e

import (
	"strings"
	"testing"
	"time"
)

// TestPatience: a process that waits for another one's prompt gives up in time
// for its SDK to be told why.
func TestPatience(t *testing.T) {
	w := adopted(t)
	s := w.open(nil, "guise", "login", "prod")
	s.See("MFA code for prod")
	began := time.Now()
	got := w.run([]string{"GUISE_WAIT_FOR_PERSON=300ms"}, "guise", "credential-process", "--profile", "staging")
	if took := time.Since(began); got.code != 3 || got.out != "" || took < 300*time.Millisecond {
		t.Errorf("after %s: %+v", took, got)
	}
}

// TestSecondWindow: while one window is asked for the code, another that needs
// the same says what it waits for, and goes on with the answer.
func TestSecondWindow(t *testing.T) {
	w := adopted(t)
	one := w.open(nil, "guise", "login", "prod")
	one.See("MFA code for prod")
	two := w.open(nil, "guise", "login", "staging")
	two.See("waiting for another process")
	one.Type(w.code() + "\r")
	one.See("prod: Admin")
	two.See("staging: Developer")
	if code := two.Exit(); code != 0 {
		t.Errorf("exit code %d", code)
	}
}

// TestRunsItself: a command for codes that needs the very profile's credentials
// would call guise without end.
func TestRunsItself(t *testing.T) {
	w := newWorld(t)
	w.write(".aws/config", strings.ReplaceAll(w.read(".aws/config"), "guise_mfa_command = guise mfa code", "guise_mfa_command = guise credential-process --profile operator"))
	if got := w.guise("adopt", "--all", "--yes", "--keep-keys"); got.code != 0 {
		t.Fatalf("%+v", got)
	}
	if got := w.guise("credential-process", "--profile", "operator"); got.code != 1 { // at its first round: without end it would end never
		t.Errorf("%+v", got)
	}
}
