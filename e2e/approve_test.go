//go:build unix

package e2e

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// TestApproval: what runs in the terminal of `use` is asked nothing; an agent below it and a
// program elsewhere wait for a yes, which another window gives, or a no.
func TestApproval(t *testing.T) {
	besides(t)
	shells(t, func(t *testing.T, name string) {
		w := adopted(t)
		if err := os.MkdirAll(filepath.Join(w.home, ".config/guise"), 0o700); err != nil {
			t.Fatal(err)
		}
		w.write(".config/guise/config.toml", "[guard.profiles]\ndeploy = { approve = \"15m\" }\n")
		s := w.shell(name)
		s.Type("guise use deploy\r")
		s.See("ready ")
		s.Type("guise credential-process --profile deploy | grep -c AccessKeyId\r")
		s.See("\n1\n")
		s.See("ready ")
		for _, c := range []struct {
			env, answer string
			ok          bool
		}{{"CLAUDECODE=1", "y", true}, {"X=1", "n", false}} {
			ended := w.background("deploy", c.env)
			w.awaitRequests(1)
			s.Type("\r")
			s.See(`asks for deploy: allow for 15m\s+hint: guise login deploy`)
			s.Type("guise login deploy\r")
			s.See(`asks for deploy: allow for 15m\? \[y/N\]`)
			s.Type(c.answer + "\r")
			got := <-ended
			if (got.code == 0) != c.ok || strings.Contains(got.out, "AccessKeyId") != c.ok {
				t.Errorf("%s: %+v", c.env, got)
			}
			if !c.ok && !strings.Contains(got.err, "guise: deploy: refused to ") {
				t.Errorf("no is not clear: %s", got.err)
			}
			s.See("ready ")
		}
		if runtime.GOOS != "linux" { // there is no setsid
			return
		}
		// A program that has left the terminal's session is not of it, whatever it says.
		s.Type("sh -c 'sleep 60 & GUISE_ASKED_BY=$! GUISE_WAIT_FOR_PERSON=0s setsid guise credential-process --profile deploy; kill $!'\r")
		s.See(`guise: deploy: .* needs your approval`)
	})
}
