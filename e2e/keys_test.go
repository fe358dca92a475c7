//go:build unix

package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"guise/internal/await"
	"guise/internal/loopback"
	"guise/internal/need"
	"guise/internal/terminaltest"
)

const bob = "arn:aws:iam::111111111111:user/bob"

// keyWorld is a world with a user bob, who may manage his keys without MFA, and
// whose key no file has.
func keyWorld(t *testing.T) (*world, loopback.User) {
	t.Helper()
	w := adopted(t)
	user := w.aws.AddUser(loopback.User{Account: loopback.DemoAccount, Name: "bob", KeysWithoutMFA: true})
	t.Cleanup(func() {
		c := exec.Command(filepath.Join(binDir, "guise"), "lock") // the kernel keeps nothing of this
		c.Env = w.env
		_ = c.Run()
	})
	return w, user
}

// addKey types a key, and a passphrase where no OS keyring answers.
func (w *world) addKey(user loopback.User, env ...string) {
	w.t.Helper()
	s := w.open(env, "guise", "keys", "add", user.Name)
	s.See("access key id for bob")
	s.Type(user.AccessKeyID + "\r")
	s.See("secret access key")
	s.Type(user.SecretAccessKey + "\r")
	if len(env) == 0 {
		for _, question := range []string{"a new passphrase", "once more"} {
			s.See(question)
			s.Type("correct horse\r")
		}
	}
	s.See("AWS knows the access key as " + bob)
	s.See("its access key ….... is now in")
	if code := s.Exit(); code != 0 {
		w.t.Fatalf("exit code %d", code)
	}
	if shown := s.Everything(); strings.Contains(shown, user.SecretAccessKey) || strings.Contains(shown, "correct horse") {
		w.t.Error("the secret or the passphrase was shown")
	}
}

// TestKeysByPassphrase: where no OS keyring answers the keys are in a vault, whose
// passphrase is asked for once, and again after `lock`.
func TestKeysByPassphrase(t *testing.T) {
	w, user := keyWorld(t)
	w.addKey(user)
	if got := w.guise("whoami", "bob"); !strings.Contains(got.out, bob) {
		t.Errorf("%+v", got)
	}
	if got := w.guise("keys", "list", "--online"); !strings.Contains(got.out, "vault") || !strings.Contains(got.out, "0 days") || !strings.Contains(got.out, "active") {
		t.Errorf("%+v", got)
	}
	w.guise("login", "deploy")
	w.noSecrets(user.SecretAccessKey)
	w.guise("lock")
	if got := w.run([]string{"GUISE_WAIT_FOR_PERSON=0s"}, "guise", "credential-process", "--profile", "bob"); got.code != 3 {
		t.Errorf("locked, and nobody there: %+v", got)
	}
	s := w.open(nil, "sh", "-c", "guise doctor; guise keys list --online; echo looked at")
	s.See("looked at")
	if said := s.Everything(); strings.Contains(said, "passphrase of") || strings.Contains(said, "cannot be read") {
		t.Errorf("who only looks is asked, or told what is not so: %s", said)
	}
	s = w.open(nil, "guise", "whoami", "bob")
	s.See(`guise: passphrase of the vault, for bob \(` + regexp.QuoteMeta(filepath.Base(os.Args[0])) + ` \(pid \d+\) waits\)`) // who has called guise
	s.Type("wrong\r")
	s.See("not the passphrase")
	s.See("passphrase of the vault")
	s.Type("correct horse\r")
	s.See(bob)
	before := w.read(".aws/config")
	if got := w.guise("keys", "remove", "bob", "--yes"); got.code != 0 || strings.Contains(w.read(".aws/config"), user.AccessKeyID) || len(before) == 0 {
		t.Errorf("%+v", got)
	}
	if got := w.guise("whoami", "bob"); got.code == 0 {
		t.Errorf("%+v", got)
	}
}

// works reports whether bob is bob, by the key that the profile has now.
func (w *world) works() bool { return strings.Contains(w.guise("whoami", "bob").out, bob) }

