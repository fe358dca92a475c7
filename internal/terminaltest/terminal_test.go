//go:build unix

package terminaltest

import (
	"fmt"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"testing"

	"guise/internal/await"
)

// TestStart: a program has the terminal, is seen without what only draws, and its status
// is that of a shell.
func TestStart(t *testing.T) {
	s := Start(t, exec.Command("/bin/sh", "-c", `printf '\033[1mna\033[0mme: '; read name; printf 'hello \033]0;title\007%s\n' "$name"; exit 7`))
	s.See("name: ")
	s.Type("alice\r")
	if got := s.See("hel(lo) ([a-z]+)\n"); got[1] != "lo" || got[2] != "alice" {
		t.Errorf("%q", got)
	}
	if code := s.Exit(); code != 7 {
		t.Errorf("exit status %d", code)
	}
	if !strings.Contains(s.Raw(), "\x1b[1m") || strings.ContainsAny(s.Everything(), "\x1b\r") || s.Shown() != "" {
		t.Errorf("%q, of which is left %q", s.Raw(), s.Shown())
	}
	ended := Start(t, exec.Command("/bin/sh", "-c", "kill -TERM $$"))
	if code := ended.Exit(); code != 128+15 {
		t.Errorf("exit status %d", code)
	}
	await.That(t, "the end of a terminal that nobody has", ended.over)
}

// TestStartHeedsSignals: a program in a terminal ends by a signal that the test itself ignores,
// as under nohup.
func TestStartHeedsSignals(t *testing.T) {
	for _, s := range []syscall.Signal{syscall.SIGHUP, syscall.SIGINT, syscall.SIGQUIT} {
		signal.Ignore(s)
		t.Cleanup(func() { signal.Reset(s) })
		program := Start(t, exec.Command("sh", "-c", fmt.Sprintf("kill -%d $$; echo it goes on", s)))
		if code := program.Exit(); code != 128+int(s) {
			t.Errorf("%s: exit status %d: %s", s, code, program.Everything())
		}
	}
}

// TestLooks: each look goes on behind what the one before has seen, however much was
// drawn between.
func TestLooks(t *testing.T) {
	s, inside := Open(t)
	if _, err := inside.WriteString("a\x1b[31mb\x1b[0m\r\nab c\n"); err != nil {
		t.Fatal(err)
	}
	for _, pattern := range []string{"ab", "\nab", " ", "c\n"} {
		s.See(pattern)
	}
	if err := inside.Close(); err != nil {
		t.Fatal(err)
	}
	await.Closed(t, "the end", s.done)
	if left := s.Shown(); left != "" {
		t.Errorf("%q is left", left)
	}
}
