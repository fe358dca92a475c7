//go:build unix

package completions

import (
	"path/filepath"
	"regexp"
	"testing"
)

const hostile = "$(touch pwned)`touch pwned`'\";& é"

// keys are words as a user begins them, the value that completes them, and
// the argument that guise must be handed when Enter is pressed after TAB.
func keys() []struct{ typed, value, want string } {
	return []struct{ typed, value, want string }{
		{`use \$`, hostile, hostile},
		{`use '$(to`, hostile, hostile},
		{`use "\$(to`, hostile, hostile},
		{`use `, hostile, hostile},
		{`use pro`, "prod", "prod"},
		{`use 'pro`, "prod", "prod"},
		{`use prod:`, "prod:admin", "prod:admin"},
		{`use prod:ad`, "prod:admin", "prod:admin"},
		{`use a=`, "a=b=c", "a=b=c"},
		{`use a`, "a:b=c", "a:b=c"},
		{`use a\ b`, "a b:c d", "a b:c d"},
		{`use a\ b:`, "a b:c d", "a b:c d"},
		{`use "a b:`, "a b:c d", "a b:c d"},
		{`use we`, "we!rd", "we!rd"},
		{`use 'we`, "we!rd", "we!rd"},
		{`use "we`, "we!rd", "we!rd"},
		{`use 日`, "日本", "日本"},
		{`use back`, `back\slash\`, `back\slash\`},
		{`use 'back`, `back\slash\`, `back\slash\`},
		{`use "back`, `back\slash\`, `back\slash\`},
		{`use st`, "st*r?[x]{a,b}", "st*r?[x]{a,b}"},
		{`use \~`, "~root", "~root"},
		{`use \#`, "#x", "#x"},
		{`use %`, "%s%n", "%s%n"},
		{`use it`, "it's", "it's"},
		{`use 'it`, "it's", "it's"},
		{`use x --region=eu`, "eu-west-1", "--region=eu-west-1"},
		{`use a\ 'b:`, "a b:c d", "a b:c d"},
		{`use 'a b':`, "a b:c d", "a b:c d"},
		{`use 'a b'`, "a b:c d", "a b:c d"},
		{`use 'a 'b`, "a b:c d", "a b:c d"},
		{`use "a "b`, "a b$!\"", "a b$!\""},
		{`use me@c`, "me@corp:x", "me@corp:x"},
		{`use x=`, "x=~y", "x=~y"},
		{`use pre'fix`, "prefix it's", "prefix it's"},
		{`use pre"fix`, "prefix $x!y", "prefix $x!y"},
		{`use me@`, "me@corp", "me@corp"},
		{`use x --region=`, "eu-west-1", "--region=eu-west-1"},
	}
}

// settings are lines of an rc file under which completion must hold as well.
func settings() map[string][]string {
	return map[string][]string{
		"bash": {"", "set -u -o posix; IFS=gu0; shopt -s failglob nocasematch; alias local=x eval=x", "COMP_WORDBREAKS=' '"},
		"zsh":  {"", "setopt KSH_ARRAYS SH_WORD_SPLIT NO_UNSET SH_GLOB CSH_NULL_GLOB; IFS=gu0; alias compadd=x compdef=x"},
		"fish": {""},
	}
}

// TestKeys: what the TAB key puts into the line is the value, quoted, in every
// way of beginning it; and nothing of it or of the line has run.
func TestKeys(t *testing.T) {
	for shell, each := range settings() {
		for _, rc := range each {
			t.Run(shell+" "+rc, func(t *testing.T) {
				t.Parallel()
				k := start(t, shell, "guise", rc)
				for _, c := range keys() {
					k.write("values", c.value+"\tabout it\n:4\n")
					k.Type("guise " + c.typed + "\t\r")
					got := k.See(`got:.*\n|parse error|unexpected|not found|failed`)[0]
					if !regexp.MustCompile(`^got:<use>(<x>)?<` + regexp.QuoteMeta(c.want) + `>\n$`).MatchString(got) {
						t.Errorf("%s and TAB gave %q, want %q", c.typed, got, c.want)
						k.Type("\x03")
					}
					k.See("ready> ")
				}
				if left, _ := filepath.Glob(filepath.Join(k.dir, "pwned*")); len(left) > 0 {
					t.Errorf("something ran: %q", left)
				}
			})
		}
	}
}
