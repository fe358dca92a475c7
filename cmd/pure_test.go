package cmd

import (
	"testing"
)

// TestExecOfNothing: a program that is not there is said before anybody is asked for
// credentials.
func TestExecOfNothing(t *testing.T) {
	w, _, said := here(t, nil, "exec", "nobody", "--", "no-such-program")
	if code := Main(w); code != 127 || said.String() != "guise: no-such-program: command not found\n" {
		t.Errorf("%d: %s", code, said)
	}
}
