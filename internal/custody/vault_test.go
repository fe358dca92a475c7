package custody

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"guise/internal/need"
	"guise/internal/secret"
)

// TestVault: what was put is read by its passphrase alone, which a process asks for once.
func TestVault(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new", "vault")
	ctx := t.Context()
	typed, asked := "correct horse", 0
	v := vaultAt(path, "")
	v.Passphrase = func(context.Context, bool, string) (secret.Text, error) { asked++; return secret.New(typed), nil }
	if _, err := v.Get(ctx, "a"); !errors.Is(err, ErrNotFound) || asked != 0 || v.Exists() {
		t.Errorf("%v, asked %d times", err, asked)
	}
	for _, text := range []string{"none", "first", "second é\x00"} {
		if err := v.Set(ctx, "a", secret.New(text)); err != nil {
			t.Fatal(err)
		}
		if got, err := v.Get(ctx, "a"); err != nil || got.Reveal() != text {
			t.Errorf("%q %v", got.Reveal(), err)
		}
	}
	if asked != 1 {
		t.Errorf("asked %d times", asked)
	}
	if data, _ := os.ReadFile(path); bytes.Contains(data, []byte("second")) || bytes.Contains(data, v.opened[keySize:]) {
		t.Error("the file holds a secret")
	}
	if info, err := os.Stat(path); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info.Mode(), err)
	}
	if info, err := os.Stat(filepath.Dir(path)); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o700 {
		t.Errorf("%v %v", info.Mode(), err)
	}
	if err := v.Lock(); err != nil {
		t.Error(err)
	}
	if got, err := v.Get(ctx, "a"); err != nil || got.Reveal() == "" || asked != 2 {
		t.Errorf("%v, asked %d times", err, asked)
	}
	if err := v.Lock(); err != nil {
		t.Error(err)
	}
	typed = "wrong"
	if _, err := v.Get(ctx, "a"); !errors.Is(err, ErrPassphrase) || asked != 5 {
		t.Errorf("%v, asked %d times", err, asked)
	}
	// A sealed secret under another name does not open.
	typed = "correct horse"
	f := fileOf(t, path)
	f.Secrets["b"] = f.Secrets["a"]
	if err := v.write(f); err != nil {
		t.Fatal(err)
	}
	if _, err := v.Get(ctx, "b"); err == nil {
		t.Error("it opened under another name")
	}
	if err := v.Delete("a"); err != nil {
		t.Error(err)
	}
	if _, err := v.Get(ctx, "a"); !errors.Is(err, ErrNotFound) {
		t.Errorf("%v", err)
	}
}

// TestVaultUntilBoot: the kernel has the key for every process, until the vault is
// locked. What else it has under the vault's name opens nothing.
func TestVaultUntilBoot(t *testing.T) {
	kernelKeeps(t)
	ctx, path, asked := t.Context(), filepath.Join(t.TempDir(), "vault"), 0
	process := func() *Vault {
		v := vaultAt(path, "")
		v.UntilBoot = true
		v.Passphrase = func(context.Context, bool, string) (secret.Text, error) { asked++; return secret.New("x"), nil }
		return v
	}
	reads := func(what string, want int) {
		t.Helper()
		asked = 0
		if got, err := process().Get(ctx, "a"); err != nil || got.Reveal() != "of a" || asked != want {
			t.Errorf("%s: %q %v, asked %d times", what, got.Reveal(), err, asked)
		}
	}
	kernel := process().kernel()
	t.Cleanup(func() { _ = kernel.remove() })
	if err := process().Set(ctx, "a", secret.New("of a")); err != nil {
		t.Fatal(err)
	}
	reads("another process", 0)
	good, err := kernel.get()
	if err != nil {
		t.Fatal(err)
	}
	digest := fileOf(t, path).digest()
	for what, entry := range map[string][]byte{
		"of another vault": append(bytes.Repeat([]byte{1}, 32), good[32:]...), "another key": append(bytes.Clone(digest), bytes.Repeat([]byte{1}, keySize)...),
		"no key": append(bytes.Clone(digest), 1, 2, 3), "of an older guise": good[32:],
	} {
		if err := kernel.put(entry); err != nil {
			t.Fatal(err)
		}
		reads(what, 1)
		reads("after "+what, 0)
	}
	asked = 0
	if _, err := vaultAt(path, "wrong").Get(ctx, "a"); !errors.Is(err, ErrPassphrase) {
		t.Errorf("a vault that is to be opened by its passphrase alone: %v", err)
	}
	if err := process().Lock(); err != nil {
		t.Error(err)
	}
	if got, err := kernel.get(); err == nil {
		t.Errorf("locked, and the kernel has %d bytes", len(got))
	}
	reads("locked", 1)
}

