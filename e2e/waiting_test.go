//go:build unix

package e2e

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"guise/internal/await"
	"guise/internal/terminaltest"
)

// background starts a call that has no terminal, by a program called terraform.
func (w *world) background(profile string, env ...string) (ended chan result) {
	w.t.Helper()
	terraform := filepath.Join(w.dir, "tmp", profile, "terraform")
	if err := os.MkdirAll(filepath.Dir(terraform), 0o700); err != nil {
		w.t.Fatal(err)
	}
	w.program(terraform, "#!/bin/sh\nguise credential-process --profile "+profile+" >\"$OUT\" 2>\"$OUT.err\"; echo $? >\"$OUT.code\"\n")
	ended = make(chan result, 1)
	w.calls.Go(func() {
		out := filepath.Join(w.dir, "tmp", "out-"+profile)
		w.run(append([]string{"GUISE_WAIT_FOR_PERSON=" + await.Patience.String(), "OUT=" + out}, env...), terraform)
		read := func(path string) string { data, _ := os.ReadFile(path); return string(data) }
		got := result{out: read(out), err: read(out + ".err")}
		if strings.TrimSpace(read(out+".code")) != "0" {
			got.code = 1
		}
		for _, path := range []string{out, out + ".err", out + ".code"} {
			_ = os.Remove(path)
		}
		ended <- got
	})
	return ended
}

func (w *world) awaitRequests(n int) {
	w.t.Helper()
	await.NoError(w.t, func() error {
		var all []any
		got := w.guise("waiting", "--json")
		if err := json.Unmarshal([]byte(got.out), &all); err != nil || len(all) != n {
			return fmt.Errorf("not %d requests: %+v", n, got)
		}
		return nil
	})
}

// TestWaitingRoom: a process without a terminal needs a code; another window's
// next prompt shows it; answered there, the process goes on.
func TestWaitingRoom(t *testing.T) {
	besides(t)
	shells(t, func(t *testing.T, name string) {
		w := adopted(t)
		s := w.shell(name)
		ended := w.background("prod")
		w.awaitRequests(1)
		if got := w.guise("waiting"); !strings.Contains(got.out, "terraform (pid ") || !strings.Contains(got.out, "guise login prod") {
			t.Errorf("%+v", got)
		}
		s.Type("\r")
		s.See(`guise: terraform \(pid \d+\) needs an MFA code for prod\s+hint: guise login prod`)
		s.See("ready ")
		s.Type("echo once\r")
		s.See("once\n")
		s.See("ready ")
		if strings.Contains(s.Shown(), "needs an MFA code") {
			t.Error("it was shown twice")
		}
		s.Type("guise login prod\r")
		s.See("waits for it")
		s.See("MFA code for prod")
		s.Type("000000\r")
		s.See("that code was wrong")
		s.See("MFA code for prod")
		s.Type(w.code() + "\r")
		s.See("prod: Admin")
		if got := <-ended; got.code != 0 || !strings.Contains(got.out, "AccessKeyId") {
			t.Errorf("%+v", got)
		}
		if n := w.aws.Done("GetSessionToken"); n != 1 {
			t.Errorf("%d calls of GetSessionToken", n)
		}
		w.awaitRequests(0)
		w.noSecrets()
	})
}

// TestWaitingRoomRefused: a no in the other window is one for the process.
func TestWaitingRoomRefused(t *testing.T) {
	w := adopted(t)
	s := w.shell("zsh")
	ended := w.background("prod")
	w.awaitRequests(1)
	s.Type("guise use staging\r") // another role behind the same device
	s.See("MFA code for prod")
	s.Type("\x1b")
	s.See("cancelled")
	if got := <-ended; got.code == 0 || !strings.Contains(got.err, "cancelled") {
		t.Errorf("%+v", got)
	}
}

