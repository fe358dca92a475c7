package standin

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"
)

// stopped is a test that knows whether it was ended.
type stopped struct {
	testing.TB
	ended bool
}

func (s *stopped) Helper() {}

func (s *stopped) Fatal(...any) {
	s.ended = true
	runtime.Goexit()
}

// ends reports whether a test that writes a program is ended.
func ends(path string) bool {
	s := &stopped{}
	over := make(chan struct{})
	go func() {
		defer close(over)
		Program(s, path, "#!/bin/sh\necho hello\n")
	}()
	<-over
	return s.ended
}

// TestProgram: the program runs, for other users too; a test that cannot write it ends.
func TestProgram(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "below", "program")
	if ends(path) {
		t.Fatal("it cannot be written")
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm()&0o055 == 0 {
		t.Errorf("%v, %v", info, err)
	}
	if out, err := exec.Command(path).Output(); err != nil || string(out) != "hello\n" {
		t.Errorf("%q, %v", out, err)
	}
	if !ends(filepath.Join(path, "other")) || !ends(dir) {
		t.Error("a test goes on without its program")
	}
}
