//go:build unix

package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"guise/internal/terminaltest"
)

// fifty starts as many background calls at once, in one terminal. Each leaves
// its answer, complaint and exit code in files.
const fifty = `for i in $(seq 50); do { guise credential-process --profile %[1]s >out.$i 2>err.$i; echo $? >code.$i; } & done; wait; cat code.* | sort | uniq -c; echo all-done`

func (w *world) fifty(profile string) *terminaltest.Terminal {
	w.t.Helper()
	return w.open(nil, "sh", "-c", fmt.Sprintf(fifty, profile))
}

// answers returns the distinct contents of files of the working folder.
func (w *world) answers(pattern string) map[string]int {
	w.t.Helper()
	paths, err := filepath.Glob(filepath.Join(w.dir, "work", pattern))
	if err != nil {
		w.t.Fatal(err)
	}
	all := map[string]int{}
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			w.t.Fatal(err)
		}
		all[string(data)]++
		_ = os.Remove(path)
	}
	return all
}

// processOutput is what SDKs read.
type processOutput struct {
	Version                                                           int
	AccessKeyId, SecretAccessKey, SessionToken, Expiration, AccountId string
}

func TestFiftyAtOnce(t *testing.T) {
	w := adopted(t)
	s := w.fifty("prod")
	s.See("MFA code for prod")
	s.Type(w.code() + "\r")
	s.See(`50 0\s+all-done`)
	answers := w.answers("out.*")
	if len(answers) != 1 {
		t.Errorf("%d different answers", len(answers))
	}
	for answer, n := range answers {
		var out processOutput
		if err := json.Unmarshal([]byte(answer), &out); err != nil || n != 50 {
			t.Errorf("%d times %q: %v", n, answer, err)
		}
		end, err := time.Parse(time.RFC3339, out.Expiration)
		if out.Version != 1 || !strings.HasPrefix(out.AccessKeyId, "ASIA") || out.SessionToken == "" || out.AccountId != "222222222222" ||
			err != nil || time.Until(end) < 3*time.Hour || !strings.HasSuffix(out.Expiration, "Z") {
			t.Errorf("an odd answer: version %d, key %s, account %s, end %s", out.Version, out.AccessKeyId, out.AccountId, out.Expiration)
		}
	}
	for _, action := range []string{"GetSessionToken", "AssumeRole"} {
		if n := len(w.aws.Calls(action)); n != 1 {
			t.Errorf("%d calls of %s", n, action)
		}
	}
}

func TestFiftyRefused(t *testing.T) {
	w := adopted(t)
	s := w.fifty("prod")
	s.See("MFA code for prod")
	w.awaitOpen(50, "home/.cache/guise/locks/*") // one that begins later is asked once more
	s.Type("\x1b")
	s.See(`50 130\s+all-done`) // of one no: a second question would have waited for its own
	if n := len(w.aws.Calls("")); n != 0 {
		t.Errorf("%d calls to AWS", n)
	}
	// And a user who changes their mind is asked at once.
	s = w.open(nil, "guise", "login", "prod")
	s.See("MFA code for prod")
	s.Type(w.code() + "\r")
	s.See("prod: Admin")
	if code := s.Exit(); code != 0 {
		t.Errorf("exit code %d", code)
	}
}

// TestKilledWhileAsking: the kernel lets the next one take over.
func TestKilledWhileAsking(t *testing.T) {
	w := adopted(t)
	s := w.open(nil, "sh", "-c",
		`guise credential-process --profile prod >first & echo pid=$!=; until [ -e first-asks ]; do sleep 0.05; done; guise credential-process --profile staging >second; echo second=$?`)
	var pid int
	if _, err := fmt.Sscanf(s.See(`pid=(\d+)=`)[1], "%d", &pid); err != nil {
		t.Fatal(err)
	}
	s.See("MFA code for prod")
	w.touch("first-asks")
	w.awaitOpen(2, "home/.cache/guise/locks/*")
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	s.See("MFA code for staging")
	s.Type(w.code() + "\r")
	s.See("second=0")
	if answers := w.answers("second"); len(answers) != 1 {
		t.Errorf("%v", answers)
	}
}

// TestBackgroundJob: a job in the background neither stops nor asks.
func TestBackgroundJob(t *testing.T) {
	besides(t)
	shells(t, func(t *testing.T, name string) {
		w := adopted(t)
		s := w.shell(name, "GUISE_WAIT_FOR_PERSON=1s")
		wait := map[string]string{"zsh": "wait $!", "bash": "wait $!", "fish": "wait $last_pid"}[name]
		s.Type("sh -c 'guise credential-process --profile prod >out 2>err; echo $? >code' & " + wait + "; cat code\r")
		s.See(`(?m)^3\s*$`)
		if strings.Contains(s.Shown(), "MFA code") {
			t.Error("it asked")
		}
		s.See("ready ")
		s.Type("jobs; echo no-more\r")
		if shown := s.See(`(?s)no-more.*no-more`); strings.Contains(strings.ToLower(shown[0]), "stopped") {
			t.Errorf("it was stopped: %s", shown[0])
		}
	})
}

// TestThreeWrongCodes ends it.
func TestThreeWrongCodes(t *testing.T) {
	w := adopted(t)
	s := w.open(nil, "guise", "login", "prod")
	for i, code := range []string{"000001", "000002", "000003"} {
		s.See([]string{"MFA code for prod", `2 tries left\s+. MFA code`, `1 try left\s+. MFA code`}[i])
		s.Type(code + "\r")
	}
	s.See("guise: prod: 3 wrong codes")
	s.See(`hint: guise login prod\s+# with the right device`)
	if code := s.Exit(); code != 1 {
		t.Errorf("exit code %d", code)
	}
}

// TestUsedCode is not sent again: the user is asked for the next one.
func TestUsedCode(t *testing.T) {
	w := adopted(t)
	code := w.code()
	s := w.open(nil, "guise", "login", "prod")
	s.See("MFA code for prod")
	s.Type(code + "\r")
	s.See("prod: Admin")
	s.Exit()
	s = w.open(nil, "guise", "login", "--force", "prod")
	s.See("MFA code for prod")
	s.Type(code + "\r")
	s.See("used already; the next one comes in")
	s.See("MFA code for prod")
	s.Type(w.code() + "\r")
	s.See("prod: Admin")
	if n := len(w.aws.Calls("GetSessionToken")); n != 2 {
		t.Errorf("%d calls: a used code was sent", n)
	}
}

// TestRoleThatWantsItsOwnCode gets one, and that is remembered.
func TestRoleThatWantsItsOwnCode(t *testing.T) {
	w := adopted(t)
	s := w.open(nil, "guise", "login", "vault")
	s.See("MFA code for vault")
	s.Type(w.code() + "\r")
	s.See("may require a fresh code")
	s.See("MFA code for vault")
	s.Type(w.code() + "\r")
	s.See("vault: Vault")
	if code := s.Exit(); code != 0 {
		t.Errorf("exit code %d", code)
	}
}
