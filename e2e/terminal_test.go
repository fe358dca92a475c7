//go:build unix

package e2e

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"regexp"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"

	"guise/internal/await"
)

// patience is how long a test waits for a condition before it fails. No test
// waits for time itself.
const patience = await.Patience

// terminal is a program on a real pseudo-terminal, with a person (the test) who
// types and looks.
type terminal struct {
	t    *testing.T
	tty  *os.File
	cmd  *exec.Cmd
	done chan struct{}

	mu   sync.Mutex
	all  []byte // everything that was ever shown
	seen int    // how much of it has been looked at
}

// openTerminal starts a program as the leader of a session of its own.
func openTerminal(t *testing.T, dir string, env []string, argv ...string) *terminal {
	t.Helper()
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.Dir, cmd.Env = dir, append(env, "TERM=xterm-256color")
	tty, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: 30, Cols: 120})
	if err != nil {
		t.Fatal(err)
	}
	// The library leaves it blocking: a read that waits would keep it from being closed.
	if err := syscall.SetNonblock(int(tty.Fd()), true); err != nil {
		t.Fatal(err)
	}
	s := &terminal{t: t, tty: tty, cmd: cmd, done: make(chan struct{})}
	go s.watch()
	t.Cleanup(s.close)
	return s
}

// close takes the terminal away, as of a window that is closed. The world waits until
// its programs have ended of it.
func (s *terminal) close() {
	if s.t.Failed() {
		s.t.Logf("the terminal of %s, since the last look:\n%s", s.cmd, s.shown())
	}
	_ = s.cmd.Process.Kill()
	_ = s.tty.Close()
	<-s.done
	_ = s.cmd.Wait()
}

// watch reads what is shown and, as a terminal does, answers where the cursor
// is when a program asks (fzf does).
func (s *terminal) watch() {
	defer close(s.done)
	buf := make([]byte, 4096)
	for {
		n, err := s.tty.Read(buf)
		s.mu.Lock()
		s.all = append(s.all, buf[:n]...)
		s.mu.Unlock()
		for range bytes.Count(buf[:n], []byte("\x1b[6n")) {
			_, _ = s.tty.WriteString("\x1b[1;1R")
		}
		if err != nil {
			return
		}
	}
}

func (s *terminal) typ(text string) {
	s.t.Helper()
	if _, err := s.tty.WriteString(text); err != nil {
		s.t.Fatal(err)
	}
}

var escapes = regexp.MustCompile(`\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b\][^\x07]*\x07|\x1b[=>()][0-9A-B]?|\x1b[78]|\r`)

// see waits until the pattern is shown, after what was seen before, and gives
// its submatches.
func (s *terminal) see(pattern string) []string {
	s.t.Helper()
	re := regexp.MustCompile(pattern)
	deadline := time.Now().Add(patience)
	for {
		s.mu.Lock()
		text := s.all[s.seen:]
		plain := escapes.ReplaceAll(text, nil)
		found := re.FindSubmatchIndex(plain)
		if found != nil {
			s.seen += rawLength(text, found[1])
			var groups []string
			for i := 0; i < len(found); i += 2 {
				groups = append(groups, string(plain[found[i]:found[i+1]]))
			}
			s.mu.Unlock()
			return groups
		}
		s.mu.Unlock()
		if time.Now().After(deadline) {
			s.t.Fatalf("%q was not shown; since the last look:\n%s", pattern, plain)
		}
		time.Sleep(await.Look)
	}
}

// rawLength is how many bytes of raw hold its first n bytes without escapes.
func rawLength(raw []byte, n int) int {
	at := 0
	for _, e := range append(escapes.FindAllIndex(raw, -1), []int{len(raw), len(raw)}) {
		if text := e[0] - at; n <= text {
			return at + n
		} else {
			n -= text
		}
		at = e[1]
	}
	return len(raw)
}

// shown is everything since the last look.
func (s *terminal) shown() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return string(escapes.ReplaceAll(s.all[s.seen:], nil))
}

// everything is all that was ever shown, escapes and all.
func (s *terminal) everything() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return string(s.all)
}

// exit waits for the program's end and gives its status.
func (s *terminal) exit() int {
	s.t.Helper()
	ended := make(chan error, 1)
	go func() { ended <- s.cmd.Wait() }()
	select {
	case err := <-ended:
		if status, ok := errors.AsType[*exec.ExitError](err); ok {
			if w, ok := status.Sys().(syscall.WaitStatus); ok && w.Signaled() {
				return 128 + int(w.Signal())
			}
			return status.ExitCode()
		}
		return 0
	case <-time.After(patience):
		s.t.Fatalf("the program did not end; since the last look:\n%s", s.shown())
		return -1
	}
}
