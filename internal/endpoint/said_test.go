package endpoint

import (
	"bytes"
	"errors"
	"io"
	"testing"
)

// TestRefusedAloud: a client hears the error and its hint.
func TestRefusedAloud(t *testing.T) {
	failed := errors.New("exit status 3")
	for _, c := range []struct{ code, said, want string }{
		{"UserNeeded", "guise: waiting\nguise: prod: you are needed\nhint: guise login prod\n", "prod: you are needed; hint: guise login prod"},
		{"", "guise: prod: denied\n", "prod: denied"},
		{"", "", "exit status 3"},
	} {
		err := Refused(c.code, c.said, failed)
		refusal, ok := errors.AsType[*Refusal](err)
		if err.Error() != c.want || ok != (c.code != "") || refusal != nil && refusal.Code != c.code {
			t.Errorf("%q: %v", c.said, err)
		}
	}
}

// TestOnceEach: a line is passed on once, whatever its numbers, and again when it is
// news; a line that is not whole waits.
func TestOnceEach(t *testing.T) {
	var out bytes.Buffer
	o := &OnceEach{To: &out}
	for _, text := range []string{"5 minutes left\n4 minutes left\n", "half", " a line\nother\n", "half a line\n"} {
		if _, err := io.WriteString(o, text); err != nil {
			t.Fatal(err)
		}
	}
	if out.String() != "5 minutes left\nhalf a line\nother\n" {
		t.Errorf("%q", out.String())
	}
	o.Forget()
	if _, err := io.WriteString(o, "other\n"); err != nil || out.String() != "5 minutes left\nhalf a line\nother\nother\n" {
		t.Errorf("%q, %v", out.String(), err)
	}
}
