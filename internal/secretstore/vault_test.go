package secretstore

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"

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

func (m *memory) Remove() { m.key = nil }

func TestVault(t *testing.T) {
	path := filepath.Join(t.TempDir(), "vault")
	typed, asked := "correct horse", 0
	kernel := &memory{}
	v := &Vault{
		Path: path, Key: kernel, Write: func(path string, data []byte) error { return os.WriteFile(path, data, 0o600) },
		Passphrase: func(bool, string) (secret.Text, error) { asked++; return secret.New(typed), nil },
	}
	if _, err := v.Get("a"); !errors.Is(err, ErrNotFound) || asked != 0 || v.Exists() {
		t.Errorf("%v, asked %d times", err, asked)
	}
	for _, text := range []string{"first", "second é\x00"} {
		if err := v.Set("a", secret.New(text)); err != nil {
			t.Fatal(err)
		}
		if got, err := v.Get("a"); err != nil || got.Reveal() != text {
			t.Errorf("%q %v", got.Reveal(), err)
		}
	}
	if asked != 1 {
		t.Errorf("asked %d times", asked)
	}
	if data, _ := os.ReadFile(path); bytes.Contains(data, []byte("first")) || bytes.Contains(data, kernel.key) {
		t.Error("the file holds a secret")
	}
	v.Lock()
	if got, err := v.Get("a"); err != nil || got.Reveal() == "" || asked != 2 {
		t.Errorf("%v, asked %d times", err, asked)
	}
	v.Lock()
	typed = "wrong"
	if _, err := v.Get("a"); !errors.Is(err, ErrPassphrase) || asked != 5 {
		t.Errorf("%v, asked %d times", err, asked)
	}
	// A sealed secret under another name, or with another vault's key, does not open.
	typed = "correct horse"
	f, err := v.read()
	if err != nil {
		t.Fatal(err)
	}
	f.Secrets["b"] = f.Secrets["a"]
	if err := v.write(f); err != nil {
		t.Fatal(err)
	}
	if _, err := v.Get("b"); err == nil {
		t.Error("it opened under another name")
	}
	kernel.key = bytes.Repeat([]byte{1}, vaultKeySize)
	if _, err := v.Get("a"); err == nil {
		t.Error("it opened with another key")
	}
	if _, err := v.Get("a"); err != nil { // the wrong key was forgotten
		t.Error(err)
	}
	if err := v.Delete("a"); err != nil {
		t.Error(err)
	}
	if _, err := v.Get("a"); !errors.Is(err, ErrNotFound) {
		t.Errorf("%v", err)
	}
	if err := os.WriteFile(path, []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := v.Set("a", secret.New("x")); err == nil {
		t.Error("a file that is no vault was written over")
	}
}
