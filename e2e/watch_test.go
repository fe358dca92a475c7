//go:build unix

package e2e

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"guise/internal/loopback"
	"guise/internal/need"
)

// watch has strace note every program that starts in a terminal of the world from
// now on, with all its words and its whole environment. started gives the notes, as
// strace writes them, once the terminals' programs have ended.
func (w *world) watch() (started func() []string) {
	w.t.Helper()
	notes := filepath.Join(w.dir, "started")
	if err := os.Mkdir(notes, 0o700); err != nil {
		w.t.Fatal(err)
	}
	w.via = []string{
		need.Program(w.t, "strace"), "-ff", "--seccomp-bpf", "-o", filepath.Join(notes, "by"), "-e", "trace=execve,execveat", "-e", "signal=none", "-v", "-s", "1048576",
	}
	return func() []string {
		w.t.Helper()
		var all []string
		files, _ := filepath.Glob(filepath.Join(notes, "by.*"))
		for _, file := range files {
			data, err := os.ReadFile(file)
			if err != nil {
				w.t.Fatal(err)
			}
			for line := range strings.Lines(string(data)) {
				if strings.HasPrefix(line, "exec") {
					all = append(all, line)
				}
			}
		}
		if err := os.RemoveAll(notes); err != nil {
			w.t.Fatal(err)
		}
		return all
	}
}

// TestNothingInArgv: through the stories in which secrets go from hand to hand, none
// is in the words or the environment of a program that is started, nor is an address that leads to one.
func TestNothingInArgv(t *testing.T) {
	w, user := keyWorld(t)
	seed := w.aws.Seed(loopback.DemoSerial)
	started := w.watch()
	w.addKey(user)
	s := w.shell("bash")
	code := w.code()
	s.Type("guise login prod\r")
	s.See("MFA code for prod")
	s.Type(code + "\r")
	s.See("prod: Admin")
	s.Type("guise login org-dev; guise login console; guise sso sync --yes; guise console deploy\r")
	s.See("added 90 profiles")
	s.See("opening the console")
	s.See("ready ")
	s.Type("guise keys rotate bob; guise export deploy --format credentials-file --to old\r")
	s.See("replaces …")
	s.See(`wrote its session to \[old\]`)
	s.Type("aws sts get-caller-identity --profile prod --endpoint-url $AWS_ENDPOINT_URL\r")
	s.See(adminARN)
	s.See("ready ")
	s.Type("exit\r")
	s.Exit()
	all := started()
	for _, program := range []string{"credential-process", `"keys", "add"`, "export", "127.0.0.1", "get-caller-identity"} {
		if !slices.ContainsFunc(all, func(line string) bool { return strings.Contains(line, program) }) {
			t.Fatalf("%s is not among the %d programs that were seen: the search would find nothing", program, len(all))
		}
	}
	leads := []string{"code_challenge=", "SigninToken="} // of addresses that lead into a sign-in
	for _, line := range all {
		for _, secret := range slices.Concat(w.aws.Secrets(), leads, []string{user.SecretAccessKey, seed, code}) {
			if secret != "" && strings.Contains(line, secret) {
				t.Errorf("a secret stands in %s", line)
			}
		}
	}
}

// TestKeysInSecretStore: access keys, MFA secrets and the sealing key in a real Secret
// Service; and when that dies, a line, the next way, and no hang.
func TestKeysInSecretStore(t *testing.T) {
	for _, program := range []string{"dbus-run-session", "dbus-send", "gnome-keyring-daemon", "setsid"} {
		need.Program(t, program)
	}
	w, user := keyWorld(t)
	w.write("keys.csv", "Access key ID,Secret access key\n"+user.AccessKeyID+","+user.SecretAccessKey+"\n")
	const story = `set -e
echo -n pw | gnome-keyring-daemon --foreground --unlock --components=secrets >/dev/null 2>&1 & keyring=$!
until dbus-send --print-reply --dest=org.freedesktop.DBus / org.freedesktop.DBus.NameHasOwner string:org.freedesktop.secrets | grep -q true; do sleep 0.05; done
guise keys add bob --csv ~/keys.csv
guise whoami bob
guise keys rotate bob
guise whoami bob
guise mfa add alice
echo "a code: $(guise mfa code alice)"
test ! -e ~/.local/share/guise
kill -KILL $keyring
setsid -w guise whoami bob </dev/null && exit 9
setsid -w guise mfa code alice </dev/null && exit 9
echo all-done
`
	s := w.open([]string{"GUISE_CACHE_KEY=auto"}, "dbus-run-session", "--", "sh", "-c", story)
	s.See("is now in the OS keyring")
	s.See(bob)
	s.See(bob)
	s.See("MFA secret")
	s.Type(w.aws.Seed(loopback.DemoSerial) + "\r")
	s.See(`a code: \d{6}\s`)
	s.See("the OS keyring does not answer")
	s.See("the OS keyring does not answer")
	s.See("all-done")
	if code := s.Exit(); code != 0 {
		t.Errorf("exit code %d", code)
	}
}