// TestRotate: a new key that works, the old one gone; and killed at any moment, a
// key that works remains, and running it again ends it.
func TestRotate(t *testing.T) {
	w, user := keyWorld(t)
	w.addKey(user)
	if got := w.guise("keys", "rotate", "bob"); got.code != 0 || !w.works() {
		t.Fatalf("%+v", got)
	}
	if keys := w.aws.KeysOf(bob); len(keys) != 1 || keys[user.AccessKeyID] {
		t.Errorf("%v", keys)
	}
	for _, action := range []string{"ListAccessKeys", "CreateAccessKey", "GetCallerIdentity", "UpdateAccessKey", "DeleteAccessKey"} {
		for _, after := range []bool{false, true} {
			w.killInRotation(action, after)
			what := fmt.Sprintf("killed in %s, after AWS has done it: %v", action, after)
			if !w.works() {
				t.Errorf("%s: no key works", what)
			}
			got := w.guise("keys", "rotate", "bob")
			if action == "CreateAccessKey" {
				w.deleteAsHinted(got)
				got = w.guise("keys", "rotate", "bob")
			}
			if got.code != 0 || !w.works() || len(w.aws.KeysOf(bob)) != 1 {
				t.Errorf("%s: run again: %+v, %v", what, got, w.aws.KeysOf(bob))
			}
		}
	}
	// Another key of the user, which guise did not make, is not touched.
	w.aws.AddUser(loopback.User{Account: loopback.DemoAccount, Name: "bob", KeysWithoutMFA: true})
	if got := w.guise("keys", "rotate", "bob"); got.code != 1 || !strings.Contains(got.err, "which guise did not make") || len(w.aws.KeysOf(bob)) != 2 || !w.works() {
		t.Errorf("%+v", got)
	}
}

// killInRotation kills a rotation while AWS is at an action, before AWS has done it or
// after, and waits until AWS has done what it was asked.
func (w *world) killInRotation(action string, after bool) {
	w.t.Helper()
	gate, n := loopback.NewGate(), len(w.aws.Calls(action))
	w.aws.Fail(loopback.Fault{Action: action, Times: 1, Gate: gate, After: after})
	c := exec.Command(filepath.Join(binDir, "guise"), "keys", "rotate", "bob")
	c.Env, c.Dir = w.env, filepath.Join(w.dir, "work")
	if err := c.Start(); err != nil {
		w.t.Fatal(err)
	}
	await.Closed(w.t, "the call of "+action, gate.Reached())
	_ = c.Process.Kill()
	_ = c.Wait()
	gate.Open()
	await.That(w.t, "AWS's end of "+action, func() bool { return len(w.aws.Calls(action)) > n })
	w.aws.Fail()
}

// deleteAsHinted: a key that AWS made for a rotation which never saw the answer is
// named, and the user deletes it with the command that the hint gives.
func (w *world) deleteAsHinted(got result) {
	w.t.Helper()
	_, hint, ok := strings.Cut(got.err, "hint: aws ")
	if got.code != 1 || !ok || !strings.Contains(got.err, "perhaps of an interrupted rotation") {
		w.t.Fatalf("%+v", got)
	}
	hint, _, _ = strings.Cut(hint, "#")
	if got := w.run([]string{"AWS_DEFAULT_REGION=us-east-1"}, "aws", append([]string{"--endpoint-url", w.server.URL()}, strings.Fields(hint)...)...); got.code != 0 {
		w.t.Fatalf("%s: %+v", hint, got)
	}
}

