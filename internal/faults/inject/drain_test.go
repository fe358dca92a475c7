//go:build linux

package inject

import (
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// TestDrain: all that a program has printed is there, though another process in the
// background holds what it printed to; what that one says later is not waited for.
func TestDrain(t *testing.T) {
	for script, want := range map[string]int{
		"head -c 300000 /dev/zero | tr '\\0' x":                                           300000,
		"head -c 300000 /dev/zero | tr '\\0' x; (sleep 60; echo late) & echo $! >" + "$1": 300000,
		"true": 0,
	} {
		pid := t.TempDir() + "/pid"
		began := time.Now()
		r, err := Run(Command{Program: "/bin/sh", Args: []string{"-c", script, "sh", pid}, Dir: t.TempDir(), Env: os.Environ(), Limit: time.Minute}, Fault{})
		if err != nil || len(strings.Trim(r.Out, "x")) > 0 || len(r.Out) != want || r.Code != 0 {
			t.Errorf("%s: %d bytes, %d %v", script, len(r.Out), r.Code, err)
		}
		if data, err := os.ReadFile(pid); err == nil { // of ours
			_ = exec.Command("kill", strings.TrimSpace(string(data))).Run()
		}
		if time.Since(began) > 40*time.Second {
			t.Errorf("%s: it was waited for the background", script)
		}
	}
}

// TestSweep: what is swept has ended, and what it starts meanwhile too.
func TestSweep(t *testing.T) {
	dir := t.TempDir()
	c := exec.Command("/bin/sh", "-c", "for i in 1 2 3 4 5 6 7 8 9; do sleep 100 & done; wait")
	c.Env = append(os.Environ(), "INJECT_TEST_SWEPT="+dir+"/")
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	Sweep(dir + "/")
	_ = c.Wait()
	if left := sweep(dir + "/"); len(left) > 0 {
		t.Errorf("%d are left", len(left))
	}
}
