//go:build unix

package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"guise/internal/await"
	"guise/internal/terminaltest"
)

// endingSoon is a user whose SSO session demo ends in about ten minutes, as guise knows from
// the one before: it was played with a program whose clock a test sets.
func endingSoon(t *testing.T) *world {
	t.Helper()
	w := adopted(t)
	program, offset := "guise", filepath.Join(w.home, "offset")
	at := func(off time.Duration) {
		w.write("offset", off.String())
		w.aws.SetSkew(off)
	}
	signIn := func() {
		t.Helper()
		s := w.open([]string{"GUISE_FAULT_CLOCK_FILE=" + offset}, program, "sso", "login")
		s.See("signed in as alice")
		if code := s.Exit(); code != 0 {
			t.Fatalf("exit code %d: %s", code, s.Everything())
		}
	}
	w.aws.SetSession(8 * time.Hour)
	at(-48 * time.Hour)
	signIn()
	at(-40 * time.Hour) // the token's end, and the session's
	if got := w.run([]string{"GUISE_FAULT_CLOCK_FILE=" + offset}, program, "login", "org-dev"); got.code != 3 {
		t.Fatalf("%+v", got)
	}
	at(-(7*time.Hour + 50*time.Minute))
	signIn()
	at(0)
	if got := w.guise("sso", "list"); !strings.Contains(got.out, "in about 10m, as last time") {
		t.Fatalf("%+v", got)
	}
	return w
}

const endsSoon = `guise: the SSO session demo ends in about (9|10)m\s+hint: guise sso login demo\s`

// TestEndingAtAPrompt: the next prompt of one of two windows shows, once, that the session
// ends; what it hints at makes a new one, which nobody is told of.
func TestEndingAtAPrompt(t *testing.T) {
	shells(t, func(t *testing.T, name string) {
		w := endingSoon(t)
		first := w.shell(name)
		if text := first.Everything(); !strings.Contains(text, "the SSO session demo ends in about") {
			t.Errorf("the first prompt does not show it: %q", text)
		}
		second := w.shell(name)
		silent := func(s *terminaltest.Terminal) {
			t.Helper()
			s.Type("echo on''ce\r")
			s.See("once\n")
			s.See("ready ")
		}
		silent(first)
		silent(second)
		if text := second.Everything(); strings.Contains(text, "ends in about") {
			t.Errorf("the second window shows it: %q", text)
		}
		if n := strings.Count(first.Everything(), "ends in about"); n != 1 {
			t.Errorf("shown %d times", n)
		}
		second.Type("guise sso login demo\r")
		second.See("demo: signed in as alice, ends in about 8h, as last time")
		second.See("ready ")
		silent(first)
		if n := strings.Count(first.Everything()+second.Everything(), "the SSO session demo ends in about"); n != 1 {
			t.Errorf("shown %d times", n)
		}
	})
}

// TestEndingInAWindow: a window that is open already shows it at its next prompt.
func TestEndingInAWindow(t *testing.T) {
	shells(t, func(t *testing.T, name string) {
		w := adopted(t)
		s := w.shell(name)
		soon := endingSoonIn(w)
		s.Type("\r")
		s.See(soon)
	})
}

// endingSoonIn leaves the notice of a session that ends soon where guise does, by signing in
// to one whose token cannot be renewed.
func endingSoonIn(w *world) (shown string) {
	w.t.Helper()
	w.write(".aws/config", strings.Replace(w.read(".aws/config"), "sso_registration_scopes = sso:account:access", "sso_registration_scopes = openid", 1))
	w.aws.SetLives(40*time.Minute, time.Hour)
	offset := filepath.Join(w.home, "offset")
	w.write("offset", "-30m")
	w.aws.SetSkew(-30 * time.Minute)
	s := w.open([]string{"GUISE_FAULT_CLOCK_FILE=" + offset}, "guise", "sso", "login")
	s.See("signed in")
	if code := s.Exit(); code != 0 {
		w.t.Fatalf("exit code %d", code)
	}
	w.aws.SetSkew(0)
	return endsSoon
}

// TestEndingOnTheDesktop: whichever guise runs then shows it on the desktop, once: also one
// that serves what is in the cache.
func TestEndingOnTheDesktop(t *testing.T) {
	w := endingSoon(t)
	if got := w.guise("credential-process", "--profile", "org-dev"); got.code != 0 {
		t.Fatalf("%+v", got)
	}
	seen := filepath.Join(w.dir, "notified")
	w.standIn("notify-send", `printf '%s|' "$@" >>`+seen+`; env | grep ^AWS_ >>`+seen+"; echo >>"+seen+"\n")
	calls := len(w.aws.Calls(""))
	if got := w.run([]string{"DISPLAY=:99999", "GUISE_NOTIFY=false"}, "guise", "credential-process", "--profile", "org-dev"); got.code != 0 {
		t.Fatalf("%+v", got)
	}
	for range 3 {
		got := w.run([]string{"DISPLAY=:99999"}, "guise", "credential-process", "--profile", "org-dev")
		if got.code != 0 || got.err != "" || !strings.Contains(got.out, "AccessKeyId") {
			t.Fatalf("%+v", got)
		}
	}
	w.run([]string{"DISPLAY=:99999"}, "guise", "list")
	if n := len(w.aws.Calls("")); n != calls {
		t.Errorf("%d calls of AWS", n-calls)
	}
	await.That(t, "a line on the desktop", func() bool {
		data, _ := os.ReadFile(seen)
		return strings.HasSuffix(string(data), "\n")
	})
	w.empty() // a second one would be there by now
	data, _ := os.ReadFile(seen)
	text := string(data)
	if strings.Count(text, "\n") != 1 || !strings.Contains(text, "the SSO session demo ends in about ") || !strings.Contains(text, ": guise sso login demo|") {
		t.Errorf("%q", text)
	}
}
