//go:build unix

package cmd

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"guise/internal/files"
)

// TestRuntimeFolders: the runtime directory where it is ours alone, else the
// cache; and the hooks look into both, and into nothing below where a shell is.
func TestRuntimeFolders(t *testing.T) {
	w, out, _ := here(t, nil, "init", "bash")
	run, cached := filepath.Join(w.Home, "run"), filepath.Join(w.Cache, "run")
	a := newApp(w)
	for _, c := range []struct {
		name string
		make func() error
		want string
	}{
		{"missing", func() error { return nil }, cached},
		{"open to others", func() error { return os.Mkdir(run, 0o755) }, cached}, //nolint:gosec // that is the case
		{"ours", func() error { return os.Chmod(run, 0o700) }, filepath.Join(run, "guise")},
	} {
		if err := c.make(); err != nil {
			t.Fatal(err)
		}
		if got, err := a.runtimeDir(); err != nil || got != c.want {
			t.Errorf("%s: %q, %v", c.name, got, err)
		}
	}
	w.Runtime = func() []files.Folder { return files.RuntimeFolders("", w.Cache) }
	if code := Main(w); code != 0 {
		t.Fatalf("exit code %d", code)
	}
	if hook := out.String(); strings.Contains(hook, "'guise/waiting'") || !strings.Contains(hook, "'"+filepath.Join(cached, "waiting")+"'") {
		t.Errorf("%s", hook)
	}
}
