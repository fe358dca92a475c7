//go:build unix

package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"guise/internal/await"
	"guise/internal/need"
)

// A process is one that a world has started, or one that was started by that.
type process struct {
	pid     int
	session int    // the pid of its session's leader
	words   string // its argv, with spaces between
	environ string
}

// processes returns what runs in the world: every process that has its folder in
// its environment or among its words, whoever its parent is by now.
func (w *world) processes() []process {
	return processes(func(p process) bool { return strings.Contains(p.environ, w.dir) || strings.Contains(p.words, w.dir) })
}

// processes returns what runs on the machine and is wanted, other than this program. A
// machine without /proc has none to show.
func processes(wanted func(process) bool) []process {
	var all []process
	found, _ := filepath.Glob("/proc/[0-9]*")
	for _, dir := range found {
		var p process
		if _, err := fmt.Sscan(filepath.Base(dir), &p.pid); err != nil || p.pid == os.Getpid() {
			continue
		}
		words, _ := os.ReadFile(filepath.Join(dir, "cmdline"))
		if len(words) == 0 {
			continue // the kernel's, or one that has ended: nothing is left but its number
		}
		environ, _ := os.ReadFile(filepath.Join(dir, "environ"))
		p.words, p.environ = strings.TrimSpace(strings.ReplaceAll(string(words), "\x00", " ")), string(environ)
		if wanted(p) {
			p.session, _ = unix.Getsid(p.pid)
			all = append(all, p)
		}
	}
	return all
}

// empty waits until the last process of the world has ended, as all do once their
// terminal is gone or they have what they were started for. One that stays is a
// defect, of the program or of the test: it is named, and ended, before the
// folder that it would write into is removed.
func (w *world) empty() {
	w.t.Helper()
	w.calls.Wait()
	var left []process
	defer w.noRaces()
	for since := time.Now(); ; await.Pause(since) {
		if left = w.processes(); len(left) == 0 {
			return
		}
		if w.t.Failed() || time.Since(since) > await.Patience {
			break
		}
	}
	for _, p := range left {
		w.t.Errorf("left running: %d %.120s", p.pid, p.words)
		_ = syscall.Kill(p.pid, syscall.SIGKILL)
	}
	await.That(w.t, "the end of what was killed", func() bool { return len(w.processes()) == 0 })
}

// noRaces fails where a process of the world has met a data race, whatever became
// of what it said.
func (w *world) noRaces() {
	files, _ := filepath.Glob(filepath.Join(w.dir, "race.*"))
	for _, file := range files {
		text, _ := os.ReadFile(file)
		for report := range strings.SplitSeq(string(text), "==================") {
			if accesses, _, _ := strings.Cut(report, "\nGoroutine "); strings.Contains(accesses, "DATA RACE") && !ofLists(accesses) {
				w.t.Error(report)
			}
		}
	}
}

// ofLists is whether a data race is of the libraries that draw lists: both read what
// they show while another goroutine of theirs changes it.
func ofLists(accesses string) bool {
	return strings.Contains(accesses, "github.com/junegunn/fzf/src.") || strings.Contains(accesses, "github.com/manifoldco/promptui.")
}

// awaitOpen waits until several processes of the world have a file open whose path
// matches a pattern: until so many have come as far as that.
func (w *world) awaitOpen(n int, pattern string) {
	w.t.Helper()
	if _, err := os.Stat("/proc/self/fd"); err != nil {
		need.That(w.t, err)
	}
	await.NoError(w.t, func() error {
		open := 0
		for _, p := range w.processes() {
			files, _ := filepath.Glob(fmt.Sprintf("/proc/%d/fd/*", p.pid))
			for _, file := range files {
				path, _ := os.Readlink(file)
				if ok, _ := filepath.Match(filepath.Join(w.dir, pattern), path); ok {
					open++
					break
				}
			}
		}
		if open < n {
			return fmt.Errorf("%d processes have %s open, not %d", open, pattern, n)
		}
		return nil
	})
}

// stories are the tests that run beside others already.
var stories sync.Map

// besides lets a test run beside others: most of its time it waits for a terminal.
func besides(t *testing.T) {
	if _, already := stories.LoadOrStore(t, true); !already {
		t.Parallel()
	}
}