// TestSeeds: an MFA secret is tried at AWS, and from then on a code needs nobody.
func TestSeeds(t *testing.T) {
	w, user := keyWorld(t)
	w.addKey(user) // makes the vault
	seed := w.aws.Seed(loopback.DemoSerial)
	add := func(typed string) *terminaltest.Terminal {
		s := w.open(nil, "guise", "mfa", "add", "alice")
		s.See("MFA secret of " + loopback.DemoSerial)
		s.Type(typed + "\r")
		return s
	}
	s := add("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
	s.See("AWS does not take its code")
	if code := s.Exit(); code != 1 {
		t.Errorf("exit code %d", code)
	}
	s = add(strings.ToLower(seed))
	s.See("guise computes its codes now")
	if code := s.Exit(); code != 0 || strings.Contains(strings.ToUpper(s.Everything()), seed) {
		t.Errorf("exit code %d", code)
	}
	oathtool := need.Program(t, "oathtool")
	want := w.run(nil, oathtool, "--totp", "--base32", seed).out
	if got := w.guise("mfa", "code", "alice"); got.out != want {
		t.Errorf("%+v, want %s", got, want)
	}
	if got := w.guise("mfa", "list"); !strings.Contains(got.out, loopback.DemoSerial) {
		t.Errorf("%+v", got)
	}
	// The code was used for the trial: guise waits for the next one by itself.
	c := exec.Command(filepath.Join(binDir, "guise"), "credential-process", "--profile", "prod")
	c.Env = w.env
	if out, err := c.Output(); err != nil || !strings.Contains(string(out), "AccessKeyId") {
		t.Errorf("%v", err)
	}
	w.noSecrets(seed)
	if got := w.guise("mfa", "remove", "--yes", "alice"); got.code != 0 {
		t.Errorf("%+v", got)
	}
	if got := w.guise("mfa", "remove", "--yes", "alice"); got.code != 2 {
		t.Errorf("%+v", got)
	}
}

// TestExport: for tools that read nothing else, and never over what is not guise's.
func TestExport(t *testing.T) {
	w := adopted(t)
	for shell, script := range map[string]string{
		"bash": `eval "$(guise export deploy)"; env | grep -c ^AWS_.*TOKEN=; guise whoami`,
		"fish": `guise export deploy --format fish | source; env | grep -c '^AWS_.*TOKEN='; guise whoami`,
	} {
		if got := w.run(nil, need.Program(t, shell), "-c", script); !strings.Contains(got.out, "1\n") || !strings.Contains(got.out, "assumed-role/Deploy/") {
			t.Errorf("%s: %+v", shell, got)
		}
	}
	before := w.read(".aws/credentials")
	for range 2 {
		if got := w.guise("export", "deploy", "--format", "credentials-file", "--to", "old tool"); got.code != 0 {
			t.Errorf("%+v", got)
		}
	}
	after := w.read(".aws/credentials")
	if !strings.HasPrefix(after, before) || strings.Count(after, "[old tool]") != 1 {
		t.Errorf("%s", after[len(before):])
	}
	if got := w.run(nil, "aws", "--profile", "old tool", "--endpoint-url", w.server.URL(), "sts", "get-caller-identity"); !strings.Contains(got.out, "assumed-role/Deploy/") {
		t.Errorf("%+v", got)
	}
	for _, args := range [][]string{{"--to", "ci"}, {"--to", "prod"}, {"--to", "audit"}, {"--to", "deploy"}, {}, {"--to", "a]b"}} {
		if got := w.guise(append([]string{"export", "deploy", "--format", "credentials-file"}, args...)...); got.code == 0 || w.read(".aws/credentials") != after {
			t.Errorf("%q: %+v", args, got)
		}
	}
	config := w.read(".aws/config")
	w.write(".aws/config", strings.Replace(config, "[profile deploy]", "[profile deploy]\ndestination_profile = prod", 1))
	if got := w.guise("export", "deploy", "--format", "credentials-file"); got.code != 1 || w.read(".aws/credentials") != after || !strings.Contains(got.err, "there is a profile prod in") {
		t.Errorf("%+v", got)
	}
	w.write(".aws/config", config)
	if got := w.guise("adopt", "--all", "--yes", "--keep-keys"); got.code != 0 || w.read(".aws/credentials") != after {
		t.Errorf("adopt took the session: %+v", got)
	}
}
