//go:build unix

package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"guise/internal/await"
	"guise/internal/loopback"
	"guise/internal/need"
	"guise/internal/terminaltest"
)

// asker returns the process that a pending request names.
func (w *world) asker() int {
	w.t.Helper()
	var pid int
	await.NoError(w.t, func() error {
		var all []struct{ Asker struct{ PID int } }
		got := w.guise("waiting", "--json")
		if err := json.Unmarshal([]byte(got.out), &all); err != nil || len(all) != 1 {
			return fmt.Errorf("not one request: %+v", got)
		}
		pid = all[0].Asker.PID
		return nil
	})
	return pid
}

// asking returns the process of guise that asks for a code.
func (w *world) asking() int {
	w.t.Helper()
	for _, p := range w.processes() {
		if strings.HasPrefix(p.words, "guise credential-process") || strings.HasPrefix(p.words, filepath.Join(binDir, "guise")+" credential-process") {
			return p.pid
		}
	}
	w.t.Fatalf("nobody asks: %v", w.processes())
	return 0
}

// usable fails where a terminal was not left as a shell wants it: what is typed is
// shown, and Ctrl-C is a signal.
func usable(t *testing.T, s *terminaltest.Terminal) {
	t.Helper()
	s.Type("stty -a; echo that\"\"-is-all\r")
	modes := s.See(`(?s)speed(.*)that-is-all`)[1]
	for _, mode := range []string{"icanon", "echo", "isig", "icrnl"} {
		if !regexp.MustCompile(`(^|[ \n])`+mode+`\b`).MatchString(modes) || strings.Contains(modes, "-"+mode+" ") {
			t.Errorf("the terminal is left raw, without %s:\n%s", mode, modes)
		}
	}
	s.See("ready ")
	s.Type(`sh -c 'echo fast a""sleep; exec sleep 80'` + "\r")
	s.See("fast asleep") // it has the terminal now, and not the shell
	s.Type("\x03")
	s.See("ready ")
}

// TestCallerEnds: the program that has called guise ends while the question is open.
// The terminal is as before, one line says so, and what was half typed is nowhere. On a
// busy machine the shell may be faster: then it has what was half typed, and no line.
func TestCallerEnds(t *testing.T) {
	need.Program(t, "aws")
	besides(t)
	shells(t, func(t *testing.T, name string) {
		w := adopted(t)
		s := w.shell(name)
		s.Type("timeout --foreground 80 aws sts get-caller-identity --profile prod\r")
		s.See("MFA code for prod")
		s.Type("123")
		s.See("123")
		if err := syscall.Kill(w.asker(), syscall.SIGTERM); err != nil { // as timeout does in the end
			t.Fatal(err)
		}
		s.See("ready ")
		w.awaitRequests(0)
		first := strings.Contains(s.Everything(), "too late for aws")
		if !first {
			s.Type(killLine)
		}
		usable(t, s)
		if first && strings.Contains(s.Shown(), "123") {
			t.Errorf("what was half typed went to the shell: %q", s.Shown())
		}
		// And now it is asked again, at once: somebody is here.
		s.Type("aws sts get-caller-identity --profile prod --endpoint-url $AWS_ENDPOINT_URL --region eu-west-1\r")
		s.See("MFA code for prod")
		s.Type(w.code() + "\r")
		s.See(adminARN)
		s.See("ready ")
	})
}

// shellThatIsFaster runs a job in the foreground, as shells do, with a caller that ends
// while guise asks; and has the terminal back before guise can see it.
const shellThatIsFaster = `
import os, signal, subprocess, sys
signal.signal(signal.SIGTTOU, signal.SIG_IGN)
tty = os.open("/dev/tty", os.O_RDWR)
job = subprocess.Popen(["sh", "-c", "guise credential-process --profile prod | cat"], preexec_fn=os.setpgrp, stdin=tty)
os.tcsetpgrp(tty, job.pid)
os.read(os.open("half-typed", os.O_RDONLY), 1)
children = open(f"/proc/{job.pid}/task/{job.pid}/children").read().split()
guise, cat = [int(p) for p in children]
os.kill(guise, signal.SIGSTOP)
os.kill(cat, signal.SIGKILL)
job.kill()
os.tcsetpgrp(tty, os.getpid())
os.kill(guise, signal.SIGCONT)
while os.path.exists(f"/proc/{guise}"): pass
print("the shell has it", flush=True)
print("and reads", sys.stdin.readline().encode(), flush=True)
`

