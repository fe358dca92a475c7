//go:build unix

package e2e

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"guise/internal/loopback"
	"guise/internal/need"
)

// watched notes the arguments, and of programs other than guise the environment, of
// every process that has the world's folder in its environment.
type watched struct {
	mu   sync.Mutex
	seen map[string]bool
	stop chan struct{}
	done sync.WaitGroup
}

func (w *world) watch() *watched {
	if _, err := os.Stat("/proc/self/environ"); err != nil {
		need.That(w.t, err)
	}
	all := &watched{seen: map[string]bool{}, stop: make(chan struct{})}
	all.done.Go(func() {
		for {
			select {
			case <-all.stop:
				return
			default:
				all.look(w.dir)
				time.Sleep(time.Millisecond)
			}
		}
	})
	return all
}

func (a *watched) look(dir string) {
	found, _ := filepath.Glob("/proc/[0-9]*/environ")
	for _, path := range found {
		environ, err := os.ReadFile(path)
		if err != nil || !bytes.Contains(environ, []byte(dir)) {
			continue
		}
		words, _ := os.ReadFile(filepath.Join(filepath.Dir(path), "cmdline"))
		a.mu.Lock()
		a.seen[string(words)] = true
		a.seen[string(environ)] = true
		a.mu.Unlock()
	}
}

// holdsNone fails where a secret was in what was seen.
func (a *watched) holdsNone(t *testing.T, secrets ...string) {
	t.Helper()
	close(a.stop)
	a.done.Wait()
	if len(a.seen) < 10 {
		t.Fatalf("%d things were seen: the search would find nothing", len(a.seen))
	}
	for text := range a.seen {
		for _, s := range secrets {
			if s != "" && strings.Contains(text, s) {
				t.Errorf("a secret stood in %q", strings.ReplaceAll(text, "\x00", " "))
			}
		}
	}
}

// TestNothingInArgv: through the stories in which secrets go from hand to hand, none
// is in the words or the environment of a process.
func TestNothingInArgv(t *testing.T) {
	w, user := keyWorld(t)
	seed := w.aws.Seed(loopback.DemoSerial)
	all := w.watch()
	w.addKey(user)
	s := w.shell("bash")
	code := w.code()
	s.typ("guise login prod\r")
	s.see("MFA code for prod")
	s.typ(code + "\r")
	s.see("prod: Admin")
	s.typ("guise login org-dev; guise login console; guise sso sync; guise console deploy\r")
	s.see("90 added")
	s.see("opening the console")
	s.see("ready ")
	s.typ("guise keys rotate bob; guise export deploy --format credentials-file --to old\r")
	s.see("has taken the place of")
	s.see("stands in the credentials file")
	s.typ("aws sts get-caller-identity --profile prod --endpoint-url $AWS_ENDPOINT_URL\r")
	s.see(adminARN)
	all.holdsNone(t, append(w.aws.Secrets(), user.SecretAccessKey, seed, code)...)
}

// TestKeysInSecretStore: keys, seeds and the sealing key in a real Secret Service;
// and when that dies, a line, the next way, and no hang.
func TestKeysInSecretStore(t *testing.T) {
	need.Program(t, "dbus-run-session")
	need.Program(t, "gnome-keyring-daemon")
	w, user := keyWorld(t)
	w.write("keys.csv", "Access key ID,Secret access key\n"+user.AccessKeyID+","+user.SecretAccessKey+"\n")
	w.standIn("type-seed", "sleep 1; echo "+w.aws.Seed(loopback.DemoSerial)+"; sleep 3\n")
	need.Program(t, "script")
	story := `set -e
echo -n pw | gnome-keyring-daemon --foreground --unlock --components=secrets >/dev/null 2>&1 & keyring=$!
sleep 1
guise keys add bob --csv ~/keys.csv
guise whoami bob
guise keys rotate bob
guise whoami bob
type-seed | script -qec 'guise mfa add alice' /dev/null
guise mfa code alice
test ! -e ~/.local/share/guise
kill -KILL $keyring
began=$(date +%s)
guise whoami bob && exit 9
guise mfa code alice && exit 9
[ $(($(date +%s) - began)) -le 11 ]
`
	got := w.run([]string{"GUISE_KEY_STORE=auto"}, "dbus-run-session", "--", "setsid", "-w", "sh", "-c", story)
	if got.code != 0 || strings.Count(got.out, bob) != 2 || !strings.Contains(got.err, "in the secret store now") || !strings.Contains(got.err, "no secret store answers here") {
		t.Errorf("%+v", got)
	}
}
