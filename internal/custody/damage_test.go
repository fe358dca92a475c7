package custody

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"filippo.io/age"

	"guise/internal/files"
	"guise/internal/need"
	"guise/internal/secret"
)

// fileOf reads a vault's file, as it is on the disk.
func fileOf(t *testing.T, path string) vaultFile {
	t.Helper()
	f, err := readVault(path)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// TestDamagedVault: what does not hold what a vault holds is not read, and not written
// over; the passphrase is asked for only where it can show that.
func TestDamagedVault(t *testing.T) {
	ctx, path := t.Context(), filepath.Join(t.TempDir(), "vault")
	v := vaultAt(path, "x")
	if err := v.Set(ctx, "a", secret.New("of a")); err != nil {
		t.Fatal(err)
	}
	good := fileOf(t, path)
	with := func(change func(*vaultFile)) string {
		f := good
		change(&f)
		data, err := json.Marshal(f)
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	other := filepath.Join(t.TempDir(), "vault")
	if err := vaultAt(other, "x").Set(ctx, "a", secret.New("of another")); err != nil {
		t.Fatal(err)
	}
	for name, one := range map[string]struct {
		text  string
		asked int // each time that a secret is read or written
	}{
		"nothing":            {"", 0},
		"an empty object":    {"{}", 0},
		"no version":         {`{"Key":"eA==","Secrets":{}}`, 0},
		"version 0":          {with(func(f *vaultFile) { f.Version = 0 }), 0},
		"version -1":         {with(func(f *vaultFile) { f.Version = -1 }), 0},
		"no key":             {with(func(f *vaultFile) { f.Key = nil }), 0},
		"no secrets":         {with(func(f *vaultFile) { f.Secrets = nil }), 0},
		"more than a vault":  {with(func(*vaultFile) {}) + "x", 0},
		"a key of nonsense":  {with(func(f *vaultFile) { f.Key = []byte("x") }), 1},
		"a key that is cut":  {with(func(f *vaultFile) { f.Key = sealedBy(t, "x", []byte("short")) }), 1},
		"the key of another": {with(func(f *vaultFile) { f.Key = fileOf(t, other).Key }), 1},
	} {
		if err := os.WriteFile(path, []byte(one.text), 0o600); err != nil {
			t.Fatal(err)
		}
		asked := 0
		v := vaultAt(path, "x")
		v.Passphrase = func(context.Context, bool, string) (secret.Text, error) { asked++; return secret.New("x"), nil }
		_, err := v.Get(ctx, "a")
		for _, err := range []error{err, v.Set(ctx, "b", secret.New("of b"))} {
			if !errors.As(err, new(*DamagedError)) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if asked != 2*one.asked {
			t.Errorf("%s: asked %d times", name, asked)
		}
		if err := v.Delete("a"); one.asked == 0 && !errors.As(err, new(*DamagedError)) {
			t.Errorf("%s: %v", name, err)
		}
		if is, err := os.ReadFile(path); one.asked == 0 && (err != nil || string(is) != one.text) { //nolint:gosec // of this test
			t.Errorf("%s: it became %s, %v", name, is, err)
		}
	}
	// One secret that is cut does not keep the others from being read.
	if err := os.WriteFile(path, []byte(with(func(f *vaultFile) { f.Secrets = map[string][]byte{"cut": {1}, "a": good.Secrets["a"]} })), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := v.Get(ctx, "cut"); !errors.As(err, new(*DamagedError)) {
		t.Error(err)
	}
	if got, err := v.Get(ctx, "a"); err != nil || got.Reveal() != "of a" {
		t.Errorf("%q %v", got.Reveal(), err)
	}
	// A folder in the place of the vault is neither one that is empty nor one that is damaged.
	if err := errors.Join(os.Remove(path), os.Mkdir(path, 0o700)); err != nil {
		t.Fatal(err)
	}
	if err := v.Set(ctx, "a", secret.New("x")); !errors.Is(err, files.ErrNotRegular) {
		t.Error(err)
	}
}

// sealedBy returns some bytes, sealed by a passphrase as a vault's key is.
func sealedBy(t *testing.T, passphrase string, key []byte) []byte {
	t.Helper()
	recipient, err := age.NewScryptRecipient(passphrase)
	if err != nil {
		t.Fatal(err)
	}
	recipient.SetWorkFactor(4)
	var sealed bytes.Buffer
	in, err := age.Encrypt(&sealed, recipient)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := in.Write(key); err != nil || in.Close() != nil {
		t.Fatal(err)
	}
	return sealed.Bytes()
}

// TestPassphrase: which question is asked, and what the answers come to.
func TestPassphrase(t *testing.T) {
	ctx, path := t.Context(), filepath.Join(t.TempDir(), "vault")
	stopped := errors.New("stopped")
	v := vaultAt(path, "")
	type question struct {
		first bool
		again string
	}
	var asked []question
	answers := func(texts ...string) { // and then no more
		asked = nil
		v.Passphrase = func(_ context.Context, first bool, again string) (secret.Text, error) {
			asked = append(asked, question{first, again})
			if len(asked) > len(texts) {
				return secret.Text{}, stopped
			}
			return secret.New(texts[len(asked)-1]), nil
		}
	}
	wants := func(what string, want ...question) {
		t.Helper()
		same := len(asked) == len(want)
		for i := range min(len(asked), len(want)) {
			same = same && asked[i] == want[i]
		}
		if !same {
			t.Errorf("%s: asked %+v", what, asked)
		}
	}
	again := ErrPassphrase.Error()

	answers()
	if err := v.Set(ctx, "a", secret.New("x")); !errors.Is(err, stopped) || v.Exists() {
		t.Errorf("no passphrase is chosen: %v", err)
	}
	wants("no passphrase is chosen", question{true, ""})
	answers("")
	if err := v.Set(ctx, "a", secret.New("x")); err == nil || v.Exists() {
		t.Error("a vault has no passphrase")
	}
	answers("right")
	if err := v.Set(ctx, "a", secret.New("x")); err != nil {
		t.Fatal(err)
	}
	_ = v.Lock()
	answers("wrong")
	if _, err := v.Get(ctx, "a"); !errors.Is(err, stopped) {
		t.Error(err)
	}
	wants("stopped", question{false, ""}, question{false, again})
	answers("", "wrong", "right")
	if got, err := v.Get(ctx, "a"); err != nil || got.Reveal() != "x" {
		t.Errorf("%q %v", got.Reveal(), err)
	}
	wants("right at last", question{false, ""}, question{false, again}, question{false, again})
}

// TestVaultThatCannotBeWritten: it says so, and keeps no key of a vault that does not
// exist.
func TestVaultThatCannotBeWritten(t *testing.T) {
	inTheWay := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(inTheWay, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	v := vaultAt(filepath.Join(inTheWay, "vault"), "x")
	if err := v.Set(t.Context(), "a", secret.New("of a")); err == nil || v.opened != nil {
		t.Errorf("%v; a key of %d bytes is kept", err, len(v.opened))
	}
}

// TestVaultOnAFullDisk: what is in a vault stays as it is.
func TestVaultOnAFullDisk(t *testing.T) {
	need.System(t, "linux")
	ctx, dir := t.Context(), t.TempDir()
	need.That(t, exec.Command("mount", "-t", "tmpfs", "-o", "size=16k,mode=700", "tmpfs", dir).Run()) // only root may
	t.Cleanup(func() { _ = exec.Command("umount", dir).Run() })
	v := vaultAt(filepath.Join(dir, "vault"), "x")
	if err := v.Set(ctx, "a", secret.New("of a")); err != nil {
		t.Fatal(err)
	}
	if err := v.Set(ctx, "a", secret.New(strings.Repeat("b", 32<<10))); !errors.Is(err, syscall.ENOSPC) {
		t.Error(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "filler"), make([]byte, 16<<10), 0o600); !errors.Is(err, syscall.ENOSPC) {
		t.Fatal(err)
	}
	if err := v.Delete("a"); !errors.Is(err, syscall.ENOSPC) {
		t.Error(err)
	}
	if got, err := v.Get(ctx, "a"); err != nil || got.Reveal() != "of a" {
		t.Errorf("%q %v", got.Reveal(), err)
	}
}

// TestEmptyVault: that nothing is removed makes no vault; one whose last secret was
// removed still opens by its own key only, also if it is of before there was a check.
func TestEmptyVault(t *testing.T) {
	ctx, path := t.Context(), filepath.Join(t.TempDir(), "vault")
	v := vaultAt(path, "old")
	if err := v.Delete("a"); err != nil || v.Exists() {
		t.Errorf("a vault was made: %v", err)
	}
	if err := errors.Join(v.Set(ctx, "a", secret.New("x")), v.Delete("a")); err != nil {
		t.Fatal(err)
	}
	other := vaultAt(path, "wrong")
	other.opened = append(fileOf(t, path).digest(), make([]byte, keySize)...)
	if err := other.Set(ctx, "b", secret.New("y")); !errors.Is(err, ErrPassphrase) {
		t.Errorf("written with a key that is not its own: %v", err)
	}
	if err := v.Set(ctx, "b", secret.New("y")); err != nil {
		t.Error(err)
	}
	if err := os.WriteFile(path, []byte(version1), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(v.Delete("a"), v.Set(ctx, "b", secret.New("y"))); err != nil {
		t.Error(err)
	}
	if got, err := v.Get(ctx, "b"); err != nil || got.Reveal() != "y" {
		t.Errorf("%q %v", got.Reveal(), err)
	}
}

// TestNothingTwice: each vault has a key of its own, and each sealed text a nonce.
func TestNothingTwice(t *testing.T) {
	ctx, dir := t.Context(), t.TempDir()
	keys, nonces := map[string]bool{}, map[string]bool{}
	for _, name := range []string{"one", "two"} {
		v := vaultAt(filepath.Join(dir, name), "x")
		for range 2 {
			if err := v.Set(ctx, "a", secret.New("same")); err != nil {
				t.Fatal(err)
			}
			f := fileOf(t, v.Path)
			nonces[string(f.Secrets["a"][:12])], nonces[string(f.Check[:12])] = true, true
		}
		keys[string(v.opened[len(v.opened)-keySize:])] = true
	}
	if len(keys) != 2 || len(nonces) != 8 {
		t.Errorf("%d keys of 2, %d nonces of 8", len(keys), len(nonces))
	}
}
