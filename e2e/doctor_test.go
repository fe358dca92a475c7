//go:build unix

package e2e

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"guise/internal/await"
	"guise/internal/loopback"
)

type finding struct {
	Check, Severity, What, Why, Fix string
	Fixed                           bool
}

func (w *world) doctor(env []string, args ...string) ([]finding, int) {
	w.t.Helper()
	got := w.run(env, "guise", append([]string{"doctor", "--json"}, args...)...)
	var all []finding
	if err := json.Unmarshal([]byte(got.out), &all); err != nil {
		w.t.Fatalf("%+v", got)
	}
	return all, got.code
}

func has(all []finding, check, severity, words string) bool {
	for _, f := range all {
		if f.Check == check && f.Severity == severity && strings.Contains(f.What+" "+f.Why+" "+f.Fix, words) {
			return true
		}
	}
	return false
}

// TestDoctorIsContent: a home in order has nothing serious, and exit code 0; what is
// in the cache is known for what it is, until its profile goes.
func TestDoctorIsContent(t *testing.T) {
	w := adopted(t)
	s := w.shell("bash")
	s.Type("guise login prod short vault org-deploy console\r")
	s.See("MFA code for prod")
	s.Type(w.code() + "\r")
	s.See("AWS refused this role for the MFA session")
	s.See("MFA code for vault")
	s.Type(w.code() + "\r")
	s.See("console: ")
	if all, code := w.doctor(nil); has(all, "cache", "hint", "") || code != 0 {
		t.Errorf("%+v", all)
	}
	w.write(".aws/config", strings.Replace(w.read(".aws/config"), "role/OrgDeploy", "role/Other", 1))
	if all, _ := w.doctor(nil, "--fix"); !has(all, "cache", "hint", "belong to no profile: 1") {
		t.Errorf("%+v", all)
	}
	if all, _ := w.doctor(nil); has(all, "cache", "hint", "") {
		t.Errorf("%+v", all)
	}
	s.Type("guise doctor; echo code=$?\r")
	s.See("fix: guise keys import alice")
	s.See("code=0")
}

// TestImport: an access key leaves the file after it has worked and is stored; killed in the
// middle, they work from where they are, and doing it again ends it.
func TestImport(t *testing.T) {
	w, user := keyWorld(t)
	w.addKey(user) // makes the vault
	w = &world{t: t, aws: w.aws, server: w.server, dir: w.dir, home: w.home, env: w.env}
	if got := w.guise("release", "ci", "--yes"); got.code != 0 {
		t.Fatalf("%+v", got)
	}
	before := w.read(".aws/credentials")
	// AWS does not know it: it stays where it is.
	w.aws.Fail(loopback.Fault{Action: "GetCallerIdentity", Status: 403, Code: "InvalidClientTokenId"})
	if got := w.guise("keys", "import", "ci", "--yes"); got.code != 1 || w.read(".aws/credentials") != before {
		t.Errorf("%+v", got)
	}
	for range 3 { // killed while it is being tried
		gate := loopback.NewGate()
		w.aws.Fail(loopback.Fault{Action: "GetCallerIdentity", Times: 1, Gate: gate})
		c := exec.Command(filepath.Join(binDir, "guise"), "keys", "import", "ci", "--yes")
		c.Env = w.env
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		await.Closed(t, "the trial of the stored copy", gate.Reached())
		_ = c.Process.Kill()
		gate.Open()
		_ = c.Wait()
		w.aws.Fail()
		if got := w.guise("whoami", "ci"); !strings.Contains(got.out, "user/ci") || w.read(".aws/credentials") != before {
			t.Errorf("%+v", got)
		}
	}
	// Killed at any moment: from the file or from the store, the key works.
	for delay := time.Duration(0); delay < 120*time.Millisecond; delay += 6 * time.Millisecond {
		c := exec.Command(filepath.Join(binDir, "guise"), "keys", "import", "ci", "--yes")
		c.Env = w.env
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(delay)
		_ = c.Process.Kill()
		_ = c.Wait()
		if got := w.guise("whoami", "ci"); !strings.Contains(got.out, "user/ci") {
			t.Fatalf("killed after %s: %+v", delay, got)
		}
		if got := w.guise("keys", "import", "ci", "--yes"); got.code != 0 || strings.Contains(w.read(".aws/credentials"), secretOf(before, "ci")) {
			t.Fatalf("killed after %s, and again: %+v", delay, got)
		}
		if got := w.guise("release", "ci", "--yes"); got.code != 0 || w.read(".aws/credentials") != before {
			t.Fatalf("killed after %s, and released: %+v", delay, got)
		}
	}
	copied := filepath.Join(w.dir, "copy")
	if got := w.guise("keys", "import", "ci", "--yes", "--backup", copied); got.code != 0 || !strings.Contains(got.err, "shred -u "+copied) || strings.Contains(w.read(".aws/credentials"), "aws_secret_access_key = "+secretOf(before, "ci")) {
		t.Errorf("%+v", got)
	}
	if got := w.guise("whoami", "deploy"); !strings.Contains(got.out, "assumed-role/Deploy/") {
		t.Errorf("%+v", got)
	}
	if data, err := os.ReadFile(copied); err != nil || string(data) != before || os.Remove(copied) != nil {
		t.Errorf("%v", err)
	}
	w.noSecrets(secretOf(before, "ci"))
	if got := w.guise("release", "ci", "--yes"); got.code != 0 || w.read(".aws/credentials") != before {
		t.Errorf("%+v", got)
	}
}

// secretOf finds the secret of a section.
func secretOf(credentials, section string) string {
	_, rest, _ := strings.Cut(credentials, "["+section+"]")
	_, rest, _ = strings.Cut(rest, "aws_secret_access_key = ")
	text, _, _ := strings.Cut(rest, "\n")
	return text
}
