//go:build unix

package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"guise/internal/await"
	"guise/internal/need"
)

// TestCodeLeavesTheScreen: once it is answered, neither the screen nor what has
// scrolled away holds the code. tmux is the terminal, and says what is on it.
func TestCodeLeavesTheScreen(t *testing.T) {
	need.Program(t, "tmux")
	besides(t)
	for range 5 { // what draws last is a matter of chance
		t.Run("", func(t *testing.T) { codeLeavesTheScreen(t, adopted(t)) })
	}
}

func codeLeavesTheScreen(t *testing.T, w *world) {
	t.Helper()
	socket := filepath.Join(w.dir, "tmux")
	tmux := func(args ...string) string {
		t.Helper()
		c := exec.Command("tmux", append([]string{"-S", socket, "-f", "/dev/null"}, args...)...)
		c.Env, c.Dir = w.env, filepath.Join(w.dir, "work")
		out, err := c.CombinedOutput()
		if err != nil {
			t.Fatalf("tmux %q: %s %v", args, out, err)
		}
		return string(out)
	}
	tmux("new-session", "-d", "-x", "100", "-y", "20", "for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19; do echo line $i; done; guise login prod; echo over; read x")
	t.Cleanup(func() { _ = exec.Command("tmux", "-S", socket, "kill-server").Run() })
	until := func(text string) string {
		t.Helper()
		var screen string
		await.NoError(t, func() error {
			if screen = tmux("capture-pane", "-p", "-S", "-"); !strings.Contains(screen, text) {
				return fmt.Errorf("no %q on\n%s", text, screen)
			}
			return nil
		})
		return screen
	}
	until("MFA code for prod")
	code := w.code()
	tmux("send-keys", "-l", code)
	until(code)
	tmux("send-keys", "Enter")
	if screen := until("over"); strings.Contains(screen, code) || strings.Contains(screen, "MFA code") || !strings.Contains(screen, "line 19\nprod: Admin") {
		t.Errorf("on the screen afterwards:\n%s", screen)
	}
}

// TestCompletion of commands and flags, by the TAB key; and help, which is for
// eyes and not for the shell to run.
func TestCompletion(t *testing.T) {
	besides(t)
	shells(t, func(t *testing.T, name string) {
		w := adopted(t)
		s := w.shell(name)
		s.Type("guise vers\t")
		s.See("guise version")
		s.Type("\r")
		s.See(`guise \S+ linux/|guise \S+ darwin/`)
		s.See("ready ")
		s.Type("guise list --js\t")
		s.See("--json")
		s.Type("\r")
		s.See(`"managed": true`)
		s.See(`(?m)^\]`)
		s.See("ready ")
		// Where there is nothing of guise's to complete, files.
		if err := os.WriteFile(filepath.Join(w.dir, "work", "a-file"), nil, 0o600); err != nil {
			t.Fatal(err)
		}
		s.Type("guise exec deploy -- cat a-fi\t")
		s.See("a-file")
		s.Type("\r")
		s.See("ready ")
		s.Type("guise use staging-\t")
		s.See("staging-us")
		s.Type("--he\t")
		s.See("--help")
		s.Type("\r")
		s.See("Switch this terminal, and no other")
		s.See("ready ")
		s.Type("echo \"ended " + status(name) + " [$AWS_PROFILE]\"\r")
		s.See(`ended 0 \[\]`)
	})
}
