//go:build unix

package completions

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/creack/pty"

	"guise/internal/await"
	"guise/internal/need"
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

// keyboard is a shell on a real pseudo-terminal, with completion loaded.
type keyboard struct {
	t   *testing.T
	dir string
	tty *os.File

	mu   sync.Mutex
	all  []byte // everything shown
	seen int    // how much of it was looked at
}

// start opens a shell whose rc file has the completion and the lines given.
func start(t *testing.T, shell, command string, rc ...string) *keyboard {
	t.Helper()
	k := &keyboard{t: t, dir: t.TempDir()}
	script, err := Script(shell, command)
	if err != nil {
		t.Fatal(err)
	}
	rc = append([]string{map[string]string{
		"bash": "PS1='ready> '",
		"zsh":  "PROMPT='ready> '; autoload -Uz compinit; compinit -u -D",
		"fish": "function fish_prompt; echo -n 'ready> '; end; function fish_greeting; end",
	}[shell]}, rc...)
	name := map[string]string{"bash": "rc", "zsh": ".zshrc", "fish": "rc"}[shell]
	k.write(name, strings.Join(rc, "\n")+"\n"+script)
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
	c.Env = []string{"PATH=" + k.dir + ":" + os.Getenv("PATH"), "HOME=" + k.dir, "ZDOTDIR=" + k.dir, "LANG=C.UTF-8", "TERM=xterm"}
	if k.tty, err = pty.StartWithSize(c, &pty.Winsize{Rows: 40, Cols: 200}); err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go k.watch(done)
	t.Cleanup(func() {
		_ = c.Process.Kill()
		_ = k.tty.Close()
		<-done
		_ = c.Wait()
	})
	k.see("ready> ")
	return k
}

func (k *keyboard) watch(done chan struct{}) {
	defer close(done)
	buf := make([]byte, 4096)
	for {
		n, err := k.tty.Read(buf)
		k.mu.Lock()
		k.all = append(k.all, buf[:n]...)
		k.mu.Unlock()
		if err != nil {
			return
		}
	}
}

func (k *keyboard) write(name, text string) {
	k.t.Helper()
	if err := os.WriteFile(filepath.Join(k.dir, name), []byte(text), 0o600); err != nil {
		k.t.Fatal(err)
	}
}

func (k *keyboard) typ(text string) {
	k.t.Helper()
	if _, err := k.tty.WriteString(text); err != nil {
		k.t.Fatal(err)
	}
}

// see waits until a pattern is shown, after what was seen before.
func (k *keyboard) see(pattern string) string {
	k.t.Helper()
	re := regexp.MustCompile(pattern)
	deadline := time.Now().Add(await.Patience)
	for {
		k.mu.Lock()
		fresh := k.all[k.seen:]
		at := re.FindIndex(fresh)
		if at != nil {
			k.seen += at[1]
			k.mu.Unlock()
			return string(fresh[at[0]:at[1]])
		}
		k.mu.Unlock()
		if time.Now().After(deadline) {
			k.t.Fatalf("%q was not shown; since the last look: %q", pattern, fresh)
		}
		time.Sleep(await.Look)
	}
}

// shows reports whether a text was ever shown.
func (k *keyboard) shows(text string) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return strings.Contains(string(k.all), text)
}
