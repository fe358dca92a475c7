//go:build unix

package e2e

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"guise/internal/await"
	"guise/internal/need"
)

var update = flag.Bool("update", false, "draw docs/terminal.svg again")

// TestPicture: the README's picture shows what guise prints. It is drawn (make picture)
// from the screen of a terminal, tmux, in which the demo runs; times and codes may differ.
func TestPicture(t *testing.T) {
	for _, name := range []string{"tmux", "zsh", "aws"} {
		need.Program(t, name)
	}
	w := newWorld(t)
	s := w.window(80, 18, "guise demo --shell zsh")
	s.until(`(?s)Type exit to leave.*\ndemo [%#]`)
	s.keys("guise mfa code", "Enter")
	shown := s.until(`(?m)^\d{6}$`)
	for i, line := range shown { // a colour may begin or end there
		shown[i] = plainText(line)
	}
	code := regexp.MustCompile(`(?m)^\d{6}$`).FindString(strings.Join(shown, "\n"))
	s.keys("clear", "Enter")
	s.until(`^demo [%#]$`)
	s.keys("guise use", "Enter")
	s.until(`profile>.*\d/\d+`)
	s.keys("stag")
	picking := s.until(`> stag +2/\d+`) // and nothing that turns while it looks
	s.keys("", "Enter")
	s.until("MFA code for staging")
	s.keys(code)
	asking := s.until(`: \d{6}`)
	s.keys("", "Enter")
	s.until(`\(staging .*demo [%#]`)
	s.keys("aws sts get-caller-identity --query Arn", "Enter")
	s.until("assumed-role/Developer/guise-alice")
	s.until(`(?s)assumed-role.*demo [%#]`)
	s.keys("guise use prod -r us-west-2", "Enter")
	s.until(`\(prod .*demo [%#]`)
	s.keys("guise off", "Enter")
	done := s.until(`(?s)guise off.*demo [%#]\s*$`)
	s.keys("exit", "Enter")
	await.That(t, "the end of the demo", func() bool { return exec.Command("tmux", "-S", s.socket, "has-session").Run() != nil })

	// The picker and the question vanish once they are answered: they are drawn below the
	// command that brought them.
	lines := slices.DeleteFunc(slices.Concat(picking, asking[1:], done[1:len(done)-1]), func(line string) bool {
		return strings.Trim(plainText(line), " │") == "" // the picker's empty rows
	})
	for i, line := range lines { // root's prompt has another sign
		lines[i] = strings.Replace(line, "demo # ", "demo % ", 1)
	}
	picture := drawn(lines, 80, "guise in a terminal: a profile is picked, AWS answers as its role, another profile, and off")
	const path = "../docs/terminal.svg"
	if *update {
		if err := os.WriteFile(path, []byte(picture), 0o644); err != nil { //nolint:gosec // documentation
			t.Fatal(err)
		}
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	shows, prints := pictured(string(data)), pictured(picture)
	if !slices.Equal(shows, prints) {
		t.Errorf("the picture is stale: make picture\nit shows\n%s\nguise prints\n%s", strings.Join(shows, "\n"), strings.Join(prints, "\n"))
	}
	if len(prints) < 10 {
		t.Errorf("%d lines of text", len(prints))
	}
}

// A window is what a terminal shows that emulates one: tmux.
type window struct {
	w      *world
	socket string
}

// window opens a terminal and runs a command line in it.
func (w *world) window(width, height int, command string) *window {
	w.t.Helper()
	s := &window{w, filepath.Join(w.dir, "tmux")}
	w.t.Cleanup(func() { _ = exec.Command("tmux", "-S", s.socket, "kill-server").Run() })
	settings := filepath.Join(w.dir, "tmux.conf")
	if err := os.WriteFile(settings, []byte("set -g default-terminal screen-256color\nset -g status off\n"), 0o600); err != nil {
		w.t.Fatal(err)
	}
	s.tmux("-f", settings, "new-session", "-d", "-x", fmt.Sprint(width), "-y", fmt.Sprint(height), command)
	return s
}

func (s *window) tmux(args ...string) string {
	s.w.t.Helper()
	c := exec.Command("tmux", append([]string{"-u", "-S", s.socket}, args...)...)
	c.Env, c.Dir = s.w.env, filepath.Join(s.w.dir, "work")
	out, err := c.CombinedOutput()
	if err != nil {
		s.w.t.Fatalf("tmux %q: %s %v", args, out, err)
	}
	return string(out)
}

// keys types a text and, where one is given, a key that has a name.
func (s *window) keys(text string, key ...string) {
	s.w.t.Helper()
	if text != "" {
		s.tmux("send-keys", "-l", text)
	}
	if len(key) > 0 {
		s.tmux(append([]string{"send-keys"}, key...)...)
	}
}

// until waits until a pattern is on the screen, and returns the lines of that screen, with
// their colours.
func (s *window) until(pattern string) (coloured []string) {
	s.w.t.Helper()
	wanted := regexp.MustCompile(pattern)
	await.NoError(s.w.t, func() error {
		coloured = eachColoured(strings.TrimRight(s.tmux("capture-pane", "-p", "-e"), "\n"))
		var text []string
		for _, line := range coloured {
			text = append(text, plainText(line))
		}
		if shown := strings.TrimRight(strings.Join(text, "\n"), "\n"); !wanted.MatchString(shown) {
			return fmt.Errorf("no %q on\n%s", pattern, shown)
		}
		return nil
	})
	return coloured
}
