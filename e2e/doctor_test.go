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

// TestDoctor: each kind of trouble is found, and what can be fixed is.
func TestDoctor(t *testing.T) {
	w := newWorld(t, `
[profile stale]
guise_role_arn = arn:aws:iam::333333333333:role/Deploy
guise_source_profile = ci
credential_process = /gone/guise credential-process --profile stale

[profile beside]
role_arn = arn:aws:iam::333333333333:role/Deploy
source_profile = ci
credential_process = `+filepath.Join(binDir, "guise")+` credential-process --profile beside

[profile loop-a]
role_arn = arn:aws:iam::333333333333:role/Deploy
source_profile = loop-b

[profile loop-b]
role_arn = arn:aws:iam::333333333333:role/Deploy
source_profile = loop-a
`)
	w.write(".aws/credentials", w.read(".aws/credentials")+"\n[left]\naws_access_key_id = ASIAX\naws_secret_access_key = x\naws_session_token = y\n")
	w.write(".zshrc", "# export AWS_ACCESS_KEY_ID=no\nexport AWS_ACCESS_KEY_ID=AKIAX\neval \"$(guise init zsh)\"\neval \"$(guise init zsh)\"\n")
	if err := os.Chmod(filepath.Join(w.home, ".aws/credentials"), 0o644); err != nil {
		t.Fatal(err)
	}
	w.aws.SetSkew(20 * time.Minute)
	all, code := w.doctor([]string{"AWS_ACCESS_KEY_ID=AKIAX"})
	for _, want := range []finding{
		{Check: "plaintext-keys", Severity: "serious", What: "guise keys import alice"},
		{Check: "leftovers", Severity: "warning", What: "left"},
		{Check: "file-modes", Severity: "serious", What: "mode 0644"},
		{Check: "environment", Severity: "serious", What: "~/.zshrc line 2"},
		{Check: "credential-process", Severity: "serious", What: "/gone/guise, which is not there"},
		{Check: "credential-process", Severity: "serious", What: "role_arn, source_profile stands beside"},
		{Check: "broken-profile", Severity: "serious", What: "loop-a → loop-b → loop-a"},
		{Check: "names", Severity: "hint", What: "team space ops"},
		{Check: "hook", Severity: "warning", What: "not loaded in this shell"},
		{Check: "hook", Severity: "hint", What: "more than once"},
		{Check: "clock", Severity: "serious", What: " off AWS"},
		{Check: "key-store", Severity: "hint", What: "no OS keyring"},
	} {
		if !has(all, want.Check, want.Severity, want.What) {
			t.Errorf("%s %s %q is not among %+v", want.Check, want.Severity, want.What, all)
		}
	}
	if code != 1 {
		t.Errorf("exit code %d", code)
	}
	w.aws.SetSkew(0)
	if all, _ := w.doctor(nil, "--fix"); !has(all, "file-modes", "serious", "") {
		t.Errorf("%+v", all)
	}
	all, _ = w.doctor(nil)
	for _, check := range []string{"file-modes", "credential-process", "clock", "environment"} {
		if has(all, check, "serious", "") {
			t.Errorf("%s is still there: %+v", check, all)
		}
	}
	if got := w.guise("whoami", "stale"); !strings.Contains(got.out, "assumed-role/Deploy/") {
		t.Errorf("%+v", got)
	}
}

// TestDoctorAndTemporaryKeys: what doctor says of temporary keys that stand before a
// managed profile is something that can be done, and helps.
func TestDoctorAndTemporaryKeys(t *testing.T) {
	w := adopted(t)
	credentials := w.read(".aws/credentials")
	w.write(".aws/credentials", credentials+"\n[prod]\naws_access_key_id = ASIAX\naws_secret_access_key = x\naws_session_token = y\n")
	all, _ := w.doctor(nil, "--fix")
	if !has(all, "credential-process", "serious", "take the section [prod] out of the credentials file") || has(all, "credential-process", "serious", "guise adopt prod") {
		t.Errorf("%+v", all)
	}
	w.write(".aws/credentials", credentials)
	if all, _ := w.doctor(nil); has(all, "credential-process", "serious", "") {
		t.Errorf("%+v", all)
	}
}

// TestDoctorIsContent: a home in order has nothing serious, and exit code 0; what is
// in the cache is known for what it is, until its profile goes.
func TestDoctorIsContent(t *testing.T) {
	w := adopted(t)
	s := w.shell("bash")
	s.Type("guise login prod short vault org-deploy console\r")
	s.See("MFA code for prod")
	s.Type(w.code() + "\r")
	s.See("denied to the MFA session")
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
	s.See("fix: guise release alice")
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

// TestCacheThatIsNone: where something else is in the cache's place, doctor says so and
// how it is moved away, what does not need the cache goes on, and each error is told
// apart from the next.
func TestCacheThatIsNone(t *testing.T) {
	w := adopted(t)
	at := filepath.Join(w.home, ".cache")
	if err := os.RemoveAll(at); err != nil {
		t.Fatal(err)
	}
	w.write(".cache", "a file\n")
	if got := w.guise("doctor"); got.code != 1 || !strings.Contains(got.out, "serious: the cache cannot be used: ") || !strings.Contains(got.out, "fix: mv "+at+" "+at+".moved") || strings.Contains(got.out, "cache clear") {
		t.Errorf("%+v", got)
	}
	if got := w.guise("list"); got.code != 0 || !strings.Contains(got.out, "deploy") || !strings.Contains(got.err, "\nhint: guise doctor\n") {
		t.Errorf("%+v", got)
	}
	if got := w.guise("logout", "--all"); got.code != 1 || strings.Contains(got.err, "not a directory open") {
		t.Errorf("%+v", got)
	}
}
