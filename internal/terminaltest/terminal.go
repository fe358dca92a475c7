//go:build unix

// Package terminaltest is a pseudo-terminal for tests, with the test in the user's
// place: it types, and waits until something is shown. It is for tests alone.
package terminaltest

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"os/signal"
	"regexp"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"

	"guise/internal/await"
)

// Terminal is a pseudo-terminal. It is closed at the end of the test.
type Terminal struct {
	t       testing.TB
	tty     *os.File
	program *exec.Cmd     // nil: there is none
	wait    func() error  // for its end, as often as wanted
	done    chan struct{} // closed when nothing more is shown

	mu   sync.Mutex
	all  []byte        // everything that was ever shown
	seen int           // how much of it was looked at
	more chan struct{} // closed when more is shown

	escapes *regexp.Regexp // what only draws
}

// Start starts a program as the leader of a session of its own, whose terminal it is.
func Start(t testing.TB, program *exec.Cmd) *Terminal {
	t.Helper()
	program.Env = append(program.Env, "TERM=xterm-256color")
	heedSignals()
	tty, err := pty.StartWithSize(program, &pty.Winsize{Rows: 40, Cols: 200})
	if err != nil {
		t.Fatal(err)
	}
	return watched(t, tty, program)
}

// heedSignals has programs that are started from now on end by the signals of a terminal, as
// in any new window. The test itself may run under nohup or behind the "&" of a script, and
// what is ignored there would be ignored by all that it starts.
func heedSignals() {
	for _, s := range []os.Signal{syscall.SIGHUP, syscall.SIGINT, syscall.SIGQUIT} {
		if signal.Ignored(s) {
			signal.Notify(make(chan os.Signal, 1), s) // what is caught is not inherited
		}
	}
}

// Open opens a terminal for the test's own process, which gets the other end of it:
// what a program would have, and is to be closed. It is nobody's controlling terminal.
func Open(t testing.TB) (_ *Terminal, inside *os.File) {
	t.Helper()
	tty, inside, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	return watched(t, tty, nil), inside
}

func watched(t testing.TB, tty *os.File, program *exec.Cmd) *Terminal {
	// The library leaves it blocking: a read that waits would keep it from being closed.
	if err := syscall.SetNonblock(int(tty.Fd()), true); err != nil { //nolint:gosec // a file descriptor is small
		t.Fatal(err)
	}
	s := &Terminal{t: t, tty: tty, program: program, done: make(chan struct{}), more: make(chan struct{}), escapes: escapes()}
	if program != nil {
		s.wait = sync.OnceValue(program.Wait)
	}
	go s.watch()
	t.Cleanup(s.close)
	return s
}

// close takes the terminal away, as of a window that is closed.
func (s *Terminal) close() {
	if s.t.Failed() {
		s.t.Logf("the terminal, since the last look:\n%s", s.Shown())
	}
	if s.program != nil {
		_ = s.program.Process.Kill()
	}
	_ = s.tty.Close()
	<-s.done
	if s.program != nil {
		_ = s.wait()
	}
}

// watch reads what is shown and, as a terminal does, answers where the cursor is when
// a program asks (fzf does).
func (s *Terminal) watch() {
	defer close(s.done)
	buf := make([]byte, 4096)
	for {
		n, err := s.tty.Read(buf)
		s.mu.Lock()
		s.all = append(s.all, buf[:n]...)
		close(s.more)
		s.more = make(chan struct{})
		s.mu.Unlock()
		for range bytes.Count(buf[:n], []byte("\x1b[6n")) {
			_, _ = s.tty.WriteString("\x1b[1;1R")
		}
		if err != nil {
			return
		}
	}
}

// Process is the program's.
func (s *Terminal) Process() *os.Process { return s.program.Process }

// Type types a text; Enter is "\r".
func (s *Terminal) Type(text string) {
	s.t.Helper()
	if _, err := s.tty.WriteString(text); err != nil {
		s.t.Fatal(err)
	}
}

// See waits until a pattern is shown, after what was seen before, and returns its
// submatches. Escape sequences and carriage returns do not count. It fails the test as
// soon as the programs on the terminal have ended without it.
func (s *Terminal) See(pattern string) []string {
	s.t.Helper()
	wanted := regexp.MustCompile(pattern)
	patience := time.After(await.Patience)
	for {
		over := s.over()
		groups, more := s.look(wanted)
		switch {
		case groups != nil:
			return groups
		case over:
			s.t.Fatalf("%q was not shown, and nobody is there any more to show it", pattern)
		}
		select {
		case <-more:
		case <-s.done:
		case <-patience:
			s.t.Fatalf("awaited for %s: to be shown: %s", await.Patience, pattern)
		}
	}
}

// over reports whether nothing more is shown.
func (s *Terminal) over() bool {
	select {
	case <-s.done:
		return true
	default:
		return false
	}
}

// look takes one look for a pattern: nil where it is not shown, and what is closed once
// there is more to look at.
func (s *Terminal) look(wanted *regexp.Regexp) (groups []string, more <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	fresh := s.all[s.seen:]
	text, at := s.plain(fresh)
	found := wanted.FindSubmatchIndex(text)
	if found == nil {
		return nil, s.more
	}
	for i := 0; i < len(found); i += 2 {
		group := ""
		if found[i] >= 0 {
			group = string(text[found[i]:found[i+1]])
		}
		groups = append(groups, group)
	}
	s.seen += at(found[1])
	return groups, nil
}

// Shown is what was shown since the last look, without escape sequences.
func (s *Terminal) Shown() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	text, _ := s.plain(s.all[s.seen:])
	return string(text)
}

// Everything is all that was ever shown, without escape sequences.
func (s *Terminal) Everything() string {
	text, _ := s.plain([]byte(s.Raw()))
	return string(text)
}

// Raw is all that was ever shown, as it was sent.
func (s *Terminal) Raw() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return string(s.all)
}

// Exit waits for the program's end and returns its status, as a shell has it.
func (s *Terminal) Exit() int {
	s.t.Helper()
	ended := make(chan error, 1)
	go func() { ended <- s.wait() }()
	select {
	case err := <-ended:
		status, failed := errors.AsType[*exec.ExitError](err)
		if !failed {
			return 0
		}
		if w, ok := status.Sys().(syscall.WaitStatus); ok && w.Signaled() {
			return 128 + int(w.Signal())
		}
		return status.ExitCode()
	case <-time.After(await.Patience):
		s.t.Fatal("the program did not end")
		return -1
	}
}

func escapes() *regexp.Regexp {
	return regexp.MustCompile(`\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[=>()][0-9A-B]?|\x1b[78]|\r`)
}

// plain is a text without escape sequences and carriage returns; at says how many bytes
// of the whole hold its first n.
func (s *Terminal) plain(raw []byte) (text []byte, at func(n int) int) {
	out := s.escapes.FindAllIndex(raw, -1)
	return s.escapes.ReplaceAll(raw, nil), func(n int) int {
		from := 0
		for _, escape := range out {
			if n <= escape[0]-from {
				break
			}
			n -= escape[0] - from
			from = escape[1]
		}
		return from + n
	}
}
