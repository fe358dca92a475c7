//go:build unix

package e2e

import (
	"net/url"
	"regexp"
	"strings"
	"testing"

	"guise/internal/loopback"
)

// TestPasteForProgram: a program's call in the user's terminal opens no page with
// sign_in = paste. What is pasted gets to the process that signs in, which the program's end
// does not end; and nothing of it is shown or traced.
func TestPasteForProgram(t *testing.T) {
	w := adopted(t)
	s := w.open([]string{"GUISE_SIGN_IN=paste", "GUISE_DEBUG=1"}, "sh", "-c", "guise credential-process --profile org-dev; echo code $?; stty -a")
	s.See("paste the address of that page here")
	s.See("Esc gives up")
	ends, _, err := loopback.ClickElsewhere(t.Context(), regexp.MustCompile(`http\S+/authorize\?\S+`).FindString(s.Raw()), "allow")
	if err != nil {
		t.Fatal(err)
	}
	s.Type(strings.Replace(ends, "state=", "state=x", 1) + "\r")
	s.See("this belongs to another sign-in")
	s.Type("made-up\r")
	s.See("AWS did not take this code")
	s.Type(ends + "\r")
	s.See("AccessKeyId")
	s.See("code 0")
	s.See(`[^-]icanon`) // the terminal is as it was
	s.See(`[^-]echo `)
	if len(w.pages()) > 0 {
		t.Errorf("%q", w.pages())
	}
	u, err := url.Parse(ends)
	if err != nil || u.Query().Get("code") == "" {
		t.Fatalf("%s: %v", ends, err)
	}
	if strings.Contains(s.Raw(), u.Query().Get("code")) {
		t.Error("the code is shown")
	}
	w.noSecrets(u.Query().Get("code"))
}

// TestPasteInterrupted: Ctrl-C while guise waits for a paste reaches the program that has
// called guise, as at any other question, and the terminal is as it was.
func TestPasteInterrupted(t *testing.T) {
	for _, half := range []string{"", "http://127.0.0.1:1/oauth"} {
		w := adopted(t)
		s := w.open([]string{"GUISE_SIGN_IN=paste"}, "sh", "-c", "trap 'echo interrupted' INT; guise credential-process --profile org-dev; echo code $?; stty -a")
		s.See("Esc gives up")
		s.Type(half)
		if half != "" {
			s.See("> •")
		}
		s.Type("\x03")
		s.See("interrupted")
		s.See("code 130")
		s.See(`[^-]icanon`)
		s.See(`[^-]echo `)
	}
}
