//go:build unix

package e2e

import (
	"strings"
	"testing"

	"guise/internal/need"
)

// TestTwoWindows: somebody with profiles of their own sets guise up, has them managed, and
// works in two windows: one code for both, the full profile in one and the read-only one in
// the other, side by side.
func TestTwoWindows(t *testing.T) {
	needBoto3(t)
	shells(t, func(t *testing.T, name string) {
		w := newWorld(t)
		w.write(".aws/config", upTo(w.read(".aws/config"), "[profile staging]"))
		w.write(".aws/credentials", upTo(w.read(".aws/credentials"), "[ci]"))
		w.ownPrompt(name)
		w.write("table.py", readThenWrite)
		path := need.Program(t, name)

		first := w.open(nil, path, "-i")
		first.See("<>ready ")
		first.Type("guise setup\r")
		first.See("load guise in each new " + name)
		first.Type("y\r")
		first.See("have guise manage")
		first.Type("n\r")
		first.See("<>ready ")
		first.Type("guise adopt --all --keep-keys\r")
		first.See(`\[Y/n\]`)
		first.Type("y\r")
		first.See("guise manages 2 profiles now")

		one := w.open(nil, path, "-i")
		one.See("<>ready ")
		one.Type("guise use prod\r")
		one.See("MFA code for prod")
		code := w.code()
		one.Type(code + "\r")
		one.See("<prod [^>@]+>ready ")

		two := w.open(nil, path, "-i")
		two.See("<>ready ")
		two.Type("guise use prod --read-only\r")
		two.See("write the profile prod@read-only")
		two.Type("y\r")
		two.See("<prod@read-only [^>]+>ready ")

		write := "python3 ~/table.py\r"
		for range 2 {
			one.Type(write)
			one.See("wrote\n")
			one.See("<prod [^>@]+>ready ")
			two.Type(write)
			two.See("AccessDeniedException.*no session policy allows")
			two.See("<prod@read-only [^>]+>ready ")
		}
		two.Type("guise use -; guise use prod; guise use -; guise current\r")
		two.See("profile  prod@read-only")
		if n := w.aws.Done("GetSessionToken"); n != 1 {
			t.Errorf("%d MFA sessions for two windows", n)
		}

		// The read-only profile goes; the window that had it takes the full one.
		two.Type("guise release prod@read-only --yes\r")
		two.See("released 1 profile")
		two.See("ready ")
		two.Type("guise use prod\r")
		two.See("<prod [^>@]+>ready ")
		w.noSecrets(code)
	})
}

// upTo is a text up to where another one begins.
func upTo(text, end string) string {
	text, _, _ = strings.Cut(text, end)
	return text
}
