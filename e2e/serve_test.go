//go:build unix

package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"guise/internal/await"
	"guise/internal/need"
)

// loggedOut is a command that runs when the session that it began with is gone, as
// after some hours.
func loggedOut(words ...string) []string {
	return append([]string{"sh", "-c", `guise logout prod alice >/dev/null 2>&1; echo out; exec "$@"`, "sh"}, words...)
}

// TestServeAsks: a session is needed in the middle of a command, on a terminal. One
// question, however impatient the client is and however often it tries; what is
// typed is not lost.
func TestServeAsks(t *testing.T) {
	besides(t)
	for _, client := range awsClients() {
		t.Run(client.name, func(t *testing.T) {
			w := adopted(t)
			w.env = append(append(w.env, "AWS_REGION=eu-west-1"), client.env...)
			words := append([]string{filepath.Join(binDir, "guise"), "exec", "prod", "--serve", "--"}, loggedOut(client.words(w, 1)...)...)
			s := w.open(nil, words...)
			s.See("MFA code for prod")
			s.Type(w.code() + "\r")
			s.See("out\n")
			s.See("MFA code for prod")
			code := w.code()
			s.Type(code[:3])
			time.Sleep(2500 * time.Millisecond) // by itself botocore hangs up after two seconds, the JavaScript SDK after one
			s.Type(code[3:] + "\r")
			s.See(adminARN)
			if code := s.Exit(); code != 0 {
				t.Errorf("exit code %d", code)
			}
			if text := s.Everything(); strings.Contains(text, "hint:") {
				t.Errorf("%s", text)
			}
			if n := len(w.aws.Calls("GetSessionToken")); n != 2 {
				t.Errorf("%d calls for a session", n)
			}
		})
	}
}

// withSession is a world in which there is a session of prod.
func withSession(t *testing.T, more ...string) *world {
	t.Helper()
	w := adopted(t, more...)
	s := w.shell("bash")
	s.Type("guise login prod\r")
	s.See("MFA code for prod")
	s.Type(w.code() + "\r")
	s.See("prod: Admin")
	s.Type("exit\r")
	return w
}

// TestServeNobody: with no terminal the request is to be seen in every window, the
// client is told the command to run, and guise says it once, not for each of six
// clients (two, on a user's machine) that try three times.
func TestServeNobody(t *testing.T) {
	w := withSession(t)
	clients := need.Part(t, 3, []string{"1", "2", "3", "4", "5", "6"})
	atOnce := append([]string{"sh", "-c", `for i in ` + strings.Join(clients, " ") + `; do "$@" 2>"$TMPDIR/client-$i" & done; wait`, "sh"}, w.boto3(t)...)
	got := w.run(nil, "guise", append([]string{"exec", "prod", "--serve", "--"}, loggedOut(atOnce...)...)...)
	if n := strings.Count(got.err, "guise login prod"); n != 1 || strings.Count(got.err, "\n") > 3 {
		t.Errorf("said %d times: %s", n, got.err)
	}
	for _, client := range clients {
		data, err := os.ReadFile(filepath.Join(w.dir, "tmp", "client-"+client))
		if text := string(data); err != nil || !strings.Contains(text, `"code":"UserNeeded"`) || !strings.Contains(text, "guise login prod") {
			t.Errorf("client %s was told: %s %v", client, text, err)
		}
	}
}

// TestServeElsewhere: with no terminal, whoever answers in another window answers
// the client, which is named there.
func TestServeElsewhere(t *testing.T) {
	w := withSession(t)
	ended := make(chan result, 1)
	go func() {
		words := append([]string{"exec", "prod", "--serve", "--"}, loggedOut(w.boto3(t)...)...)
		ended <- w.run([]string{"GUISE_WAIT_FOR_PERSON=40s"}, "guise", words...)
	}()
	w.awaitRequests(1)
	if got := w.guise("waiting"); !strings.Contains(got.out, "python3 (pid ") {
		t.Errorf("%+v", got)
	}
	s := w.shell("zsh")
	s.Type("guise login\r")
	s.See("MFA code for prod")
	s.Type(w.code() + "\r")
	s.See("prod: Admin")
	if got := <-ended; got.code != 0 || !strings.Contains(got.out, ":assumed-role/Admin/") {
		t.Errorf("%+v", got)
	}
}

