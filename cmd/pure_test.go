package cmd

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"guise/internal/doctor"
	"guise/session"
)

// TestSummary: what is not known is left out.
func TestSummary(t *testing.T) {
	role := session.Chain{{Kind: session.Keys}, {Kind: session.AssumeRole, RoleARN: "arn:aws:iam::111111111111:role/Admin"}}
	sso := session.Chain{{Kind: session.SSOToken}, {Kind: session.SSORole, AccountID: "222222222222", RoleName: "Dev"}}
	for _, c := range []struct {
		chain  session.Chain
		region string
		left   time.Duration
		want   string
	}{
		{nil, "", 0, ""},
		{nil, "eu-west-1", 0, ": eu-west-1"},
		{role, "", 0, ": Admin, 111111111111"},
		{role, "eu-west-1", 90 * time.Minute, ": Admin, 111111111111, eu-west-1, 1h30m left"},
		{sso, "", time.Hour, ": Dev, 222222222222, 1h00m left"},
		{session.Chain{{Kind: session.Keys}}, "", 0, ""},
	} {
		if got := summary(c.chain, c.region, c.left); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

// TestFill: the prompt's template, with what a name may hold made safe.
func TestFill(t *testing.T) {
	s := currentState{Profile: "prod\x1b[2J", Account: "1", Role: "r", Region: "x", Expires: "2026-01-02T03:04:05Z", Left: 90}
	if got := s.fill("{profile}|{account}|{role}|{region}|{left}|{other}"); strings.Contains(got, "\x1b") || !strings.HasSuffix(got, "|1|r|x|1m|{other}") {
		t.Errorf("%q", got)
	}
	if got := (currentState{Profile: "p"}).fill("{profile} {left}{until}"); got != "p " {
		t.Errorf("%q", got)
	}
}

// TestFindings: the worst first, with what is fixed said as fixed; and something serious
// that is left is the exit code.
func TestFindings(t *testing.T) {
	repaired := 0
	found := []doctor.Finding{
		{Severity: doctor.Hint, What: "h", Why: "w"},
		{Severity: doctor.Serious, What: "s", Why: "w", Fix: "do x", Repair: func() error { repaired++; return nil }, Done: "s is gone"},
		{Severity: doctor.Warning, What: "n", Why: "w", Fix: "do y"},
	}
	if !repair(found, false) || repaired > 0 {
		t.Error("nothing was to be fixed, and something serious is left")
	}
	if repair(found, true) || repaired != 1 {
		t.Errorf("%+v", found)
	}
	if got := strings.Join(findingLines(found), "\n"); got != "fixed: s is gone\nwarning: n\n  w\n  fix: do y\nhint: h\n  w" {
		t.Error(got)
	}
	w, out, _ := here(t, nil)
	if err := newApp(w).answerFindings(nil, true); err != nil || bytes.TrimSpace(out.Bytes())[0] != '[' {
		t.Errorf("%s, %v", out, err)
	}
	if got := findingLines(nil); len(got) != 1 || got[0] != "nothing found" {
		t.Errorf("%q", got)
	}
}

// TestExecOfNothing: a program that is not there is said before anybody is asked for
// credentials.
func TestExecOfNothing(t *testing.T) {
	w, _, said := here(t, nil, "exec", "nobody", "--", "no-such-program")
	if code := Main(w); code != exitFailed || said.String() != "guise: no-such-program: not found on PATH\n" {
		t.Errorf("%d: %s", code, said)
	}
}
