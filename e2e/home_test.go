//go:build unix

package e2e

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"guise/internal/need"
)

// TestWithoutAHome: where there is no home, a command that needs one says so, and
// makes no folder anywhere.
func TestWithoutAHome(t *testing.T) {
	w := newWorld(t)
	none := filepath.Join(w.dir, "none", "home")
	homes := map[string][]string{"unset": nil, "empty": {"HOME="}, "relative": {"HOME=home"}, "not there": {"HOME=" + none}}
	for name, home := range homes {
		w.env = slices.DeleteFunc(w.env, func(one string) bool { return strings.HasPrefix(one, "HOME=") })
		for _, args := range [][]string{{"adopt", "--all", "--yes"}, {"list"}, {"doctor", "--fix"}, {"logout", "--all"}, {"credential-process", "--profile", "ci"}} {
			got := w.run(home, "guise", args...)
			if got.code != 1 || got.out != "" || !strings.HasPrefix(got.err, "guise: no home directory: HOME is ") || !strings.Contains(got.err, "\nhint: export HOME=") {
				t.Errorf("HOME %s: %q: %+v", name, args, got)
			}
		}
		if got := w.run(home, "guise", "version"); got.code != 0 {
			t.Errorf("HOME %s: %+v", name, got)
		}
	}
	for _, path := range []string{filepath.Dir(none), "/.cache/guise", "/.local/state/guise", filepath.Join(w.dir, "work", "home")} {
		if _, err := os.Stat(path); err == nil {
			t.Errorf("%s was made", path)
		}
	}
}

// TestDoctorFindsForeignFolders: what guise, once run with sudo, has left to root.
func TestDoctorFindsForeignFolders(t *testing.T) {
	if os.Getuid() != 0 {
		need.That(t, errors.New("only root may give files away"))
	}
	w := adopted(t)
	state := filepath.Join(w.home, ".local/state")
	if err := os.Chown(state, 65534, 65534); err != nil {
		t.Fatal(err)
	}
	got := w.guise("doctor")
	if got.code != 1 || !strings.Contains(got.out, "~/.local/state belongs to ") || !strings.Contains(got.out, "sudo chown -R root ~/.local/state") || strings.Contains(got.out, "backups belongs") {
		t.Errorf("%+v", got)
	}
	if err := os.Chown(w.home, 65534, 65534); err != nil {
		t.Fatal(err)
	}
	if got := w.guise("doctor"); !strings.Contains(got.out, "this is root in "+w.home) || !strings.Contains(got.out, "fix: sudo -H guise doctor") {
		t.Errorf("%+v", got)
	}
}