// copies are those of the config file that commands have.
func (w *world) copies() []string {
	w.t.Helper()
	found, err := filepath.Glob(filepath.Join(w.dir, "run/guise/exec-*/config"))
	if err != nil {
		w.t.Fatal(err)
	}
	return found
}

const otherDefault = "\n[default]\nrole_arn = arn:aws:iam::222222222222:role/Owner\nsource_profile = ci\n"

// TestServeProfiles: under --serve a default profile does not win, and every other
// can be used by its name, by SDKs and by guise.
func TestServeProfiles(t *testing.T) {
	w := adopted(t, otherDefault+"\n[profile later]\nrole_arn = arn:aws:iam::333333333333:role/Deploy\nsource_profile = ci\n")
	if got := w.guise("release", "later", "--yes"); got.code != 0 {
		t.Fatalf("%+v", got)
	}
	boto3 := strings.Join(quotedWords(w.boto3(t)), " ")
	script := strings.Join([]string{
		boto3,
		"AWS_PROFILE=operator " + boto3,
		"guise exec operator -- " + boto3,
		"guise exec operator --serve -- " + boto3,
		"guise whoami operator",
		"guise adopt later --yes --keep-keys 2>/dev/null; AWS_PROFILE=later " + boto3,
		"guise explain default | head -1",
		`stat -c 'mode %a' "$AWS_CONFIG_FILE"; grep -c '^\[default\]' "$AWS_CONFIG_FILE"`,
		"ls $XDG_RUNTIME_DIR/guise | grep -c '^exec-'",
	}, "\n")
	got := w.run(nil, "guise", "exec", "deploy", "--serve", "--", "sh", "-c", script)
	var seen []string
	for line := range strings.Lines(got.out) {
		for _, word := range []string{":assumed-role/Deploy/", ":assumed-role/Operator/", "default (", "mode ", "0\n", "1\n"} {
			if strings.Contains(line, word) {
				seen = append(seen, strings.TrimSpace(strings.Trim(word, ":/(")))
				if word == "mode " {
					seen[len(seen)-1] = strings.TrimSpace(line)
				}
				break
			}
		}
	}
	want := "assumed-role/Deploy|assumed-role/Operator|assumed-role/Operator|assumed-role/Operator|assumed-role/Operator|assumed-role/Deploy|default|mode 600|0|1"
	if strings.Join(seen, "|") != want || got.code != 0 {
		t.Errorf("%q, want %q\n%+v", strings.Join(seen, "|"), want, got)
	}
	if left := w.copies(); len(left) != 0 {
		t.Errorf("left: %q", left)
	}
	if text := w.read(".aws/config"); !strings.Contains(text, "[default]") || !strings.Contains(text[strings.Index(text, "[profile later]"):], "credential_process") {
		t.Errorf("not adopted in the file itself:\n%s", text)
	}
}

func quotedWords(words []string) []string {
	var quoted []string
	for _, word := range words {
		quoted = append(quoted, "'"+strings.ReplaceAll(word, "'", `'\''`)+"'")
	}
	return quoted
}

// TestServeShell: a shell under --serve that switches gives up all that exec has set
// for the profile that it leaves.
func TestServeShell(t *testing.T) {
	w := adopted(t, otherDefault)
	w.write(".bashrc", "eval \"$(guise init bash)\"\nPS1='<$GUISE_PROMPT>ready '\n")
	s := w.open(nil, "guise", "exec", "deploy", "--serve", "--", "bash", "-i")
	s.See("ready ")
	s.Type("guise use operator\r")
	s.See("operator: Operator")
	s.Type("env | grep -c -E '^(AWS_CONFIG_FILE|AWS_CONTAINER|GUISE_EXEC|AWS_REGION)'; " + strings.Join(quotedWords(w.boto3(t)), " ") + "\r")
	s.See(`(?m)^0\n`)
	s.See(":assumed-role/Operator/")
}

