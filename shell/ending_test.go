package shell

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"guise/internal/need"
)

// notice writes one that is due, and says when the session ends, each from now.
func notice(t *testing.T, path string, due, end time.Duration, line, hint string) {
	t.Helper()
	now := time.Now()
	path = fmt.Sprintf("%s-%d", path, now.Add(due).Unix())
	text := fmt.Sprintf("@%d %d\n%s\n%s\n", now.Add(due).Unix(), now.Add(end).Unix(), line, hint)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(path, now, now.Add(due)); err != nil {
		t.Fatal(err)
	}
}

// TestEnding: a notice that is due is shown at one prompt of one shell, with the time that
// is left then; one that is not, or that is over, at none.
func TestEnding(t *testing.T) {
	const line, hint = "guise: the SSO session corp ends in about", "hint: guise sso login corp"
	for name, c := range map[string]struct {
		due, end   time.Duration
		line, want string
	}{
		"due":         {-time.Minute, 13*time.Minute + 50*time.Second, line, line + " 14m\n" + hint + "\n"},
		"at the end":  {-15 * time.Minute, 10 * time.Second, line, line + " 1m\n" + hint + "\n"},
		"not yet due": {time.Minute, 16 * time.Minute, line, ""},
		"over":        {-time.Hour, -time.Second, line, ""},
		"hostile":     {-time.Minute, 10 * time.Minute, "guise: \x1b]0;x\x07$(touch pwned)`touch pwned`%n\\ ends in about", "guise: ?]0;x?$(touch pwned)`touch pwned`%n\\ ends in about 10m\n" + hint + "\n"},
	} {
		t.Run(name, func(t *testing.T) {
			shells(t, func(t *testing.T, d Dialect, argv []string) {
				if d.name == "bash" && oldBash(t) {
					return // it has no clock
				}
				room := t.TempDir()
				file := filepath.Join(room, "ends-0123-1767351000")
				notice(t, file, c.due, c.end, c.line, hint)
				hook, err := d.Hook(HookOptions{Rooms: []string{room}})
				if err != nil {
					t.Fatal(err)
				}
				script := hook + strings.Repeat("__guise_prompt\n", 2)
				if out, stderr, _ := run(t, argv, script, "exit 9"); stderr != c.want || out != "" {
					t.Errorf("%q %q", out, stderr)
				}
				if _, stderr, _ := run(t, argv, script, "exit 9"); stderr != "" {
					t.Errorf("shown again: %q", stderr)
				}
				_, err = os.Stat(file + ".shown")
				if (err == nil) != (c.want != "") {
					t.Error(err)
				}
			})
		})
	}
}

// TestEndingThatIsNone: what is no notice is none: files beside one, those that have
// something else in them, pipes and links. What the user has set of the shell stays.
func TestEndingThatIsNone(t *testing.T) {
	shells(t, func(t *testing.T, d Dialect, argv []string) {
		room := t.TempDir()
		const line, hint = "guise: a", "hint: b"
		good := "@1 9999999999\n" + line + "\n" + hint + "\n"
		for name, text := range map[string]string{
			"ends-1.shown": good, "ends-1.told": good, "ends-1-x": good, "ends-2-1.shown": good, "ends-2-1.told": good, "ends-3-1a": good, "ends-4-": good,
			"ends-2-1": "", "ends-3-1": "@1 \n", "ends-4-1": "@1 9999999999\n" + line, "ends-5-1": "1 9999999999\n" + line + "\n" + hint + "\n",
			"ends-6-1": "@a[$(touch pwned)] 9999999999\n" + line + "\n" + hint + "\n", "ends-7-1": "@1 99999999x\n" + line + "\n" + hint + "\n",
		} {
			if err := os.WriteFile(filepath.Join(room, name), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		away := filepath.Join(t.TempDir(), "away")
		if err := os.WriteFile(away, []byte(good), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(away, filepath.Join(room, "ends-8-1")); err != nil {
			t.Fatal(err)
		}
		hook, err := d.Hook(HookOptions{Rooms: []string{room}})
		if err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(t.TempDir(), "f")
		clobbers := "__guise_prompt\necho a >" + file + "; echo b >" + file + " && echo clobbers\n"
		if out, stderr, _ := run(t, argv, hook+clobbers, "exit 9"); out != "clobbers\n" || stderr != "" {
			t.Errorf("%q %q", out, stderr)
		}
		if found, _ := filepath.Glob(filepath.Join(room, "*[3-8].shown")); len(found) > 0 {
			t.Errorf("%q", found)
		}
		if d.name == "fish" { // which has no such option
			return
		}
		notice(t, filepath.Join(room, "ends-9"), -time.Minute, time.Minute, line, hint)
		if out, stderr, _ := run(t, argv, hook+"set -C\n"+clobbers, "exit 9"); out != "" || !strings.HasPrefix(stderr, "guise: a 1m\nhint: b\n") {
			t.Errorf("%q %q", out, stderr)
		}
	})
}

// oldBash tells a bash without a clock (3.2, as macOS has it).
func oldBash(t *testing.T) bool {
	return exec.Command(need.Program(t, "bash"), "-c", "((BASH_VERSINFO[0] < 4))").Run() == nil
}
