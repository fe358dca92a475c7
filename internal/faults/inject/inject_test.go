//go:build linux

package inject

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestMain is also the program under test: it writes a file as guise does.
func TestMain(m *testing.M) {
	Main()
	if path := os.Getenv("INJECT_TEST_WRITES"); path != "" {
		if err := os.WriteFile(path+".new", []byte(strings.Repeat("x", 100)), 0o600); err != nil {
			_, _ = os.Stderr.WriteString(err.Error())
			os.Exit(1)
		}
		if err := os.Rename(path+".new", path); err != nil {
			os.Exit(2)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func TestRun(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for fault, want := range map[Fault]struct {
		code      int
		old, temp int // bytes of the two files; -1: not there
	}{
		{}:           {0, 100, -1},
		{Kill, 1}:    {-1, -1, -1},
		{Kill, 2}:    {-1, -1, 0},
		{Kill, 3}:    {-1, -1, 100},
		{Torn, 2}:    {-1, -1, 50},
		{Short, 2}:   {1, -1, 50},
		{NoRoom, 2}:  {1, -1, 0},
		{Broken, 3}:  {2, -1, 100},
		{Closed, 1}:  {1, -1, -1},
		{Full, 2}:    {1, -1, 0},
		{Kill, 1000}: {0, 100, -1},
	} {
		path := filepath.Join(t.TempDir(), "file")
		c := Command{Program: self, Dir: t.TempDir(), Env: append(os.Environ(), "INJECT_TEST_WRITES="+path), Limit: 20 * time.Second}
		got, err := Run(c, fault)
		if err != nil {
			t.Fatal(err)
		}
		size := func(path string) int {
			info, err := os.Stat(path)
			if err != nil {
				return -1
			}
			return int(info.Size())
		}
		if got.Code != want.code || size(path) != want.old || size(path+".new") != want.temp || got.Struck != (fault.Kind != None && fault.At < 10) {
			t.Errorf("%v: %+v, %d and %d bytes", fault, got, size(path), size(path+".new"))
		}
	}
}
