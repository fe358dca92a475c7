//go:build unix

package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"guise/internal/await"
	"guise/internal/need"
)

// TestPinentry: the real ones that need no screen, on the terminal.
func TestPinentry(t *testing.T) {
	besides(t)
	for name, keys := range map[string]struct{ enter, cancel string }{
		"pinentry-curses": {"\r", "\t\t\r"},
		"pinentry-tty":    {"\r", "\x03"},
	} {
		t.Run(name, func(t *testing.T) {
			program := need.Program(t, name)
			w := adopted(t)
			env := []string{"GUISE_MFA=dialog", "GUISE_DIALOG=" + program}
			s := w.open(env, "sh", "-c", "guise login prod; echo code=$?")
			s.See("MFA code for prod|MFA code:")
			s.See("(?s)alice")
			s.Type("12" + keys.enter) // no code
			s.See("six digits")
			s.See("MFA code:")
			s.Type(w.code() + keys.enter)
			s.See("prod: Admin")
			s.See("code=0")
			s = w.open(env, "guise", "login", "--force", "prod")
			s.See("MFA code:")
			s.Type(keys.cancel)
			if code := s.Exit(); code != 130 {
				t.Errorf("exit code %d", code)
			}
			if strings.Contains(s.Raw(), "^[[") {
				t.Errorf("the terminal is not in order: %q", s.Raw())
			}
		})
	}
}

// TestZenity: a process without a terminal, and a window that asks.
func TestZenity(t *testing.T) {
	need.Program(t, "zenity")
	need.Program(t, "xdotool")
	display := screen(t)
	w := adopted(t)
	env := []string{"DISPLAY=" + display, "GUISE_DIALOG=zenity", "NO_AT_BRIDGE=1", "GDK_BACKEND=x11"}
	ended := w.background("prod", env...)
	typeInto(t, display, "guise: MFA code for prod", "000000")
	await.That(t, "the code at AWS", func() bool { return len(w.aws.Calls("GetSessionToken")) > 0 })
	typeInto(t, display, "guise: MFA code for prod", w.code()) // it was wrong: asked again
	if got := <-ended; got.code != 0 || !strings.Contains(got.out, "AccessKeyId") {
		t.Errorf("%+v", got)
	}
	w.noSecrets()
}

// TestNobodyAtTheDialog: it goes when the wait is over.
func TestNobodyAtTheDialog(t *testing.T) {
	need.Program(t, "zenity")
	need.Program(t, "xdotool")
	display := screen(t)
	w := adopted(t)
	env := []string{"DISPLAY=" + display, "GUISE_DIALOG=zenity", "NO_AT_BRIDGE=1", "GUISE_WAIT_FOR_PERSON=3s"}
	got := w.run(env, "guise", "credential-process", "--profile", "prod")
	if got.code != 3 || !strings.Contains(got.err, "guise login prod") {
		t.Errorf("%+v", got)
	}
	awaitNoWindow(t, display, "guise: MFA code")
}

// TestPassphraseInAWindow: a call without a terminal that needs a sealed key.
func TestPassphraseInAWindow(t *testing.T) {
	need.Program(t, "zenity")
	need.Program(t, "xdotool")
	display := screen(t)
	w, user := keyWorld(t)
	w.addKey(user)
	w.guise("lock")
	ended := w.background("bob", "DISPLAY="+display, "GUISE_DIALOG=zenity", "NO_AT_BRIDGE=1")
	typeInto(t, display, "guise: passphrase", "correct horse")
	if got := <-ended; got.code != 0 || !strings.Contains(got.out, user.AccessKeyID) {
		t.Errorf("%+v", got)
	}
}

// TestFirstAnswerWins: a dialog, the pending request and, in another window, a
// terminal: answered there, the dialog goes.
func TestFirstAnswerWins(t *testing.T) {
	need.Program(t, "zenity")
	need.Program(t, "xdotool")
	display := screen(t)
	w := adopted(t)
	ended := w.background("prod", "DISPLAY="+display, "GUISE_DIALOG=zenity", "NO_AT_BRIDGE=1")
	awaitWindow(t, display, "guise: MFA code for prod")
	w.awaitRequests(1)
	s := w.shell("bash")
	s.Type("guise login\r")
	s.See("MFA code for prod")
	s.Type(w.code() + "\r")
	s.See("prod: Admin")
	if got := <-ended; got.code != 0 {
		t.Errorf("%+v", got)
	}
	awaitNoWindow(t, display, "guise: MFA code")
}