// costOf is the cost of a vault's passphrase, as age writes it.
func costOf(f vaultFile) string {
	words := strings.Fields(string(f.Key)) // age-encryption.org/v1 -> scrypt SALT COST
	return words[4]
}

// vaultAt is a vault with a passphrase, which each process asks for.
func vaultAt(path, passphrase string) *Vault {
	return &Vault{
		Path: path, Cost: 4,
		Passphrase: func(context.Context, bool, string) (secret.Text, error) { return secret.New(passphrase), nil },
	}
}

// TestVaultRestored: a vault that is put in the place of another, while the kernel
// still has the other's key, is opened by its own passphrase alone, and what is
// written to it opens by that.
func TestVaultRestored(t *testing.T) {
	kernelKeeps(t)
	ctx, path := t.Context(), filepath.Join(t.TempDir(), "vault")
	process := func(passphrase string) *Vault {
		v := vaultAt(path, passphrase)
		v.UntilBoot = true
		return v
	}
	t.Cleanup(func() { _ = process("").Lock() })
	if err := process("first").Set(ctx, "a", secret.New("of the first")); err != nil {
		t.Fatal(err)
	}
	first, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(os.Remove(path), process("second").Set(ctx, "b", secret.New("of the second")), os.WriteFile(path, first, 0o600)); err != nil {
		t.Fatal(err)
	}
	if err := process("second").Set(ctx, "c", secret.New("lost")); !errors.Is(err, ErrPassphrase) {
		t.Errorf("written with the key of another vault: %v", err)
	}
	if err := process("first").Set(ctx, "c", secret.New("kept")); err != nil {
		t.Error(err)
	}
	for name, want := range map[string]string{"a": "of the first", "c": "kept"} {
		if got, err := vaultAt(path, "first").Get(ctx, name); err != nil || got.Reveal() != want {
			t.Errorf("%s: %q %v", name, got.Reveal(), err)
		}
	}
}

// version1 is a vault that guise wrote before vaults had a check value: passphrase
// "old", and the secret "a" is "of old".
const version1 = `{"Version":1,"Key":"YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IHNjcnlwdCB5WEQ5TWN1VHA2MVk2Q3A3b0Y0bllBIDQKTzM5UDVmVmRFbW5kT0tObzZiazIvOHl2QTFVeEljWXVtN09ab0JCL0loWQotLS0gVi8xbVMzSkdYZ1VCZDNyOHhWd3BqNW9hRTFST08zK3dFendXMVdnSkg5SQrk5ZPxldPaB5KiE7MKEQZxbrSOifZtYNfbp+cwl+XANthcAZf/0Ty1Iil+a1qp924dPCTciuvs5CXXcotZFAgp","Secrets":{"a":"x5wTGQPk/bNxPeQQVJV0wguMeT/2ONTp5Z95zoonlw/IYg=="}}`

// version2 is a vault that guise wrote in November 2026: passphrase "present", and the
// secret "access-key:AKIAEXAMPLE" is "of now". kernel2 is what the kernel got of it.
const (
	version2 = `{"Version":2,"Key":"YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IHNjcnlwdCA1SkYzc1NwNmsvbWorT2t2OTVENi9RIDQKR1I5ODg5cWZFU2xOOGVHN05JaFB5bWhvOFlJMUZWVzFCMlVkUUNydyt4WQotLS0gYTBHakhpU05iL21QWGJmNlVrU3owSzBPR241MDQ1R3VSdU9LWkQzRW9TcwrcSlI08aDKVuKmKKF6atPURk3kzc4RQuCwWeCXxyI2f69U3Vrc1ovM5ooROoCXLlMVTQZYK9JU+/5GvDbzzxMY","Check":"9svSVZJ02fT9QwQt7x7HLC8bO7/NHeH6aF3Obw==","Secrets":{"access-key:AKIAEXAMPLE":"8NwaaPFehyNa5VYgX2sD5KlfW7Yisyeva7PoRF1gmD9ASg=="}}`
	kernel2  = "ece6b6406f0bdf82734464e20b5512d7d4ad7f3db0b096225ea58f36bc149a328aa15fda8153e4f3f7f2efafc67868fc70bd0f44b5790a0aee5783039ee84628"
)

