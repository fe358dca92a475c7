//go:build unix

package shell

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"sync"
	"testing"
	"time"

	"github.com/creack/pty"

	"guise/internal/await"
	"guise/internal/need"
)

// terminal is an interactive shell on a real pseudo-terminal, with the hook.
type terminal struct {
	t   *testing.T
	dir string
	tty *os.File

	mu   sync.Mutex
	all  []byte // everything shown
	seen int    // how much of it was looked at
}

// open starts a shell with an rc file, and the program guise on its PATH.
func open(t *testing.T, d Dialect, rc, program string) *terminal {
	t.Helper()
	s := &terminal{t: t, dir: t.TempDir()}
	write := func(name, text string, mode os.FileMode) string {
		path := filepath.Join(s.dir, name)
		if err := os.WriteFile(path, []byte(text), mode); err != nil {
			t.Fatal(err)
		}
		return path
	}
	write("guise", "#!/bin/sh\n"+program, 0o700)
	file := write(".zshrc", rc, 0o600)
	argv := map[string][]string{
		"bash": {"--noprofile", "--rcfile", file, "-i"},
		"zsh":  {"-i"},
		"fish": {"--no-config", "-i", "-C", "source " + file},
	}[d.name]
	c := exec.Command(need.Program(t, d.name), argv...)
	c.Dir = s.dir
	c.Env = []string{"PATH=" + s.dir + ":" + os.Getenv("PATH"), "HOME=" + s.dir, "ZDOTDIR=" + s.dir, "LANG=C.UTF-8", "TERM=xterm"}
	var err error
	if s.tty, err = pty.StartWithSize(c, &pty.Winsize{Rows: 40, Cols: 200}); err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go s.watch(done)
	t.Cleanup(func() {
		_ = c.Process.Kill()
		_ = s.tty.Close()
		<-done
		_ = c.Wait()
	})
	return s
}

func (s *terminal) watch(done chan struct{}) {
	defer close(done)
	buf := make([]byte, 4096)
	for {
		n, err := s.tty.Read(buf)
		s.mu.Lock()
		s.all = append(s.all, buf[:n]...)
		s.mu.Unlock()
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

// see waits until a pattern is shown, after what was seen before.
func (s *terminal) see(pattern string) {
	s.t.Helper()
	re := regexp.MustCompile(pattern)
	deadline := time.Now().Add(await.Patience)
	for {
		s.mu.Lock()
		fresh := s.all[s.seen:]
		at := re.FindIndex(fresh)
		if at != nil {
			s.seen += at[1]
		}
		s.mu.Unlock()
		if at != nil {
			return
		}
		if time.Now().After(deadline) {
			s.t.Fatalf("%q was not shown; since the last look: %q", pattern, fresh)
		}
		time.Sleep(await.Look)
	}
}
