//go:build unix

package shell

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// prompts are rc lines that show $GUISE_PROMPT as the hooks' comments say.
func prompts() map[string]string {
	return map[string]string{
		"bash": "PS1='${GUISE_PROMPT:+($GUISE_PROMPT) }ready> '\n",
		"zsh":  "setopt PROMPT_SUBST\nPROMPT='${GUISE_PROMPT:+($GUISE_PROMPT) }ready> '\n",
		"fish": "function fish_greeting; end\nfunction fish_prompt; test -n \"$GUISE_PROMPT\"; and echo -n \"($GUISE_PROMPT) \"; echo -n 'ready> '; end\n",
	}
}

func statusWord(d Dialect) string {
	if d.name == "fish" {
		return "$status"
	}
	return "$?"
}

// TestPromptOnScreen: the prompt follows each switch, and the time; what is in
// a name is shown and does nothing.
func TestPromptOnScreen(t *testing.T) {
	const name = "$(touch pwned)`touch pwned`%n\\u!\\$(touch pwned)"
	shells(t, func(t *testing.T, d Dialect, _ []string) {
		status := filepath.Join(t.TempDir(), "status")
		until := func(left time.Duration) {
			line := strconv.FormatInt(time.Now().Add(left).Unix(), 10) + " 17:40\n"
			if err := os.WriteFile(status, []byte(line), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		until(43*time.Minute + 10*time.Second)
		switched := d.script([]Change{
			{Name: "AWS_PROFILE", Value: name, Exported: true},
			{Name: "__guise_profile", Value: name},
			{Name: "__guise_segment", Value: d.Segment(name)},
			{Name: "__guise_status", Value: status},
		})
		off := d.script([]Change{{Name: "AWS_PROFILE", Unset: true}, {Name: "__guise_profile", Value: ""}})
		s := open(t, d, prompts()[d.name]+hookOf(t, d), "case $1 in use) cat <<'END'\n"+switched+"END\n;; off) cat <<'END'\n"+off+"END\n;; esac\n")
		shown := func(left string) {
			t.Helper()
			if d.name == "fish" || d.name == "bash" && oldBash(t) {
				left = "until 17:40"
			}
			s.See(regexp.QuoteMeta("(" + name + " " + left + ") "))
		}
		s.See("ready> ")
		s.Type("guise use x\r")
		shown("43m")
		until(3*time.Hour + time.Minute + 10*time.Second)
		s.Type("echo\r")
		shown("3h01m")
		until(-time.Hour)
		s.Type("echo\r")
		shown("expired")
		if err := os.Remove(status); err != nil {
			t.Fatal(err)
		}
		s.Type("echo\r")
		s.See(regexp.QuoteMeta("(" + name + ") "))
		s.Type(strings.TrimSpace(d.script([]Change{{Name: "AWS_PROFILE", Value: "50%n" + name, Exported: true}})) + "\r")
		s.See(regexp.QuoteMeta("(50%n" + name + ") "))
		s.Type("guise off; echo 'it is 'off\r")
		s.See("it is off\n")
		if left := s.See("(.*)ready> ")[1]; strings.Contains(left, "(") {
			t.Errorf("a segment is left: %q", left)
		}
		if left, _ := filepath.Glob(filepath.Join(s.dir, "pwned*")); len(left) > 0 {
			t.Errorf("something ran: %q", left)
		}
	})
}

// TestStatusIsKept: the hook does not change the status of the last command,
// and ends no shell that ends at failures.
func TestStatusIsKept(t *testing.T) {
	shells(t, func(t *testing.T, d Dialect, _ []string) {
		s := open(t, d, prompts()[d.name]+hookOf(t, d), "exit 9")
		s.See("ready> ")
		s.Type("sh -c 'exit 42'\r")
		s.See("ready> ")
		s.Type("echo status " + statusWord(d) + "\r")
		s.See("status 42\n")
		if d.name == "fish" {
			return
		}
		s.Type("set -e\r")
		s.See("ready> ")
		s.Type("! true\r")
		s.See("ready> ")
		s.Type("echo a''live\r")
		s.See("alive\n")
	})
}

// TestInterrupt: Ctrl-C while guise is at work leaves all as it was, and stops
// what follows in the same line; whether guise dies of it or ends by itself.
func TestInterrupt(t *testing.T) {
	for what, program := range map[string]string{
		"dies":           "export AWS_PROFILE=bad\necho at work >&2\nexec sleep 60\n",
		"ends by itself": "trap 'kill $!; exit 130' INT\nsleep 60 &\necho at work >&2\nwait\n",
	} {
		t.Run(what, func(t *testing.T) {
			shells(t, func(t *testing.T, d Dialect, _ []string) {
				s := open(t, d, prompts()[d.name]+hookOf(t, d), "echo AWS_PROFILE=bad\n"+program)
				s.See("ready> ")
				s.Type("guise use x; echo af''ter\r")
				s.See("at work")
				s.Type("\x03")
				s.See("ready> ")
				s.Type("echo \"status " + statusWord(d) + " [$AWS_PROFILE]\"\r")
				want := "130"
				if d.name == "bash" && oldBash(t) {
					want = "1" // its own way
				}
				s.See("status " + want + ` \[\]`)
				if strings.Contains(s.Everything(), "after") {
					t.Error("the rest of the line was run")
				}
			})
		})
	}
}
