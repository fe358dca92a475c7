//go:build unix

package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"guise/internal/await"
	"guise/internal/loopback"
	"guise/internal/need"
)

const vaultFile = ".local/share/guise/keys.vault"

// vaultWorld is a world with a vault, which has bob's key, and with the keys of ci
// readable in the credentials file.
func vaultWorld(t *testing.T) (*world, loopback.User) {
	t.Helper()
	w, user := keyWorld(t)
	w.addKey(user)
	if got := w.guise("release", "ci", "--yes"); got.code != 0 {
		t.Fatalf("%+v", got)
	}
	return w, user
}

func (w *world) csv(user loopback.User) string {
	w.write("keys.csv", "Access key ID,Secret access key\n"+user.AccessKeyID+","+user.SecretAccessKey+"\n")
	return filepath.Join(w.home, "keys.csv")
}

// idIn finds the access key id of a section.
func idIn(credentials, section string) string {
	_, rest, _ := strings.Cut(credentials, "["+section+"]")
	_, rest, _ = strings.Cut(rest, "aws_access_key_id = ")
	text, _, _ := strings.Cut(rest, "\n")
	return text
}

// TestVaultPutBack: another vault in the place of the one whose key the kernel has, as
// from a backup, asks for its own passphrase; nothing is written to it without.
func TestVaultPutBack(t *testing.T) {
	w, user := vaultWorld(t)
	first := w.read(vaultFile)
	w.guise("keys", "remove", "bob", "--yes")
	w.guise("lock")
	if err := os.Remove(filepath.Join(w.home, vaultFile)); err != nil {
		t.Fatal(err)
	}
	w.addKey(user) // makes another vault
	w.write(vaultFile, first)
	before := w.read(".aws/credentials")
	if got := w.guise("keys", "import", "ci", "--yes"); got.code != 3 || w.read(".aws/credentials") != before || w.read(vaultFile) != first {
		t.Errorf("%+v", got)
	}
	s := w.open(nil, "guise", "keys", "import", "ci", "--yes")
	s.See("passphrase of the vault")
	s.Type("correct horse\r")
	if code := s.Exit(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	w.guise("lock")
	s = w.open(nil, "guise", "whoami", "ci")
	s.See("passphrase of the vault")
	s.Type("correct horse\r")
	s.See(":user/ci")
}

// TestKeyOfTwoProfiles leaves the vault with the last of them, by remove and by
// release.
func TestKeyOfTwoProfiles(t *testing.T) {
	w, _ := vaultWorld(t)
	before := w.read(".aws/credentials")
	id, text := idIn(before, "ci"), secretOf(before, "ci")
	w.write(".aws/credentials", before+"\n[twin]\naws_access_key_id = "+id+"\naws_secret_access_key = "+text+"\n")
	both := w.read(".aws/credentials")
	if got := w.guise("keys", "import", "ci", "twin", "--yes"); got.code != 0 || !strings.Contains(w.read(vaultFile), id) {
		t.Fatalf("%+v", got)
	}
	if got := w.guise("release", "ci", "twin", "--yes"); got.code != 0 || strings.Contains(w.read(vaultFile), id) || w.read(".aws/credentials") != both {
		t.Errorf("released, and still in the vault: %+v", got)
	}
	w.guise("keys", "import", "ci", "twin", "--yes")
	if got := w.guise("keys", "remove", "ci", "--yes"); got.code != 0 || !strings.Contains(got.err, "twin uses it") {
		t.Errorf("%+v", got)
	}
	if got := w.guise("whoami", "twin"); !strings.Contains(got.out, ":user/ci") {
		t.Errorf("%+v", got)
	}
	if got := w.guise("keys", "remove", "twin", "--yes"); got.code != 0 || strings.Contains(w.read(vaultFile), id) {
		t.Errorf("%+v", got)
	}
}

// TestWrongSecret: what does not work replaces nothing, and leaves no vault behind.
func TestWrongSecret(t *testing.T) {
	w := newWorld(t)
	right := w.read(".aws/credentials")
	text := secretOf(right, "ci")
	wrong := strings.Replace(right, text, "mistyped", 1)
	w.write(".aws/credentials", wrong)
	s := w.open(nil, "guise", "keys", "import", "ci", "--yes")
	s.See("was tried and does not work, so nothing was changed")
	if code := s.Exit(); code != 1 || len(w.has(vaultFile)) != 0 || w.read(".aws/credentials") != wrong {
		t.Errorf("exit code %d, %q", code, w.has(vaultFile))
	}
	w, _ = vaultWorld(t)
	if got := w.guise("keys", "import", "ci", "--yes"); got.code != 0 {
		t.Fatalf("%+v", got)
	}
	w.write(".aws/credentials", w.read(".aws/credentials")+"\n[twin]\naws_access_key_id = "+idIn(right, "ci")+"\naws_secret_access_key = mistyped\n")
	w.aws.Fail(loopback.Fault{Action: "GetCallerIdentity", Times: 1, Status: 403, Code: "InvalidClientTokenId"})
	if got := w.guise("keys", "import", "twin", "--yes"); got.code != 1 {
		t.Errorf("%+v", got)
	}
	if got := w.guise("whoami", "ci"); !strings.Contains(got.out, ":user/ci") {
		t.Errorf("the stored copy was replaced: %+v", got)
	}
}

// TestLockWithoutItsFile: a vault whose file is away just now is locked all the same.
func TestLockWithoutItsFile(t *testing.T) {
	need.System(t, "linux")
	w, _ := vaultWorld(t)
	path := filepath.Join(w.home, vaultFile)
	if err := os.Rename(path, path+".away"); err != nil {
		t.Fatal(err)
	}
	w.guise("lock")
	if err := os.Rename(path+".away", path); err != nil {
		t.Fatal(err)
	}
	if got := w.guise("credential-process", "--profile", "bob"); got.code != 3 {
		t.Errorf("the vault is still open: %+v", got)
	}
}

// TestRemovedLater: a secret that the OS keyring may have, and does not answer, is not
// said to be gone; it goes when the keyring answers.
func TestRemovedLater(t *testing.T) {
	for _, program := range []string{"dbus-run-session", "gnome-keyring-daemon", "dbus-send", "script"} {
		need.Program(t, program)
	}
	w, user := keyWorld(t)
	w.csv(user)
	w.standIn("type-seed", "sleep 1; echo "+w.aws.Seed(loopback.DemoSerial)+"; sleep 3\n")
	w.standIn("held", `dbus-send --session --print-reply --dest=org.freedesktop.secrets /org/freedesktop/secrets org.freedesktop.Secret.Service.SearchItems dict:string:string:service,guise,username,"$1" | grep -c 'object path'
`)
	story := `
PATH=` + filepath.Join(w.dir, "stand-ins") + `:$PATH
echo -n pw | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1
guise keys add bob --csv ~/keys.csv || exit 10
type-seed | script -qec 'guise mfa add alice' /dev/null
[ "$(held access-key:` + user.AccessKeyID + `)" = 1 ] || exit 11
[ "$(held totp:` + loopback.DemoSerial + `)" = 1 ] || exit 12
away() { env -u DBUS_SESSION_BUS_ADDRESS guise "$@"; }
away keys remove bob --yes; [ $? = 1 ] || exit 13
away keys remove bob --yes; [ $? = 1 ] || exit 14
away mfa remove --yes alice; [ $? = 1 ] || exit 15
away keys list 2>&1 | grep 'when the OS keyring answers: guise doctor --fix' || exit 16
away mfa list 2>&1 | grep 'guise doctor --fix' || exit 17
away doctor | grep 'may still be in the OS keyring' || exit 18
guise doctor --fix >fixed
grep '^fixed: the access key .* is removed from the OS keyring' fixed || exit 22
grep 'may still be in' fixed && exit 23
[ "$(held access-key:` + user.AccessKeyID + `)" = 0 ] || exit 19
[ "$(held totp:` + loopback.DemoSerial + `)" = 0 ] || exit 20
guise keys list | grep bob && exit 21
exit 0
`
	got := w.run([]string{"GUISE_CACHE_KEY=auto"}, "dbus-run-session", "--", "setsid", "-w", "sh", "-c", story)
	if got.code != 0 || strings.Contains(got.err, "is removed from the key store") {
		t.Errorf("%+v", got)
	}
}

// TestForeignKeyStays: a rotation that AWS refused does not take the key that the user
// makes next for its own.
func TestForeignKeyStays(t *testing.T) {
	w, user := keyWorld(t)
	w.addKey(user)
	w.aws.Fail(loopback.Fault{Action: "CreateAccessKey", Times: 1, Status: 403, Code: "AccessDenied"})
	if got := w.guise("keys", "rotate", "bob"); got.code != 1 {
		t.Errorf("%+v", got)
	}
	theirs := w.aws.AddUser(loopback.User{Account: loopback.DemoAccount, Name: "bob", KeysWithoutMFA: true})
	got := w.guise("keys", "rotate", "bob")
	if keys := w.aws.KeysOf(bob); got.code != 1 || !strings.Contains(got.err, theirs.AccessKeyID+", which guise did not make") || !strings.Contains(got.err, "hint: aws iam delete-access-key --profile=bob --access-key-id "+theirs.AccessKeyID) || len(keys) != 2 || !keys[theirs.AccessKeyID] {
		t.Errorf("%+v, %v", got, keys)
	}
	if got := w.guise("keys", "list", "--json"); strings.Contains(got.out, "pending") {
		t.Errorf("nothing was begun: %+v", got)
	}
}

// TestRotateByAnotherClock: a clock that is a day off.
func TestRotateByAnotherClock(t *testing.T) {
	w, user := keyWorld(t)
	w.addKey(user)
	w.aws.SetSkew(24 * time.Hour)
	if got := w.guise("keys", "rotate", "bob"); got.code != 0 || !strings.Contains(got.err, "clock") || len(w.aws.KeysOf(bob)) != 1 {
		t.Errorf("%+v", got)
	}
}

// TestAgain: what was done already is no failure.
func TestAgain(t *testing.T) {
	w, user := vaultWorld(t)
	if got := w.guise("keys", "add", "bob", "--csv", w.csv(user)); got.code != 0 || !strings.Contains(got.err, "is already in") {
		t.Errorf("add: %+v", got)
	}
	copied := filepath.Join(w.dir, "copy")
	w.aws.Fail(loopback.Fault{Action: "GetCallerIdentity", Times: 1, Status: 403, Code: "InvalidClientTokenId"})
	for i, code := range []int{1, 0, 0} {
		if got := w.guise("keys", "import", "ci", "--yes", "--backup", copied); got.code != code {
			t.Errorf("import %d: %+v", i, got)
		}
	}
	other := filepath.Join(w.dir, "other")
	if err := os.WriteFile(other, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	w.guise("release", "ci", "--yes")
	if got := w.guise("keys", "import", "ci", "--yes", "--backup", other); got.code != 1 || strings.Contains(got.err, "shred") {
		t.Errorf("%+v", got)
	}
}

// TestDemoForgetsItsVault: the kernel keeps no key of a vault that was made in the demo.
func TestDemoForgetsItsVault(t *testing.T) {
	need.System(t, "linux")
	w := newWorld(t)
	s := w.open(nil, "guise", "demo", "--", "sh", "-c", "echo in $HOME; guise release ci --yes; guise keys import ci --yes; grep -q guise-demo- /proc/keys && echo done")
	demo := s.See(`in .*(guise-demo-[^/\s]+)`)[1] // others may be played on this machine
	for _, question := range []string{"a new passphrase", "once more"} {
		s.See(question)
		s.Type("correct horse\r")
	}
	s.See("guise manages 1 profile")
	s.See("done")
	if code := s.Exit(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	await.That(t, "the kernel to drop the key, which it does a moment after it is removed", func() bool {
		keys, err := os.ReadFile("/proc/keys")
		return err == nil && !strings.Contains(string(keys), demo)
	})
}
