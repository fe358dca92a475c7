package custody

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"guise/internal/need"
	"guise/internal/secret"
)

// memory stands for the kernel.
type memory struct{ key []byte }

func (m *memory) Get() ([]byte, error) {
	if m.key == nil {
		return nil, errors.New("none")
	}
	return m.key, nil
}

func (m *memory) Put(key []byte) error { m.key = bytes.Clone(key); return nil }

func (m *memory) Remove() error {
	m.key = nil
	return nil
}

func TestVault(t *testing.T) {
	path := filepath.Join(t.TempDir(), "vault")
	ctx := t.Context()
	typed, asked := "correct horse", 0
	kernel := &memory{}
	v := &Vault{
		Path: path, Key: kernel, Write: func(path string, data []byte) error { return os.WriteFile(path, data, 0o600) },
		Passphrase: func(context.Context, bool, string) (secret.Text, error) { asked++; return secret.New(typed), nil },
		Cost:       4,
	}
	if _, err := v.Get(ctx, "a"); !errors.Is(err, ErrNotFound) || asked != 0 || v.Exists() {
		t.Errorf("%v, asked %d times", err, asked)
	}
	if err := v.Set(ctx, "a", secret.New("none")); err != nil {
		t.Fatal(err)
	}
	if f, err := readVault(path); err != nil || costOf(f) != "4" {
		t.Fatalf("cost %s, %v", costOf(f), err) // what follows would take a minute
	}
	for _, text := range []string{"first", "second é\x00"} {
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
	if data, _ := os.ReadFile(path); bytes.Contains(data, []byte("first")) || bytes.Contains(data, kernel.key) {
		t.Error("the file holds a secret")
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
	// A sealed secret under another name, or with another vault's key, does not open.
	typed = "correct horse"
	f, err := readVault(path)
	if err != nil {
		t.Fatal(err)
	}
	f.Secrets["b"] = f.Secrets["a"]
	if err := v.write(f); err != nil {
		t.Fatal(err)
	}
	if _, err := v.Get(ctx, "b"); err == nil {
		t.Error("it opened under another name")
	}
	// A kernel entry of another vault, of another key, or of an older guise: the
	// passphrase is asked for.
	for _, entry := range [][]byte{
		append(bytes.Repeat([]byte{1}, 32), kernel.key[32:]...), append(f.digest(), bytes.Repeat([]byte{1}, vaultKeySize)...), append(f.digest(), 1, 2, 3), kernel.key[32:], {},
	} {
		before := asked
		kernel.key, v.opened = entry, nil // another process
		if got, err := v.Get(ctx, "a"); err != nil || got.Reveal() != "second é\x00" || asked != before+1 {
			t.Errorf("%d bytes: %v, asked %d times", len(entry), err, asked-before)
		}
	}
	if err := v.Delete("a"); err != nil {
		t.Error(err)
	}
	if _, err := v.Get(ctx, "a"); !errors.Is(err, ErrNotFound) {
		t.Errorf("%v", err)
	}
}

// costOf is the cost of a vault's passphrase, as age writes it.
func costOf(f vaultFile) string {
	words := strings.Fields(string(f.Key)) // age-encryption.org/v1 -> scrypt SALT COST
	return words[4]
}

// vaultAt is a vault with a passphrase and a kernel of its own.
func vaultAt(path, passphrase string, kernel BootKey) *Vault {
	return &Vault{
		Path: path, Key: kernel, Cost: 4, Write: func(path string, data []byte) error { return os.WriteFile(path, data, 0o600) },
		Passphrase: func(context.Context, bool, string) (secret.Text, error) { return secret.New(passphrase), nil },
	}
}

// TestVaultRestored: a vault that is put in the place of another, while the kernel
// still has the other's key, is opened by its own passphrase alone, and what is
// written to it opens by that.
func TestVaultRestored(t *testing.T) {
	ctx, kernel := t.Context(), &memory{}
	path := filepath.Join(t.TempDir(), "vault")
	if err := vaultAt(path, "first", kernel).Set(ctx, "a", secret.New("of the first")); err != nil {
		t.Fatal(err)
	}
	first, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(os.Remove(path), vaultAt(path, "second", kernel).Set(ctx, "b", secret.New("of the second")), os.WriteFile(path, first, 0o600)); err != nil {
		t.Fatal(err)
	}
	if err := vaultAt(path, "second", kernel).Set(ctx, "c", secret.New("lost")); !errors.Is(err, ErrPassphrase) {
		t.Errorf("written with the key of another vault: %v", err)
	}
	if err := vaultAt(path, "first", kernel).Set(ctx, "c", secret.New("kept")); err != nil {
		t.Error(err)
	}
	for name, want := range map[string]string{"a": "of the first", "c": "kept"} {
		if got, err := vaultAt(path, "first", &memory{}).Get(ctx, name); err != nil || got.Reveal() != want {
			t.Errorf("%s: %q %v", name, got.Reveal(), err)
		}
	}
}

// version1 is a vault that guise wrote before vaults had a check value: passphrase
// "old", and the secret "a" is "of old".
const version1 = `{"Version":1,"Key":"YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IHNjcnlwdCB5WEQ5TWN1VHA2MVk2Q3A3b0Y0bllBIDQKTzM5UDVmVmRFbW5kT0tObzZiazIvOHl2QTFVeEljWXVtN09ab0JCL0loWQotLS0gVi8xbVMzSkdYZ1VCZDNyOHhWd3BqNW9hRTFST08zK3dFendXMVdnSkg5SQrk5ZPxldPaB5KiE7MKEQZxbrSOifZtYNfbp+cwl+XANthcAZf/0Ty1Iil+a1qp924dPCTciuvs5CXXcotZFAgp","Secrets":{"a":"x5wTGQPk/bNxPeQQVJV0wguMeT/2ONTp5Z95zoonlw/IYg=="}}`

// TestVaultVersions: an old vault opens, and is of this version after it was
// written; a newer one is left alone.
func TestVaultVersions(t *testing.T) {
	ctx, path := t.Context(), filepath.Join(t.TempDir(), "vault")
	if err := os.WriteFile(path, []byte(version1), 0o600); err != nil {
		t.Fatal(err)
	}
	v := vaultAt(path, "old", &memory{})
	if got, err := v.Get(ctx, "a"); err != nil || got.Reveal() != "of old" {
		t.Errorf("%q %v", got.Reveal(), err)
	}
	if err := vaultAt(path, "wrong", &memory{}).Set(ctx, "b", secret.New("x")); !errors.Is(err, ErrPassphrase) {
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
	v := &Vault{
		Path: path, Key: &memory{}, Write: func(path string, data []byte) error { return os.WriteFile(path, data, 0o600) },
		Passphrase: func(context.Context, bool, string) (secret.Text, error) { return secret.New("correct horse"), nil },
	}
	if err := v.Set(t.Context(), "a", secret.New("x")); err != nil {
		t.Fatal(err)
	}
	f, err := readVault(path)
	if err != nil {
		t.Fatal(err)
	}
	if costOf(f) != "18" {
		t.Errorf("%q", f.Key)
	}
}

// forgetful stands for a kernel that keeps no keys, as in some containers.
type forgetful struct{}

func (forgetful) Get() ([]byte, error) { return nil, errors.New("none") }
func (forgetful) Put([]byte) error     { return errors.New("no room") }
func (forgetful) Remove() error        { return nil }

// stuck is a kernel that does not let go of a key.
type stuck struct{ forgetful }

func (stuck) Remove() error { return errors.New("operation not permitted") }

// TestLockThatFails: a vault whose key stays in the kernel is not said to be locked.
func TestLockThatFails(t *testing.T) {
	if v := (&Vault{Key: stuck{}}); v.Lock() == nil {
		t.Error("no error")
	}
}

// TestVaultWithoutAKernel: where the kernel keeps nothing, a process asks once.
func TestVaultWithoutAKernel(t *testing.T) {
	asked := 0
	v := &Vault{
		Path: filepath.Join(t.TempDir(), "vault"), Key: forgetful{}, Cost: 4,
		Write: func(path string, data []byte) error { return os.WriteFile(path, data, 0o600) },
		Passphrase: func(context.Context, bool, string) (secret.Text, error) {
			asked++
			return secret.New("correct horse"), nil
		},
	}
	if err := v.Set(t.Context(), "a", secret.New("x")); err != nil {
		t.Fatal(err)
	}
	if got, err := v.Get(t.Context(), "a"); err != nil || got.Reveal() != "x" || asked != 1 {
		t.Errorf("%q %v, asked %d times", got.Reveal(), err, asked)
	}
	if err := v.Lock(); err != nil {
		t.Error(err)
	}
	if _, err := v.Get(t.Context(), "a"); err != nil || asked != 2 {
		t.Errorf("%v, asked %d times", err, asked)
	}
}
