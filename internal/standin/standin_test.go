package standin

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// stopped is a test that knows whether it was ended.
type stopped struct {
	testing.TB
	helped bool
	why    string
}

func (s *stopped) Helper() { s.helped = true }

func (s *stopped) Fatal(why ...any) {
	s.why = fmt.Sprint(why...)
	runtime.Goexit()
}

// ends returns why a test that writes a program is ended; empty: it goes on.
func ends(t *testing.T, path string) string {
	t.Helper()
	s := &stopped{}
	over := make(chan struct{})
	go func() {
		defer close(over)
		Program(s, path, "#!/bin/sh\necho hello\n")
	}()
	<-over
	if !s.helped {
		t.Error("the line of the test is not named")
	}
	return s.why
}

// TestProgram: the program runs, for other users too; a test that cannot write it ends.
func TestProgram(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "below", "program")
	if why := ends(t, path); why != "" {
		t.Fatal(why)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm()&0o055 == 0 {
		t.Errorf("%v, %v", info, err)
	}
	if out, err := exec.Command(path).Output(); err != nil || string(out) != "hello\n" {
		t.Errorf("%q, %v", out, err)
	}
	if folder, file := ends(t, filepath.Join(path, "below", "other")), ends(t, dir); !strings.HasPrefix(folder, "mkdir ") || !strings.HasPrefix(file, "open ") {
		t.Errorf("a test goes on without its program: %q, %q", folder, file)
	}
}
