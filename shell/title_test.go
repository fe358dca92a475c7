//go:build unix

package shell

import (
	"regexp"
	"strings"
	"testing"

	"guise/internal/await"
	"guise/internal/awsenv"
)

// TestTitleOf: the colour of a tab is for a terminal that is known to show it.
func TestTitleOf(t *testing.T) {
	red := Target{Profile: "p", Title: true, Color: "31"}
	for _, c := range []struct {
		env  awsenv.Env
		to   Target
		want string
	}{
		{nil, Target{}, ""},
		{nil, red, "on"},
		{awsenv.Env{"TERM_PROGRAM=iTerm.app"}, red, "205;49;49"},
		{awsenv.Env{"LC_TERMINAL=iTerm2"}, red, "205;49;49"}, // over SSH
		{awsenv.Env{"LC_TERMINAL=iTerm2", "TMUX=/tmp/x"}, red, "on"},
		{awsenv.Env{"TERM_PROGRAM=iTerm.app", "STY=1.x"}, red, "on"},
		{awsenv.Env{"TERM_PROGRAM=iTerm.app"}, Target{Title: true}, "on"},
		{awsenv.Env{"TERM_PROGRAM=iTerm.app"}, Target{Color: "31"}, ""},
	} {
		if got := titleOf(c.env, c.to); got != c.want {
			t.Errorf("%v %+v: %q, want %q", c.env, c.to, got, c.want)
		}
	}
}

// TestTitle: with terminal_title the terminal's title has the profile, whatever it is
// called, until `off` or the shell's exit; the tab of iTerm2 its colour.
func TestTitle(t *testing.T) {
	shells(t, func(t *testing.T, d Dialect, _ []string) {
		hostile := `export AWS_PROFILE="$(printf 'a\033]2;b')"`
		if d.name == "fish" {
			hostile = `set -gx AWS_PROFILE (printf 'a\033]2;b')`
		}
		to := Target{Profile: "prod", Segment: "prod", Color: "31", Title: true}
		used := Terminal{Env: awsenv.Env{"TERM_PROGRAM=iTerm.app"}}.Use(to)
		off := d.script(Terminal{}.Off())
		s := open(t, d, prompts()[d.name]+hookOf(t, d), "case $1 in use) cat <<'END'\n"+d.script(used.Changes)+"END\n;; off) cat <<'END'\n"+off+"END\n;; esac\n")
		s.See("ready> ")
		s.Type("guise use x\r")
		s.See("prod.*ready> ")
		sees := func(what, pattern string) {
			t.Helper()
			if raw := s.Raw(); !regexp.MustCompile(pattern).MatchString(raw) {
				t.Errorf("%s: %q", what, raw[max(0, len(raw)-600):])
			}
		}
		if d.name == "fish" { // which writes it, where TERM says that it can
			s.Type("echo title=(fish_title)\r")
			s.See("title=prod: ")
			s.See("ready> ")
		} else {
			sees("the title", `\x1b\]2;prod\x07`)
		}
		sees("the tab", `\x1b\]6;1;bg;red;brightness;205\x07\x1b\]6;1;bg;green;brightness;49\x07\x1b\]6;1;bg;blue;brightness;49\x07`)
		s.Type(hostile + "\r")
		s.See(`a\?\]2;b.*ready> `)
		s.Type("guise off\r")
		s.See("ready> ")
		s.Type("echo do''ne\r")
		s.See("done")
		s.See("ready> ")
		sees("the tab again", `\x1b\]6;1;bg;\*;default\x07`)
		if d.name != "fish" {
			sees("the title again", `(?s)\x1b\[22;0t.*\x1b\]2;\x07\x1b\[23;0t`)
		}
		s.Type("guise use x\r")
		s.See("prod.*ready> ")
		before := len(s.Raw())
		s.Type("exit\r")
		await.That(t, "the end of the title at the shell's exit", func() bool {
			return strings.Contains(s.Raw()[before:], "\x1b]6;1;bg;*;default\a")
		})
		s.Exit()
	})
}
