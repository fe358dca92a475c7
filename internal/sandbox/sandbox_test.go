//go:build unix

package sandbox

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"guise/internal/need"

	"guise/internal/awsenv"
	"guise/shell"
)

// TestSandbox: nothing in its environment leads out of it but the way to a browser, and
// nothing of it is left.
func TestSandbox(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	locked := 0
	o := Options{
		Environ: []string{"AWS_PROFILE=mine", "GUISE_ADOPT=never", "XDG_CONFIG_HOME=/mine", "HOME=/it's mine", "PATH=/bin", "LANG=C"}, Now: time.Now,
		Browser: func(page string) ([]string, error) { return []string{"open", "it's", "--url=" + page, page}, nil },
		Lock:    func(*Sandbox) error { locked++; return nil },
	}
	b, err := Open(o)
	if err != nil {
		t.Fatal(err)
	}
	env := awsenv.Env(b.Environ())
	for _, pair := range env {
		if strings.Contains(pair, "mine") || pair == "GUISE_ADOPT=never" {
			t.Errorf("%s", pair)
		}
	}
	if path, _ := env.Get("PATH"); path != filepath.Dir(b.Executable())+":/bin" || !slices.Contains(env, "HOME="+b.Home()) || !slices.Contains(env, "LANG=C") {
		t.Errorf("%q", env)
	}
	opener, _ := env.Get("GUISE_BROWSER")
	script, err := os.ReadFile(opener)
	if err != nil || !strings.Contains(string(script), `export HOME='/it'\''s mine'`) || !strings.HasSuffix(string(script), "exec 'open' 'it'\\''s' '--url='\"$1\" \"$1\"\n") {
		t.Errorf("%s, %v", script, err)
	}
	if c := b.Command([]string{"guise", "list"}); c.Path != b.Executable() || c.Err != nil {
		t.Errorf("%+v", c)
	}
	if err := b.Close(); err != nil || locked != 1 {
		t.Errorf("%v, %d", err, locked)
	}
	if _, err := os.Stat(b.Home()); !os.IsNotExist(err) {
		t.Error(err)
	}
}

// TestSweep: what a killed demo left is removed by the next one, and no demo that runs.
func TestSweep(t *testing.T) {
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	o := Options{Now: func() time.Time { return time.Now().Add(2 * oldEnough) }, Browser: func(string) ([]string, error) { return nil, os.ErrNotExist }, Lock: func(*Sandbox) error { return nil }}
	killed := filepath.Join(temp, prefix+"killed")
	if err := os.Mkdir(killed, 0o700); err != nil {
		t.Fatal(err)
	}
	running, err := Open(o)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = running.Close() }()
	if _, err := os.Stat(killed); !os.IsNotExist(err) {
		t.Error("what was left is there")
	}
	sweep(o)
	if _, err := os.Stat(running.Home()); err != nil {
		t.Error(err)
	}
}

// TestShells: the home has a file for each shell that guise has a hook for.
func TestShells(t *testing.T) {
	if all, known := rcFiles(), shell.Names(); len(all) != len(known) {
		t.Errorf("%d files for %q", len(all), known)
	}
	// The shell that runs us is opened, whatever the login shell is; else that one.
	for _, c := range [][2]string{{"bash", "bash"}, {"-bash", "bash"}, {"make", "zsh"}, {"", "zsh"}} {
		b := &Sandbox{o: Options{Caller: c[0], Environ: []string{"SHELL=" + need.Program(t, "zsh")}}}
		if words, err := b.Shell(""); err != nil || filepath.Base(words[0]) != c[1] {
			t.Errorf("%s: %v, %v", c[0], words, err)
		}
	}
	if _, err := (&Sandbox{}).Shell("dos"); err == nil {
		t.Error("there is no such shell")
	}
}
