//go:build unix

package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"guise/internal/await"
	"guise/internal/need"
)

// leaves fails where the demo left anything behind.
func (w *world) leaves(t *testing.T) {
	t.Helper()
	await.NoError(t, func() error {
		left, err := os.ReadDir(filepath.Join(w.dir, "tmp"))
		if err == nil && len(left) > 0 {
			err = fmt.Errorf("left behind: %v", left)
		}
		return err
	})
	home, err := os.ReadDir(w.home)
	if err != nil || len(home) != 3 { // .aws, .config and .local, as the test made them
		t.Errorf("the real home: %v %v", home, err)
	}
}

// TestDemo plays the README's first command, without a terminal.
func TestDemo(t *testing.T) {
	w := newWorld(t)
	got := w.run([]string{"AWS_ACCESS_KEY_ID=AKIAREAL", "AWS_PROFILE=real"}, "guise", "demo", "--", "sh", "-c",
		`guise list; guise whoami deploy; guise whoami operator; guise whoami prod; guise whoami audit; guise whoami "team space ops"; echo "[$AWS_ACCESS_KEY_ID$AWS_PROFILE]"; exit 5`)
	for _, want := range []string{"team space ops", "/Deploy/", "/Operator/", "/Admin/", "assumed-role/ReadOnly/", "/Developer/", "[]"} {
		if !strings.Contains(got.out, want) {
			t.Errorf("no %q in %+v", want, got)
		}
	}
	if got.code != 5 {
		t.Errorf("exit code %d", got.code)
	}
	w.leaves(t)
}

// TestDemoKilled: the next demo removes what one that was killed has left, and not
// what one that runs has.
func TestDemoKilled(t *testing.T) {
	w := newWorld(t)
	w.run(nil, "guise", "demo", "--", "sh", "-c", "kill -9 $PPID")
	tmp := filepath.Join(w.dir, "tmp")
	left, err := os.ReadDir(tmp)
	if err != nil || len(left) != 1 {
		t.Fatalf("%v %v", left, err)
	}
	const old = "touch -d '1 hour ago' "
	got := w.run(nil, "guise", "demo", "--", "sh", "-c", old+tmp+"/guise-demo-*; guise demo -- true; ls "+tmp+" | wc -l")
	if got.code != 0 || strings.TrimSpace(got.out) != "1" {
		t.Errorf("%+v", got)
	}
	w.leaves(t)
}

// TestDemoShell: the whole story in a window, which is then closed.
func TestDemoShell(t *testing.T) {
	besides(t)
	shells(t, func(t *testing.T, name string) {
		w := newWorld(t)
		s := w.open(nil, "guise", "demo", "--shell", name)
		s.See("Type exit to leave")
		s.See("demo ")
		s.Type("guise mfa code\r")
		code := s.See(`(?m)^(\d{6})\s*$`)[1]
		s.Type("guise use prod\r")
		s.See("MFA code for prod")
		s.Type(code + "\r")
		s.See("prod: Admin")
		s.See(`\(prod .*\)`)
		s.Type("guise use org-dev; guise whoami\r") // by the browser outside
		s.See("AWSReservedSSO_Developer")
		s.See(`demo `)
		s.Type("guise use staging; guise whoami\r")
		s.See(developerARN)
		s.See(`demo `)
		if err := s.Process().Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		s.Exit()
		w.leaves(t)
	})
}

// TestDemoIsContent: doctor finds nothing in a fresh demo, in each shell.
func TestDemoIsContent(t *testing.T) {
	besides(t)
	for _, shell := range []string{"zsh", "bash", "fish"} {
		t.Run(shell, func(t *testing.T) {
			w := newWorld(t)
			got := w.run(nil, "guise", "demo", "--", need.Program(t, shell), "-ic", "guise doctor")
			if got.code != 0 || strings.TrimSpace(got.out) != "nothing found" {
				t.Errorf("%+v", got)
			}
		})
	}
}
