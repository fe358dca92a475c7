//go:build unix

package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"guise/internal/loopback"
	"guise/internal/need"
)

// signedIn is a world in which somebody has signed in to SSO and by `aws login`,
// with sessions in the cache.
func signedIn(t *testing.T, env ...string) *world {
	t.Helper()
	w := adopted(t)
	w.env = append(w.env, env...)
	s := w.open(nil, "guise", "login", "org-dev", "console", "deploy")
	s.See("org-dev: .*left")
	s.See("console: .*left")
	s.See("deploy: .*left")
	if code := s.Exit(); code != 0 {
		t.Fatalf("login: exit code %d", code)
	}
	return w
}

func (w *world) has(pattern string) []string {
	found, err := filepath.Glob(filepath.Join(w.home, pattern))
	if err != nil {
		w.t.Fatal(err)
	}
	return found
}

// TestLogoutOfEverything: afterwards there is nothing left that opens anything,
// tokens that a killed process left among it.
func TestLogoutOfEverything(t *testing.T) {
	w := signedIn(t, "GUISE_SSO_SHARE_TOKEN=true")
	for _, dir := range []string{".aws/sso/cache", ".aws/login/cache"} {
		w.write(dir+"/.new-123456", "an access token") // of an earlier guise
		w.write(dir+"/.guise-tmp-0123456789abcdef", "an access token")
	}
	if len(w.has(".aws/login/cache/*.json")) != 1 || len(w.has(".aws/sso/cache/*.json")) != 1 {
		t.Fatal("nobody is signed in")
	}
	got := w.guise("logout", "--all")
	if got.code != 0 || !strings.Contains(got.err, "signed out arn:aws:iam::111111111111:user/alice") || !strings.Contains(got.err, "signed out of demo") {
		t.Errorf("%+v", got)
	}
	for _, pattern := range []string{".aws/login/cache/*", ".aws/login/cache/.*[0-9a-f]", ".aws/sso/cache/*", ".aws/sso/cache/.*[0-9a-f]", ".cache/guise/sessions/[0-9a-f]*", ".cache/guise/key*", ".cache/guise/status/*"} {
		if left := w.has(pattern); len(left) > 0 {
			t.Errorf("left: %q", left)
		}
	}
	if w.aws.Done("Logout") != 1 {
		t.Errorf("%d tokens were ended at the portal", w.aws.Done("Logout"))
	}
}

// TestLogoutThatThePortalDoesNotHear: the token is kept, which is said, and a later
// run signs out with it.
func TestLogoutThatThePortalDoesNotHear(t *testing.T) {
	besides(t)
	for name, fault := range map[string]loopback.Fault{
		"refused": {Action: "Logout", Status: 503, Code: "ServiceUnavailable"}, "no answer": {Action: "Logout", Drop: true},
	} {
		t.Run(name, func(t *testing.T) {
			w := signedIn(t)
			w.aws.Fail(fault)
			got := w.guise("logout", "--all")
			if got.code != 1 || !strings.Contains(got.err, "still signed in to demo") || strings.Contains(got.err, "the key that encrypted them are removed") || len(w.has(".aws/login/cache/*.json")) != 0 {
				t.Errorf("%+v", got)
			}
			if got := w.guise("cache", "list", "--json"); strings.Contains(got.out, "deploy") {
				t.Errorf("sessions are left: %+v", got)
			}
			w.aws.Fail()
			w.aws.Forget()
			if got := w.guise("logout", "--all"); got.code != 0 || w.aws.Done("Logout") != 1 || len(w.has(".cache/guise/sessions/[0-9a-f]*")) != 0 {
				t.Errorf("%d calls: %+v", w.aws.Done("Logout"), got)
			}
		})
	}
}

// TestLogoutWithoutAConfig: what cannot be read is said, and the exit code is 1.
func TestLogoutWithoutAConfig(t *testing.T) {
	w := signedIn(t)
	config := filepath.Join(w.home, ".aws/config")
	if err := os.Remove(config); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo(config, 0o600); err != nil {
		t.Fatal(err)
	}
	got := w.guise("logout", "--all")
	if got.code != 1 || !strings.Contains(got.err, "not signed out of any SSO session") || !strings.Contains(got.err, config) || len(w.has(".cache/guise/sessions/[0-9a-f]*")) != 0 {
		t.Errorf("%+v", got)
	}
}

// TestLogoutFindsExportsInBackups: a session that `guise export` wrote is in no
// earlier version of the credentials file, also none that an earlier guise kept.
func TestLogoutFindsExportsInBackups(t *testing.T) {
	w := adopted(t)
	for range 2 {
		if got := w.guise("export", "deploy", "--format", "credentials-file", "--to", "out"); got.code != 0 {
			t.Fatalf("%+v", got)
		}
	}
	kept := filepath.Join(w.home, ".local/state/guise/backups/credentials.20260101T000000.000000000")
	if err := os.WriteFile(kept, []byte(w.read(".aws/credentials")), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := w.guise("logout", "--all"); got.code != 0 || !strings.Contains(got.err, "sessions that `guise export` wrote stay in") {
		t.Errorf("%+v", got)
	}
	for _, path := range w.has(".local/state/guise/backups/*") {
		if data, err := os.ReadFile(path); err != nil || strings.Contains(string(data), "aws_session_token") {
			t.Errorf("%s holds a session (%v)", path, err)
		}
	}
}

// TestLogoutWithoutTheKeyring: where the OS keyring has the sealing key and does not
// answer, that is said, nothing opens by that key any more, and it is removed when
// the keyring answers.
func TestLogoutWithoutTheKeyring(t *testing.T) {
	need.Program(t, "dbus-run-session")
	need.Program(t, "gnome-keyring-daemon")
	w := adopted(t)
	story := `set -e
echo -n pw | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1
guise credential-process --profile deploy >/dev/null
cp -r ~/.cache/guise/sessions ~/copy
code=0; env -u DBUS_SESSION_BUS_ADDRESS XDG_RUNTIME_DIR=/nowhere guise logout --all || code=$?
echo "without: $code"
rm -rf ~/.cache/guise/sessions; cp -r ~/copy ~/.cache/guise/sessions
guise credential-process --profile deploy >/dev/null
code=0; guise logout --all || code=$?
echo "with: $code"
test ! -e ~/.cache/guise/key-in-keyring
`
	got := w.run([]string{"GUISE_CACHE_KEY=auto"}, "dbus-run-session", "--", "sh", "-c", story)
	if got.code != 0 || got.out != "without: 1\nwith: 0\n" || !strings.Contains(got.err, "the OS keyring has a copy of the key") {
		t.Errorf("%+v", got)
	}
	if n := len(w.aws.Calls("AssumeRole")); n != 2 {
		t.Errorf("%d calls of AssumeRole: the copy of the cache opened", n)
	}
}
