//go:build unix

package completions

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"guise/internal/need"
	"guise/internal/terminaltest"
)

// program is what stands for guise on PATH. It completes from the file
// "values", by prefix as guise does, and otherwise says how it was called.
const program = `#!/bin/sh
if [ "$1" != __complete ]; then
  printf 'got:'
  for arg; do printf '<%s>' "$arg"; done
  echo
  exit
fi
for typed; do :; done
case $typed in -*=*) typed=${typed#*=} ;; esac
while IFS= read -r line; do
  case $line in "$typed"* | :*) printf '%s\n' "$line" ;; esac
done <"$HOME/values"
echo 'a message' >&2
`

// dumpDir is where zsh dumps what its completion has read, for half a second: all shells
// that are not about that share it.
var dumpDir string

func TestMain(m *testing.M) {
	os.Exit(func() int {
		dir, err := os.MkdirTemp("", "completions-")
		if err != nil {
			panic(err)
		}
		defer func() { _ = os.RemoveAll(dir) }()
		dumpDir = dir
		return m.Run()
	}())
}

// keyboard is a shell on a terminal, with completion loaded.
type keyboard struct {
	*terminaltest.Terminal
	t   *testing.T
	dir string
}

// start opens a shell whose rc file has the completion and the lines given.
func start(t *testing.T, shell, command string, rc ...string) *keyboard {
	t.Helper()
	rc = append([]string{map[string]string{
		"bash": "PS1='ready> '",
		"zsh":  "PROMPT='ready> '; autoload -Uz compinit; compinit -u -d " + filepath.Join(dumpDir, "zcompdump"),
		"fish": "function fish_prompt; echo -n 'ready> '; end; function fish_greeting; end",
	}[shell]}, rc...)
	return open(t, shell, command, strings.Join(rc, "\n")+"\n%s")
}

// open opens a shell whose rc file has the completion in the place of %s.
func open(t *testing.T, shell, command, rc string) *keyboard {
	t.Helper()
	need.Long(t)
	k := &keyboard{t: t, dir: t.TempDir()}
	script, err := Script(shell, command)
	if err != nil {
		t.Fatal(err)
	}
	name := map[string]string{"bash": "rc", "zsh": ".zshrc", "fish": "rc"}[shell]
	k.write(name, strings.Replace(rc, "%s", script, 1))
	k.write("guise", program)
	if err := os.Chmod(filepath.Join(k.dir, "guise"), 0o700); err != nil { //nolint:gosec // a program
		t.Fatal(err)
	}
	argv := map[string][]string{
		"bash": {"--noprofile", "--rcfile", filepath.Join(k.dir, "rc"), "-i"},
		"zsh":  {"-i"},
		"fish": {"--no-config", "-i", "-C", "source " + filepath.Join(k.dir, "rc")},
	}[shell]
	c := exec.Command(need.Program(t, shell), argv...)
	c.Dir = k.dir
	c.Env = []string{"PATH=" + k.dir + ":" + os.Getenv("PATH"), "HOME=" + k.dir, "ZDOTDIR=" + k.dir, "LANG=C.UTF-8"}
	k.Terminal = terminaltest.Start(t, c)
	k.See("ready> ")
	return k
}

func (k *keyboard) write(name, text string) {
	k.t.Helper()
	if err := os.WriteFile(filepath.Join(k.dir, name), []byte(text), 0o600); err != nil {
		k.t.Fatal(err)
	}
}
