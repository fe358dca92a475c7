package custody

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"

	"guise/internal/files"
)

// vaultFile is the form of a vault's file. Version 1 has no Check.
type vaultFile struct {
	Version int
	Key     []byte            // age, by the passphrase
	Check   []byte            `json:",omitempty"` // nothing, sealed: shows that a key is this vault's
	Secrets map[string][]byte // nonce and sealed text
}

const (
	vaultVersion = 2
	vaultLimit   = 1 << 20 // bytes: thousands of secrets
	checkName    = ""      // no secret has this name
)

// A NewerError is a vault's file that a later version of guise wrote. It is left as
// it is.
type NewerError struct {
	Path    string
	Version int
}

func (e *NewerError) Error() string {
	return fmt.Sprintf("%s has format version %d, of a newer guise; this one reads up to %d", e.Path, e.Version, vaultVersion)
}

// readVault reads a vault's file. One that is not there is empty.
func readVault(path string) (vaultFile, error) {
	f := vaultFile{Version: vaultVersion, Secrets: map[string][]byte{}}
	data, err := files.Read(path, vaultLimit)
	if errors.Is(err, fs.ErrNotExist) {
		return f, nil
	}
	if err != nil {
		return f, err
	}
	f.Version = 0
	err = json.Unmarshal(data, &f)
	switch {
	case f.Version > vaultVersion:
		return f, &NewerError{path, f.Version}
	case err != nil || f.Version < 1 || len(f.Key) == 0 || f.Secrets == nil:
		return f, &DamagedError{path, "this is not a vault of guise's"}
	}
	return f, nil
}

// digest tells one vault from another: the sealed key of each is random.
func (f vaultFile) digest() []byte {
	sum := sha256.Sum256(f.Key)
	return sum[:]
}

// opens reports whether a key is this vault's. A file of version 1 shows it by any
// of its secrets.
func (f vaultFile) opens(gcm cipher.AEAD) bool {
	if f.Check != nil {
		_, ok := unseal(gcm, checkName, f.Check)
		return ok
	}
	for name, sealed := range f.Secrets {
		if _, ok := unseal(gcm, name, sealed); ok {
			return true
		}
	}
	return len(f.Secrets) == 0
}

func cipherOf(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

// seal returns the nonce and the sealed text.
func seal(gcm cipher.AEAD, name string, text []byte) []byte {
	nonce := make([]byte, gcm.NonceSize())
	_, _ = rand.Read(nonce)
	return gcm.Seal(nonce, nonce, text, []byte(name))
}

func unseal(gcm cipher.AEAD, name string, sealed []byte) (text []byte, ok bool) {
	if len(sealed) < gcm.NonceSize() {
		return nil, false
	}
	text, err := gcm.Open(nil, sealed[:gcm.NonceSize()], sealed[gcm.NonceSize():], []byte(name))
	return text, err == nil
}
