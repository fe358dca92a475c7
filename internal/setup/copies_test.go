//go:build unix

package setup

import (
	"os"
	"strings"
	"testing"

	"guise/shell"
)

// TestFreshen: a saved hook is written again when guise has another one, or where others
// can get at it; and not by a shell that has loaded what guise would save.
func TestFreshen(t *testing.T) {
	p, d := home(t), dialect(t, "zsh")
	path := p.Copies.path(d)
	freshen := func(name, loaded string) {
		env := map[string]string{"GUISE_SHELL": name, shell.SavedHook: loaded, "HOME": p.Home}
		c := p.Copies
		c.Getenv = func(name string) string { return env[name] }
		c.Freshen()
	}
	freshen("zsh", "other")
	if text(t, path) != "none" {
		t.Error("a hook was saved without a set-up")
	}
	p.loads(t, "zsh")
	first, loaded, err := p.Copies.text(d)
	if err != nil || text(t, path) != first || !strings.Contains(first, "'"+loaded+"'") {
		t.Fatalf("%v: %s", err, text(t, path))
	}
	if err := os.Chmod(path, 0o620); err != nil {
		t.Fatal(err)
	}
	freshen("zsh", loaded)
	if info, err := os.Stat(path); err != nil || info.Mode() != 0o600 {
		t.Errorf("%v %v", info.Mode(), err)
	}
	p.put(t, strings.TrimPrefix(path, p.Home), "stale")
	freshen("zsh", loaded)
	if text(t, path) != "stale" {
		t.Error("it was written again, and the shell has loaded what is right")
	}
	p.Copies.Hook = func(shell.Dialect) (string, error) { return "# another guise's\n", nil }
	freshen("zsh", loaded)
	second, id, _ := p.Copies.text(d)
	if text(t, path) != second || id == loaded {
		t.Errorf("%s", text(t, path))
	}
	freshen("csh of old", "x")
}