// TestServeKilled: the copy of a guise that was killed is removed by the next.
func TestServeKilled(t *testing.T) {
	w := adopted(t, otherDefault)
	s := w.open(nil, "guise", "exec", "deploy", "--serve", "--", "sh", "-c", "echo ready; read x")
	s.See("ready")
	if len(w.copies()) != 1 {
		t.Fatalf("%q", w.copies())
	}
	if err := syscall.Kill(s.Process().Pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	await.That(t, "the end of the killed process", func() bool {
		got := w.guise("exec", "deploy", "--serve", "--", "true")
		return got.code == 0 && len(w.copies()) == 0
	})
}

// TestServeHidden: the credentials file is not copied; where it has a default
// profile, the command sees none, which is said. guise itself still does.
func TestServeHidden(t *testing.T) {
	w := adopted(t)
	w.write(".aws/credentials", w.read(".aws/credentials")+"\n[default]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n")
	boto3 := strings.Join(quotedWords(w.boto3(t)), " ")
	got := w.run(nil, "guise", "exec", "deploy", "--serve", "--", "sh", "-c", boto3+"; AWS_PROFILE=operator "+boto3+" 2>&1 | tail -1; guise whoami operator")
	if !strings.Contains(got.out, ":assumed-role/Deploy/") || !strings.Contains(got.out, "operator) could not be found") || !strings.Contains(got.out, ":assumed-role/Operator/") || !strings.Contains(got.err, "sees no other profiles") {
		t.Errorf("%+v", got)
	}
}

// TestWhoamiServed: without a profile, whoami is who SDKs are: here the session that is
// served, also where the files have a default; with nothing at all, it says so.
func TestWhoamiServed(t *testing.T) {
	w := adopted(t)
	got := w.guise("exec", "deploy", "--serve", "--", "guise", "whoami")
	if got.code != 0 || !strings.Contains(got.out, "assumed-role/Deploy/") {
		t.Errorf("%+v", got)
	}
	w.write(".aws/config", w.read(".aws/config")+"\n[default]\ncredential_process = false\n")
	if got := w.guise("exec", "deploy", "--serve", "--", "guise", "whoami"); got.code != 0 || !strings.Contains(got.out, "assumed-role/Deploy/") {
		t.Errorf("with a default: %+v", got)
	}
	w.write(".aws/config", "")
	w.write(".aws/credentials", "")
	if got := w.guise("whoami"); got.code != 2 || got.err != "guise: whoami: no profile is active in this terminal, and there is no default\nhint: guise use\n" {
		t.Errorf("%+v", got)
	}
}

// TestServeBehindAShell: where a command that is served has jobs of its own, nothing
// can be asked beside them; what to do is said there at once.
func TestServeBehindAShell(t *testing.T) {
	w := withSession(t)
	client := loggedOut(w.boto3(t)...)
	quoted := make([]string, len(client))
	for i, word := range client {
		quoted[i] = "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
	}
	w.program(filepath.Join(w.dir, "work", "client"), "#!/bin/sh\nexec "+strings.Join(quoted, " ")+"\n")
	s := w.open(nil, "guise", "exec", "prod", "--serve", "--", "bash", "--norc", "-i")
	s.Type("stty cols 60; ./client\r")
	s.See(`guise: prod needs an MFA code: run guise login prod in\r?\n +another window`) // between words
	two := w.shell("bash")
	two.Type("guise login prod\r")
	two.See("MFA code for prod")
	two.Type(w.code() + "\r")
	s.See(adminARN)
}
