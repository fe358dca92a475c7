package doctor

import (
	"errors"
	"strings"
	"testing"
)

// TestFindings: what can be fixed is, and says so; the worst comes first; what is left
// and serious is the exit code.
func TestFindings(t *testing.T) {
	repaired := 0
	found := []Finding{
		{Severity: Hint, What: "h", Why: "w"},
		{Severity: Serious, What: "s", Why: "w", Fix: "do x", Repair: func() error { repaired++; return nil }, Done: "s is gone"},
		{Severity: Warning, What: "n", Why: "w", Fix: "do y", Repair: func() error { return errors.New("no") }},
		{Severity: Warning, What: "m", Why: "w", Repair: func() error { repaired++; return nil }},
	}
	if !SeriousLeft(found) {
		t.Error("something serious is there")
	}
	if got := strings.Join(Lines(found, ""), "\n"); got != "serious: s\n  w\n  fix: do x\nwarning: n\n  w\n  fix: do y\nwarning: m\n  w\nhint: h\n  w" || found[0].What != "h" {
		t.Error(got)
	}
	if Fix(found); SeriousLeft(found) || repaired != 2 || !found[1].Fixed || found[2].Fixed {
		t.Errorf("%+v", found)
	}
	if got := strings.Join(Lines(found, ""), "\n"); got != "fixed: s is gone\nwarning: n\n  w; fixing it failed: no\n  fix: do y\nfixed: m\nhint: h\n  w" {
		t.Error(got)
	}
	fix := []Finding{{Severity: Hint, What: "x is in /home/me/.aws/config", Why: "/home/mesa/x is not", Fix: "chmod 600 /home/me/.aws/config"}}
	if got := strings.Join(Lines(fix, "/home/me"), "\n"); got != "hint: x is in ~/.aws/config\n  /home/mesa/x is not\n  fix: chmod 600 ~/.aws/config" {
		t.Errorf("%s", got)
	}
	if got := Lines(nil, "/home/me"); len(got) != 1 || got[0] != "nothing found" || SeriousLeft(nil) {
		t.Errorf("%q", got)
	}
}
