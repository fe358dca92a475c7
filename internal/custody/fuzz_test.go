package custody

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"guise/internal/secret"
)

// FuzzVault: whatever the vault's file holds, a secret is given only where it was put
// by this very vault, and what is no vault, or a newer one, is not written over.
func FuzzVault(f *testing.F) {
	path := filepath.Join(f.TempDir(), "vault")
	v := vaultAt(path, "x")
	if err := v.Set(f.Context(), "a", secret.New("of a")); err != nil {
		f.Fatal(err)
	}
	good, err := os.ReadFile(path) //nolint:gosec // of this test
	if err != nil {
		f.Fatal(err)
	}
	key := v.opened
	for _, text := range []string{
		string(good), version1, `{"Version":3}`, `{"Version":1,"Key":"eA==","Secrets":null}`, `{"Version":2,"Key":"eA==","Secrets":{"a":null}}`, `{"Version":2,"Key":"eA==","Check":"","Secrets":{"a":""}}`, "{}", "null", "[]", "",
	} {
		f.Add([]byte(text))
	}
	f.Add(bytes.Replace(good, []byte(`"a":`), []byte(`"b":`), 1))
	f.Add(bytes.Replace(good, []byte(`"Check"`), []byte(`"Czeck"`), 1))
	f.Fuzz(func(t *testing.T, data []byte) {
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		file, broken := readVault(path)
		if broken == nil && !bytes.Equal(file.digest(), key[:len(file.digest())]) {
			return // another vault, which asks for its passphrase: a second of scrypt each
		}
		v.opened = key
		if got, err := v.Get(t.Context(), "a"); err == nil && got.Reveal() != "of a" {
			t.Fatalf("%q out of %s", got.Reveal(), data)
		}
		_, err := v.Names()
		if (err != nil) != (broken != nil) {
			t.Fatal(err, broken)
		}
		err = errors.Join(v.Set(t.Context(), "b", secret.New("of b")), v.Delete("none"))
		if broken == nil {
			if got, failed := v.Get(t.Context(), "b"); err == nil && (failed != nil || got.Reveal() != "of b") {
				t.Fatalf("%q, %v", got.Reveal(), failed)
			}
			return
		}
		if is, _ := os.ReadFile(path); err == nil || !bytes.Equal(is, data) || !errors.As(err, new(*DamagedError)) && !errors.As(err, new(*NewerError)) { //nolint:gosec // of this test
			t.Fatalf("%s became %s: %v", data, is, err)
		}
	})
}