// TestClosedWindowSaysNothing: closing the window in which a code is asked for, or
// killing what asks, is no answer. Who waits for the same asks next.
func TestClosedWindowSaysNothing(t *testing.T) {
	besides(t)
	for name, end := range map[string]func(w *world, s *terminaltest.Terminal){
		"closed": func(_ *world, s *terminaltest.Terminal) { _ = s.Process().Signal(syscall.SIGHUP) }, // the shell passes it on, and the kernel hangs up
		"killed": func(w *world, _ *terminaltest.Terminal) {
			for _, p := range w.processes() {
				if strings.HasSuffix(p.words, "guise login prod") {
					_ = syscall.Kill(p.pid, syscall.SIGTERM)
				}
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := adopted(t)
			one, two := w.shell("bash"), w.shell("zsh")
			one.Type("guise login prod\r")
			one.See("MFA code for prod")
			ended := w.background("prod")
			await.NoError(t, func() error {
				data, err := os.ReadFile(filepath.Join(w.dir, "tmp", "out-prod.err"))
				if err == nil && !strings.Contains(string(data), "waiting for another process") {
					err = errors.New("it does not wait yet")
				}
				return err
			})
			end(w, one)
			w.awaitRequests(1)
			two.Type("guise login prod\r")
			two.See("MFA code for prod")
			two.Type(w.code() + "\r")
			if got := <-ended; got.code != 0 || !strings.Contains(got.out, "AccessKeyId") {
				t.Errorf("%+v", got)
			}
		})
	}
}

// TestWaitingForPage: what waits for a sign-in gets it from whoever signs in, and
// several that wait leave one request.
func TestWaitingForPage(t *testing.T) {
	w := adopted(t)
	s := w.shell("bash")
	first, second, code := w.background("org-dev"), w.background("org-deploy"), w.background("prod")
	w.awaitRequests(2)
	if len(w.pages()) != 0 {
		t.Error("a page was opened")
	}
	s.Type("guise login\r") // all that wait
	s.See("MFA code for prod")
	s.Type(w.code() + "\r")
	s.See("prod: Admin") // the sign-in needed no key
	for _, ended := range []chan result{first, second, code} {
		if got := <-ended; got.code != 0 {
			t.Errorf("%+v", got)
		}
	}
	if len(w.pages()) != 1 {
		t.Errorf("%d pages", len(w.pages()))
	}
	w.awaitRequests(0)
}

// TestNobodyComes: exit code 3 at the end of the wait, and a request of a process
// that was killed is gone.
func TestNobodyComes(t *testing.T) {
	w := adopted(t)
	for _, profile := range []string{"prod", "org-dev"} {
		began := time.Now()
		got := w.run([]string{"GUISE_WAIT_FOR_PERSON=1s"}, "guise", "credential-process", "--profile", profile)
		if took := time.Since(began); got.code != 3 || !strings.Contains(got.err, "guise login "+profile) || took < time.Second {
			t.Errorf("after %s: %+v", took, got)
		}
	}
	w.awaitRequests(0)
	w.background("prod")
	w.awaitRequests(1)
	requests, err := filepath.Glob(filepath.Join(w.dir, "run/guise/waiting/*"))
	requests = slices.DeleteFunc(requests, func(path string) bool { return strings.HasSuffix(path, ".pipe") })
	if err != nil || len(requests) != 1 {
		t.Fatalf("%v %v", requests, err)
	}
	text, err := os.ReadFile(requests[0])
	if err != nil {
		t.Fatal(err)
	}
	first, _, _ := strings.Cut(string(text), "\n")
	pid, err := strconv.Atoi(first)
	if err != nil || syscall.Kill(pid, syscall.SIGKILL) != nil {
		t.Fatalf("%q %v", first, err)
	}
	w.awaitRequests(0)
	s := w.shell("fish")
	s.Type("\r")
	s.See("ready ")
	if strings.Contains(s.Shown(), "needs") {
		t.Error("a dead request was shown")
	}
}

// TestOneTerminalOneQuestion: of several calls in one terminal, one asks, however
// long the user takes; a call in another terminal may ask too.
func TestOneTerminalOneQuestion(t *testing.T) {
	w := adopted(t)
	s := w.open(nil, "sh", "-c",
		"for p in prod staging short; do guise credential-process --profile $p >/dev/null & done; wait; echo all-done")
	s.See("MFA code for")
	w.awaitRequests(1) // it is a pending request too, after a while
	other := w.open(nil, "guise", "login", "prod")
	other.See("waits for it")
	other.See("MFA code for")
	s.Type(w.code() + "\r") // answered here: the question there goes
	s.See("all-done")
	other.See("prod: Admin")
	if code := other.Exit(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	if shown := s.Everything(); strings.Contains(shown, "waits for it") {
		t.Errorf("asked twice in one terminal:\n%s", shown)
	}
}
