package secretstore

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"filippo.io/age"

	"guise/internal/secret"
)

// A Vault keeps secrets in a file, for systems without a secret store. A random key
// seals each secret (AES-256-GCM, its name as associated data); that key is sealed
// by a passphrase (age's scrypt recipient). The passphrase is asked for once a boot:
// then the kernel has the key.
type Vault struct {
	Path  string
	Key   BootKey
	Write func(path string, data []byte) error // replaces a file in one step, mode 0600
	// Passphrase asks the person. first is set where one is to be chosen; again
	// says why it is asked once more.
	Passphrase func(first bool, again string) (secret.Text, error)
}

// BootKey is where the key lies between two askings.
type BootKey interface {
	Get() ([]byte, error)
	Put(key []byte) error
	Remove()
}

// file is the form of a vault's file.
type vaultFile struct {
	Version int
	Key     []byte            // age, by the passphrase
	Secrets map[string][]byte // nonce and sealed text
}

const (
	vaultVersion = 1
	vaultKeySize = 32
	passTries    = 3
)

// ErrPassphrase: the passphrase was wrong, as often as it may be.
var ErrPassphrase = errors.New("that is not the passphrase")

// Exists tells whether there is a vault.
func (v *Vault) Exists() bool {
	_, err := os.Stat(v.Path)
	return err == nil
}

func (v *Vault) read() (vaultFile, error) {
	f := vaultFile{Version: vaultVersion, Secrets: map[string][]byte{}}
	data, err := os.ReadFile(v.Path)
	if errors.Is(err, fs.ErrNotExist) {
		return f, nil
	}
	if err != nil {
		return f, err
	}
	if err := json.Unmarshal(data, &f); err != nil || f.Version != vaultVersion || len(f.Key) == 0 || f.Secrets == nil {
		return f, fmt.Errorf("%s is not a vault of this version of guise", v.Path)
	}
	return f, nil
}

// open gives the cipher of a vault. A new one gets a key, by a passphrase that the
// person chooses.
func (v *Vault) open(f *vaultFile) (cipher.AEAD, error) {
	key, err := v.Key.Get()
	if err != nil || len(key) != vaultKeySize || len(f.Key) == 0 {
		if key, err = v.unlock(f); err != nil {
			return nil, err
		}
		_ = v.Key.Put(key) // where the kernel keeps none, it is asked for each time
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

func (v *Vault) unlock(f *vaultFile) ([]byte, error) {
	if len(f.Key) == 0 {
		return v.create(f)
	}
	again := ""
	for range passTries {
		passphrase, err := v.Passphrase(false, again)
		if err != nil {
			return nil, err
		}
		identity, err := age.NewScryptIdentity(passphrase.Reveal())
		if err != nil {
			return nil, err
		}
		out, err := age.Decrypt(bytes.NewReader(f.Key), identity)
		if err == nil {
			return io.ReadAll(io.LimitReader(out, vaultKeySize))
		}
		again = ErrPassphrase.Error()
	}
	return nil, ErrPassphrase
}

func (v *Vault) create(f *vaultFile) ([]byte, error) {
	passphrase, err := v.Passphrase(true, "")
	if err != nil {
		return nil, err
	}
	recipient, err := age.NewScryptRecipient(passphrase.Reveal())
	if err != nil {
		return nil, err
	}
	key := make([]byte, vaultKeySize)
	_, _ = rand.Read(key) // never fails
	var sealed bytes.Buffer
	in, err := age.Encrypt(&sealed, recipient)
	if err == nil {
		_, err = in.Write(key)
	}
	if err == nil {
		err = in.Close()
	}
	f.Key = sealed.Bytes()
	return key, err
}

// Get reads a secret; ErrNotFound where there is none. Other errors are those of
// Passphrase, ErrPassphrase and of the file.
func (v *Vault) Get(name string) (secret.Text, error) {
	f, err := v.read()
	if err != nil {
		return secret.Text{}, err
	}
	sealed, ok := f.Secrets[name]
	if !ok {
		return secret.Text{}, ErrNotFound
	}
	gcm, err := v.open(&f)
	if err != nil {
		return secret.Text{}, err
	}
	if len(sealed) < gcm.NonceSize() {
		return secret.Text{}, ErrNotFound
	}
	text, err := gcm.Open(nil, sealed[:gcm.NonceSize()], sealed[gcm.NonceSize():], []byte(name))
	if err != nil {
		v.Key.Remove() // the kernel has the key of another vault
		return secret.Text{}, fmt.Errorf("%s: a secret in it does not open", v.Path)
	}
	return secret.New(string(text)), nil
}

// Set writes a secret. Where there is no vault yet, it makes one.
func (v *Vault) Set(name string, value secret.Text) error {
	f, err := v.read()
	if err != nil {
		return err
	}
	gcm, err := v.open(&f)
	if err != nil {
		return err
	}
	nonce := make([]byte, gcm.NonceSize())
	_, _ = rand.Read(nonce)
	f.Secrets[name] = gcm.Seal(nonce, nonce, []byte(value.Reveal()), []byte(name))
	return v.write(f)
}

// Delete removes a secret; that there is none is no error.
func (v *Vault) Delete(name string) error {
	f, err := v.read()
	if err != nil {
		return err
	}
	if _, ok := f.Secrets[name]; !ok {
		return nil
	}
	delete(f.Secrets, name)
	return v.write(f)
}

func (v *Vault) write(f vaultFile) error {
	data, err := json.Marshal(f)
	if err != nil {
		return err
	}
	return v.Write(v.Path, data)
}

// Lock forgets the key, so that the passphrase is asked for again.
func (v *Vault) Lock() { v.Key.Remove() }