// TestVaultFormat: a vault of an earlier guise opens by its passphrase, and by what that
// guise has left in the kernel.
func TestVaultFormat(t *testing.T) {
	ctx, path := t.Context(), filepath.Join(t.TempDir(), "vault")
	if err := os.WriteFile(path, []byte(version2), 0o600); err != nil {
		t.Fatal(err)
	}
	v := vaultAt(path, "present")
	if got, err := v.Get(ctx, "access-key:AKIAEXAMPLE"); err != nil || got.Reveal() != "of now" || hex.EncodeToString(v.opened) != kernel2 {
		t.Errorf("%q %v %x", got.Reveal(), err, v.opened)
	}
	kernelKeeps(t)
	kept, _ := hex.DecodeString(kernel2)
	kernel := kernelKey("guise-vault:" + path)
	t.Cleanup(func() { _ = kernel.remove() })
	if err := kernel.put(kept); err != nil {
		t.Fatal(err)
	}
	v = vaultAt(path, "")
	v.UntilBoot = true
	if got, err := v.Get(ctx, "access-key:AKIAEXAMPLE"); err != nil || got.Reveal() != "of now" {
		t.Errorf("%q %v", got.Reveal(), err)
	}
}

// TestVaultVersions: an old vault opens, and is of this version after it was
// written; a newer one is left alone.
func TestVaultVersions(t *testing.T) {
	ctx, path := t.Context(), filepath.Join(t.TempDir(), "vault")
	if err := os.WriteFile(path, []byte(version1), 0o600); err != nil {
		t.Fatal(err)
	}
	v := vaultAt(path, "old")
	if got, err := v.Get(ctx, "a"); err != nil || got.Reveal() != "of old" {
		t.Errorf("%q %v", got.Reveal(), err)
	}
	if err := vaultAt(path, "wrong").Set(ctx, "b", secret.New("x")); !errors.Is(err, ErrPassphrase) {
		t.Error(err)
	}
	if err := v.Set(ctx, "b", secret.New("of now")); err != nil {
		t.Fatal(err)
	}
	if f, err := readVault(path); err != nil || f.Version != vaultVersion || f.Check == nil {
		t.Errorf("%+v %v", f, err)
	}
	if names, err := v.Names(); err != nil || !slices.Equal(names, []string{"a", "b"}) {
		t.Errorf("%q %v", names, err)
	}
	newer := []byte(`{"Version":3,"Anything":{}}`)
	if err := os.WriteFile(path, newer, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := v.Get(ctx, "a")
	for _, err := range []error{err, v.Set(ctx, "a", secret.New("x")), v.Delete("a")} {
		if !errors.As(err, new(*NewerError)) {
			t.Errorf("%v", err)
		}
	}
	if data, _ := os.ReadFile(path); !bytes.Equal(data, newer) {
		t.Errorf("%s", data)
	}
}

// TestCostOfTheProgram: what is built for people takes age's own, of a second or so.
func TestCostOfTheProgram(t *testing.T) {
	if need.Race || need.Sample() { // the race detector makes it half a minute; the stories' program has another cost
		return
	}
	path := filepath.Join(t.TempDir(), "vault")
	v := vaultAt(path, "correct horse")
	v.Cost = 0
	if err := v.Set(t.Context(), "a", secret.New("x")); err != nil {
		t.Fatal(err)
	}
	if f := fileOf(t, path); costOf(f) != "18" {
		t.Errorf("%q", f.Key)
	}
}
