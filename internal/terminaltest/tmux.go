//go:build unix

package terminaltest

import (
	"bufio"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"guise/internal/await"
)

// Tmux is a server of tmux for one test, which has windows of any size: a terminal that
// knows what is on its screen. Its methods may be called by several tests at once.
type Tmux struct {
	mu      sync.Mutex
	in      io.Writer
	replies *bufio.Reader
	windows int
}

// tmuxConfig is all that the server is told: nobody's own settings count.
const tmuxConfig = `set -g status off
set -g history-limit 5000
set -g remain-on-exit on
set -g default-terminal tmux-256color
`

// StartTmux starts a server, and ends it with all its windows at the end of the test.
func StartTmux(t testing.TB, path string) *Tmux {
	t.Helper()
	dir := t.TempDir()
	config := filepath.Join(dir, "tmux.conf")
	if err := os.WriteFile(config, []byte(tmuxConfig), 0o600); err != nil {
		t.Fatal(err)
	}
	c := exec.Command(path, "-S", filepath.Join(dir, "socket"), "-f", config, "-C", "new-session", "cat") //nolint:gosec // tmux
	c.Env, c.Stderr = []string{"LANG=C.UTF-8", "PATH=" + os.Getenv("PATH")}, os.Stderr
	in, err := c.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	m := &Tmux{in: in, replies: bufio.NewReader(out)}
	t.Cleanup(func() {
		_, _ = io.WriteString(in, "kill-server\n")
		_ = in.Close()
		_, _ = io.Copy(io.Discard, m.replies)
		_ = c.Wait()
	})
	if _, err := m.reply(); err != nil { // to the first command, of its own words
		t.Fatal(err)
	}
	return m
}

// do has the server run a command, and gives what it prints: tmux's control mode, which
// starts no process for it.
func (m *Tmux) do(words ...string) (string, error) {
	all, err := m.doBoth(words)
	return all[0], err
}

// doBoth has the server run commands with nothing in between, and gives what each prints.
func (m *Tmux) doBoth(commands ...[]string) ([]string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var line []string
	for i, words := range commands {
		if i > 0 {
			line = append(line, ";")
		}
		for _, word := range words {
			line = append(line, "'"+strings.ReplaceAll(word, "'", `'\''`)+"'")
		}
	}
	all := make([]string, len(commands))
	_, err := io.WriteString(m.in, strings.Join(line, " ")+"\n")
	for i := range all {
		if err == nil {
			all[i], err = m.reply()
		}
	}
	return all, err
}

// reply reads the answer to one command: the lines between %begin and the %end or %error
// that has the same numbers. What else the server tells of is passed over.
func (m *Tmux) reply() (string, error) {
	var b strings.Builder
	numbers, begun := "", false
	for {
		line, err := m.replies.ReadString('\n')
		if err != nil {
			return "", fmt.Errorf("tmux: %w", err)
		}
		line = strings.TrimSuffix(line, "\n")
		switch {
		case !begun:
			numbers, begun = strings.CutPrefix(line, "%begin ")
		case line == "%end "+numbers:
			return b.String(), nil
		case line == "%error "+numbers:
			return "", errors.New("tmux: " + b.String())
		default:
			b.WriteString(line + "\n")
		}
	}
}

// Window is a terminal of tmux's with one program on it.
type Window struct {
	t       testing.TB
	tmux    *Tmux
	name    string
	columns int
}

// Open runs a program in a window of its own until the end of the test.
func (m *Tmux) Open(t testing.TB, columns, rows int, program *exec.Cmd) *Window {
	t.Helper()
	m.mu.Lock()
	m.windows++
	w := &Window{t: t, tmux: m, name: fmt.Sprintf("window%d", m.windows), columns: columns}
	m.mu.Unlock()
	words := append([]string{
		"new-session", "-d", "-s", w.name, "-x", fmt.Sprint(columns), "-y", fmt.Sprint(rows), "-c", program.Dir,
		"env", "-i", "TERM=tmux-256color",
	}, program.Env...)
	if _, err := m.do(append(words, program.Args...)...); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := m.do("kill-session", "-t", "="+w.name); err != nil {
			t.Error(err)
		}
	})
	return w
}

// Type types a text; Enter is "\r", Esc "\x1b".
func (w *Window) Type(text string) {
	w.t.Helper()
	words := []string{"send-keys", "-t", "=" + w.name + ":", "-H"}
	for i := range len(text) {
		words = append(words, hex.EncodeToString([]byte{text[i]}))
	}
	if _, err := w.tmux.do(words...); err != nil {
		w.t.Fatal(err)
	}
}

// Screen is what the window shows, with what has scrolled away above it.
func (w *Window) Screen() Screen {
	w.t.Helper()
	capture := []string{"capture-pane", "-p", "-t", "=" + w.name + ":", "-S", "-"}
	all, err := w.tmux.doBoth(capture, append(capture, "-J"))
	if err != nil {
		w.t.Fatal(err)
	}
	lines := func(text string) []string { return strings.Split(strings.TrimRight(text, " \n"), "\n") }
	return Screen{Columns: w.columns, Lines: lines(all[0]), Joined: lines(all[1])}
}

// Await waits until the window's screen is as it should be and stays so for a few looks,
// since a program may draw it in pieces; and gives it.
func (w *Window) Await(what string, is func(Screen) bool) (s Screen) {
	w.t.Helper()
	const looks = 3 // a look draws all that has ever been shown
	same := 0
	for deadline := time.Now().Add(await.Patience); ; time.Sleep(2 * await.Look) {
		before := s
		if s = w.Screen(); !is(s) || !slices.Equal(s.Lines, before.Lines) {
			same = 0
		} else if same++; same == looks {
			return s
		}
		if time.Now().After(deadline) {
			w.t.Fatalf("awaited for %s: %s, on\n%s", await.Patience, what, s)
		}
	}
}
