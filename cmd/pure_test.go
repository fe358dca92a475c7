package cmd

import (
	"bytes"
	"strings"
	"testing"

	"guise/internal/doctor"
)

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