// TestCallerEndsAndTheShellIsFaster: what was half typed is nobody's there too.
func TestCallerEndsAndTheShellIsFaster(t *testing.T) {
	if _, err := os.Stat("/proc/self/fd"); err != nil {
		need.That(t, err)
	}
	w := adopted(t)
	half := filepath.Join(w.dir, "work", "half-typed")
	if err := syscall.Mkfifo(half, 0o600); err != nil {
		t.Fatal(err)
	}
	s := w.open(nil, need.Program(t, "python3"), "-c", shellThatIsFaster)
	s.See("MFA code for prod")
	s.Type("123")
	s.See("123")
	if err := os.WriteFile(half, []byte("!"), 0o600); err != nil {
		t.Fatal(err)
	}
	s.See("the shell has it")
	s.Type("\r")
	if got := s.See(`and reads (.*)\s`)[1]; got != `b'\n'` {
		t.Errorf("it reads %s", got)
	}
}

// killLine is Ctrl-U.
const killLine = "\x15"

// TestReaderEnds: nobody reads what guise prints any more, though its parent is there.
func TestReaderEnds(t *testing.T) {
	w := adopted(t)
	s := w.open(nil, need.Program(t, "bash"), "-c", `exec {out}> >(echo $BASHPID >reader; read line); guise credential-process --profile prod >&$out; echo "ended $?"`)
	s.See("MFA code for prod")
	var reader int
	await.NoError(t, func() error {
		data, err := os.ReadFile(filepath.Join(w.dir, "work", "reader"))
		if err == nil {
			_, err = fmt.Sscan(string(data), &reader)
		}
		return err
	})
	if err := syscall.Kill(reader, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	s.See("guise: too late for bash: run it again")
	s.See("ended") // by bash's own copy of the pipe it may be a signal
}

// TestSignalWhileAsking: whatever ends guise, the terminal is as before.
func TestSignalWhileAsking(t *testing.T) {
	besides(t)
	for _, signal := range []syscall.Signal{syscall.SIGTERM, syscall.SIGHUP, syscall.SIGINT, syscall.SIGQUIT} {
		t.Run(signal.String(), func(t *testing.T) {
			w := adopted(t)
			s := w.shell("bash")
			s.Type("guise credential-process --profile prod\r")
			s.See("MFA code for prod")
			if err := syscall.Kill(w.asking(), signal); err != nil {
				t.Fatal(err)
			}
			s.See("cancelled")
			s.See("ready ")
			usable(t, s)
			if strings.Contains(s.Everything(), "goroutine") {
				t.Error("a stack trace")
			}
		})
	}
}

// TestKilledTerminal: not even kill -9 leaves a terminal that does not work.
func TestKilledTerminal(t *testing.T) {
	besides(t)
	for _, name := range []string{"bash", "zsh"} {
		t.Run(name, func(t *testing.T) {
			w := adopted(t)
			s := w.shell(name)
			s.Type("guise credential-process --profile prod\r")
			s.See("MFA code for prod")
			if err := syscall.Kill(w.asking(), syscall.SIGKILL); err != nil {
				t.Fatal(err)
			}
			s.See("ready ")
			usable(t, s)
		})
	}
}

// TestNoAtTheQuestion: Ctrl-C, Ctrl-D, Ctrl-\ and Esc say no, in each shell, and leave the
// environment as it was; so does an Esc that is held down. An arrow says nothing.
func TestNoAtTheQuestion(t *testing.T) {
	besides(t)
	shells(t, func(t *testing.T, name string) {
		w := adopted(t)
		s := w.shell(name)
		for _, key := range []string{"\x03", "\x04", "\x1b", "\x1c", "12\x04", "12\x1b", held} {
			s.Type("guise use prod\r")
			s.See("MFA code for prod")
			s.Type(key)
			s.See("<>ready ")
		}
		usable(t, s)
		s.Type("guise use prod\r")
		s.See("MFA code for prod")
		s.Type("12\x1b[A")
		s.See("MFA code for prod")
		s.Type("12x\r")
		s.See("six digits")
		s.See("MFA code for prod")
		s.Type(w.code() + "\r")
		s.See("<prod .*>ready ")
		usable(t, s)
	})
}

// held is an Esc that is held down.
const held = "\x1b\x1b\x1b"

// TestNoAtTheRolesOwnQuestion: a no is a no too where a role wants a code of its own.
func TestNoAtTheRolesOwnQuestion(t *testing.T) {
	w := adopted(t)
	s := w.shell("bash")
	s.Type("guise use vault\r")
	s.See("MFA code for vault")
	s.Type(w.code() + "\r")
	s.See("may require a fresh code")
	s.See("MFA code for vault")
	s.Type("\x03")
	s.See("guise: vault: cancelled")
	s.Type("echo \"ended $? [$AWS_PROFILE]\"\r")
	s.See(`ended 130 \[\]`)
	if strings.Contains(s.Everything(), "AccessDenied") {
		t.Error("it says what AWS said, and not that it was cancelled")
	}
}

// TestGoSDKv1GivesUp: the first Go SDK ends its wait after a while, and kills nothing.
func TestGoSDKv1GivesUp(t *testing.T) {
	besides(t)
	for _, name := range []string{"bash", "zsh"} {
		t.Run(name, func(t *testing.T) {
			w := adopted(t)
			client := goClient(t, "gov1")
			s := w.shell(name)
			// It gives up first, and ends: the shell may have the terminal before guise
			// has noticed.
			s.Type(client + " limit 3 'guise credential-process --profile prod'\r")
			s.See("MFA code for prod")
			s.See("ready ")
			usable(t, s)
			// guise gives up first.
			s.Type("GUISE_WAIT_FOR_PERSON=2s " + client + " limit 80 'guise credential-process --profile prod'\r")
			s.See("MFA code for prod")
			s.See("guise: too late for gov1: run it again\n")
			s.See("gov1: ProcessProviderExecutionError")
			s.See("exit status 3")
			s.See("ready ")
			usable(t, s)
		})
	}
}

// TestGoSDKv2GivesUp: the second Go SDK kills the shell that it has started, and then
// waits until nobody holds its pipe.
func TestGoSDKv2GivesUp(t *testing.T) {
	w := adopted(t)
	w.write("wrapper", "#!/bin/sh\nguise credential-process --profile prod\nexit $?\n")
	if err := os.Chmod(filepath.Join(w.home, "wrapper"), 0o700); err != nil {
		t.Fatal(err)
	}
	w.write(".aws/config", w.read(".aws/config")+"\n[profile wrapped]\nregion = eu-west-1\ncredential_process = "+filepath.Join(w.home, "wrapper")+"\n")
	s := w.shell("bash", "AWS_CONFIG_FILE="+filepath.Join(w.home, ".aws/config"))
	s.Type("GUISE_WAIT_FOR_PERSON=10s " + asGoProgram + "=yes " + goLimit + "=3s " + os.Args[0] + " wrapped\r")
	s.See("MFA code for prod")
	s.See("guise: too late for ")
	s.See("credential process timed out")
	s.See("ready ")
	usable(t, s)
	s.Type("GUISE_WAIT_FOR_PERSON=2s " + asGoProgram + "=yes " + os.Args[0] + " prod\r")
	s.See("MFA code for prod")
	s.See("guise: too late for \\S+: run it again\n")
	s.See("exit status 3")
	s.See("ready ")
	usable(t, s)
}

// TestCodeOutlivesTheAsker: guise is killed while AWS looks at the code. The session
// is there for the next call, with no other code.
func TestCodeOutlivesTheAsker(t *testing.T) {
	w := adopted(t)
	gate := loopback.NewGate()
	w.aws.Fail(loopback.Fault{Action: "GetSessionToken", Gate: gate})
	s := w.shell("bash")
	s.Type("sh -c 'guise credential-process --profile prod'\r")
	s.See("MFA code for prod")
	s.Type(w.code() + "\r")
	await.Closed(t, "the code at AWS", gate.Reached())
	if err := syscall.Kill(w.asking(), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	s.See("ready ")
	usable(t, s)
	gate.Open()
	w.logs(`"program":"bash","pid":\d+,.*"profile":"prod",.*"account":"111111111111","access_key_id":"ASIA\w+","result":"asked","request_id":"\w+"`)
	await.NoError(t, func() error {
		got := w.run([]string{"GUISE_WAIT_FOR_PERSON=0s"}, "guise", "credential-process", "--profile", "prod")
		if got.code != 0 {
			return fmt.Errorf("%+v", got)
		}
		return nil
	})
	if n := w.aws.Done("GetSessionToken"); n != 1 {
		t.Errorf("%d calls of GetSessionToken", n)
	}
	w.noSecrets()
}

// TestCallerEndsAndIsHeard: of the same, the line, while no shell takes the terminal.
func TestCallerEndsAndIsHeard(t *testing.T) {
	need.Program(t, "aws")
	w := adopted(t)
	s := w.open(nil, "sh", "-c", "aws sts get-caller-identity --profile prod; until [ -e told ]; do sleep 0.05; done; stty -a")
	s.See("MFA code for prod")
	if err := syscall.Kill(w.asker(), syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	s.See("guise: too late for (aws|python3?): run it again\n")
	w.touch("told")
	s.See(`[ \n]icanon`)
	w.awaitRequests(0)
}
