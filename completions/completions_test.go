package completions

import (
	"errors"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"guise/internal/need"
)

// TestSplit: bash's script takes a line apart as bash would, and runs nothing.
// (Completion by the TAB key, in all shells, is played in package e2e.)
func TestSplit(t *testing.T) {
	bash := need.Program(t, "bash")
	script, err := Script("bash", "guise")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for line, want := range map[string]string{
		`guise use pro`:          "guise|use|pro",
		`guise use `:             "guise|use|",
		`guise  use	'a b`:        "guise|use|a b",
		`guise use a\ b"c d"`:    "guise|use|a bc d",
		`guise use $(touch x)`:   "guise|use|$(touch|x)",
		"guise use `touch x`":    "guise|use|`touch|x`",
		`guise use \$\(touch\ x`: "guise|use|$(touch x",
		`guise use 'a'\''b'`:     "guise|use|a'b",
		`guise use ""`:           "guise|use|",
		`guise use *`:            "guise|use|*",
		`guise use "a\"b`:        `guise|use|a"b`,
	} {
		c := exec.Command(bash, "--noprofile", "--norc", "-u", "-c", script+"\n__guise_split \"$1\"; IFS='|'; printf %s \"${__guise_words[*]}\"", "bash", line)
		c.Dir = dir
		out, err := c.CombinedOutput()
		if err != nil || string(out) != want {
			t.Errorf("%s: %q, want %q: %v", line, out, want, err)
		}
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "*")); len(left) > 0 {
		t.Errorf("something ran: %q", left)
	}
}

func TestScript(t *testing.T) {
	for _, shell := range []string{"bash", "zsh", "fish", "tcsh", "xonsh", "elvish", "nushell", "powershell"} {
		text, err := Script(shell, "aws-as")
		if err != nil || !strings.Contains(text, "aws-as") || strings.Contains(text, "GUISE_COMMAND") {
			t.Errorf("%s: %v\n%s", shell, err, text)
		}
		if strings.Contains(text, "eval") {
			t.Errorf("%s evaluates something", shell)
		}
	}
	if _, err := Script("dos", "guise"); !errors.Is(err, ErrNone) {
		t.Error("there is no such shell")
	}
}
