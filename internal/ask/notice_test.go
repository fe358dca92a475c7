package ask

import (
	"slices"
	"testing"
)

// TestNotice: where the hint begins, guise says, and not the names in the line: who asks may
// be called guise, or as a hint is.
func TestNotice(t *testing.T) {
	for _, c := range []struct {
		program, profile string
		says, hint       string
	}{
		{"terraform", "prod", "guise: terraform (pid 42) needs an MFA code for prod", "hint: guise login prod"},
		{"guise", "prod", "guise: guise (pid 42) needs an MFA code for prod", "hint: guise login prod"},
		{"a: guise logout", "prod", "guise: a:guise logout (pid 42) needs an MFA code for prod", "hint: guise login prod"},
		{"a", "x: guise logout", "guise: a (pid 42) needs an MFA code for x:guise logout", "hint: guise login 'x: guise logout'"},
	} {
		answer := "guise login " + c.profile
		if c.profile != "prod" {
			answer = "guise login '" + c.profile + "'"
		}
		r := Request{Kind: ForCode, Profile: c.profile, Answer: answer, Asker: Asker{Program: c.program, PID: 42}}
		if got := r.Notice(); !slices.Equal(got, []string{c.says, c.hint}) {
			t.Errorf("%q", got)
		}
		r.Kind, r.Question = ForYes, c.program+" asks for "+c.profile
		if got := r.Notice(); got[1] != c.hint {
			t.Errorf("%q", got)
		}
	}
}