// standIn puts a program of the test's own before all others of its name.
func (w *world) standIn(name, script string) {
	w.t.Helper()
	dir := filepath.Join(w.dir, "stand-ins")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		w.t.Fatal(err)
	}
	w.program(filepath.Join(dir, name), "#!/bin/sh\n"+script)
	for i, pair := range w.env {
		if path, ok := strings.CutPrefix(pair, "PATH="); ok && !strings.HasPrefix(path, dir) {
			w.env[i] = "PATH=" + dir + ":" + path
		}
	}
}

// TestNotification: what is shown on the desktop names the program and what to
// type, and no AWS variable goes there.
func TestNotification(t *testing.T) {
	w := adopted(t)
	seen := filepath.Join(w.dir, "notified")
	w.standIn("notify-send", `printf '%s|' "$@" >`+seen+`; env | grep ^AWS_ >>`+seen+"\n")
	got := w.run([]string{"DISPLAY=:99999", "GUISE_DIALOG=none", "GUISE_WAIT_FOR_PERSON=1s"}, "guise", "credential-process", "--profile", "prod")
	data, _ := os.ReadFile(seen)
	if got.code != 3 || !strings.Contains(string(data), "needs an MFA code for prod: guise login prod") || strings.Contains(string(data), "AWS_") {
		t.Errorf("%+v %s", got, data)
	}
	if err := os.Remove(seen); err != nil {
		t.Fatal(err)
	}
	again := []string{"DISPLAY=:99999", "GUISE_DIALOG=none", "GUISE_WAIT_FOR_PERSON=1s"}
	w.run(again, "guise", "credential-process", "--profile", "staging") // of the same session
	if _, err := os.Stat(seen); err == nil {
		t.Error("told again within the minute")
	}
	if err := os.RemoveAll(filepath.Join(w.dir, "run")); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(w.dir, "run"), 0o700); err != nil {
		t.Fatal(err)
	}
	w.run([]string{"DISPLAY=:99999", "GUISE_DIALOG=none", "GUISE_WAIT_FOR_PERSON=1s", "GUISE_NOTIFY=false"}, "guise", "credential-process", "--profile", "prod")
	if _, err := os.Stat(seen); err == nil {
		t.Error("told the desktop all the same")
	}
}

// TestYubiKey: by a stand-in that says what ykman's documentation says.
func TestYubiKey(t *testing.T) {
	w := adopted(t)
	w.write(".aws/config", strings.ReplaceAll(w.read(".aws/config"), "[profile alice]", "[profile alice]\nguise_yubikey_label = aws:alice\nguise_yubikey_serial = 42"))
	said := filepath.Join(w.dir, "ykman")
	w.standIn("ykman", `printf '%s ' "$@" >`+said+`; echo "Touch your YubiKey..." >&2; guise mfa code`+"\n")
	if got := w.guise("login", "prod"); got.code != 0 {
		t.Errorf("%+v", got)
	}
	if data, _ := os.ReadFile(said); string(data) != "--device 42 oath accounts code --single aws:alice " {
		t.Errorf("%s", data)
	}
	// No key there, several accounts: the next way.
	w.standIn("ykman", "echo 'Error: Failed connecting to a YubiKey with serial: 42.' >&2; exit 1\n")
	s := w.open(nil, "sh", "-c", "guise login --force prod; echo code=$?")
	s.See("YubiKey: Failed connecting to a YubiKey with serial: 42")
	s.See("MFA code for prod")
	s.Type("\x1b")
	s.See("code=130")
	if got := w.guise("login", "--force", "prod"); got.code != 1 || !strings.Contains(got.err, "Failed connecting") {
		t.Errorf("%+v", got)
	}
}
