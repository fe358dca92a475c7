package custody

import (
	"bytes"
	"cmp"
	"context"
	"crypto/cipher"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"filippo.io/age"

	"guise/internal/files"
	"guise/internal/secret"
)

// A Vault keeps secrets in a file, for systems without an OS keyring. A random key
// seals each secret (AES-256-GCM, its name as associated data); that key is sealed
// by a passphrase (age's scrypt recipient).
//
// Which secrets a vault has can be read, and a secret be removed, without the
// passphrase. A vault does not lock: who writes to it keeps others away.
type Vault struct {
	Path string // of the file, which need not exist; nor need its folder
	// Passphrase asks the user. first is set where one is to be chosen; again says
	// why it is asked once more.
	Passphrase func(ctx context.Context, first bool, again string) (secret.Text, error)
	// UntilBoot has the kernel keep the key, so that the passphrase is asked for once
	// a boot and not once a process. The digest of the sealed key goes with it: the file
	// of another vault in the same place, such as one that was restored from a backup,
	// is not opened, or written, with the key of this one.
	UntilBoot bool
	// Cost is the logarithm to base 2 of scrypt's N for a new vault; 0 is age's own,
	// about a second. Tests take less.
	Cost int

	opened []byte // what the kernel is given, also where it keeps nothing
}

const passTries = 3

// ErrPassphrase: the passphrase was wrong, as often as it may be.
var ErrPassphrase = errors.New("that is not the passphrase")

// A DamagedError is a vault's file that does not hold what it should.
type DamagedError struct{ Path, Why string }

func (e *DamagedError) Error() string { return e.Path + ": " + e.Why }

// Exists reports whether there is a vault.
func (v *Vault) Exists() bool {
	_, err := os.Stat(v.Path)
	return err == nil
}

// Names returns the names of all secrets in the vault, sorted. Its errors are *DamagedError,
// *NewerError and those of the file.
func (v *Vault) Names() ([]string, error) {
	f, err := readVault(v.Path)
	return slices.Sorted(maps.Keys(f.Secrets)), err
}

// Get reads a secret; ErrNotFound where there is none. Other errors are those of
// Passphrase, ErrPassphrase, *DamagedError, *NewerError and those of the file.
func (v *Vault) Get(ctx context.Context, name string) (secret.Text, error) {
	f, err := readVault(v.Path)
	if err != nil {
		return secret.Text{}, err
	}
	sealed, ok := f.Secrets[name]
	if !ok {
		return secret.Text{}, ErrNotFound
	}
	gcm, key, err := v.open(ctx, &f)
	if err != nil {
		return secret.Text{}, err
	}
	v.remember(f, key)
	text, ok := unseal(gcm, name, sealed)
	if !ok {
		return secret.Text{}, &DamagedError{v.Path, "a secret in it cannot be decrypted"}
	}
	return secret.New(string(text)), nil
}

// Set writes a secret. Where there is no vault yet, it makes one. Its errors are those of Get,
// without ErrNotFound.
func (v *Vault) Set(ctx context.Context, name string, value secret.Text) error {
	f, err := readVault(v.Path)
	if err != nil {
		return err
	}
	gcm, key, err := v.open(ctx, &f)
	if err != nil {
		return err
	}
	f.Secrets[name] = seal(gcm, name, []byte(value.Reveal()))
	f.Version, f.Check = vaultVersion, seal(gcm, checkName, nil)
	if err := v.write(f); err != nil {
		return err
	}
	v.remember(f, key)
	return nil
}

// Delete removes a secret; that there is none is no error. Its errors are those of Names.
func (v *Vault) Delete(name string) error {
	f, err := readVault(v.Path)
	if err != nil {
		return err
	}
	if _, ok := f.Secrets[name]; !ok {
		return nil
	}
	delete(f.Secrets, name)
	return v.write(f)
}

// Lock forgets the key, so that the passphrase is asked for again. Its error says that
// the key could not be removed from where it outlives this process.
func (v *Vault) Lock() error {
	v.opened = nil
	return v.kernel().remove()
}

func (v *Vault) kernel() kernelKey { return kernelKey("guise-vault:" + v.Path) }

func (v *Vault) write(f vaultFile) error {
	data, _ := json.Marshal(f) // numbers, bytes and text: it never fails
	if err := os.MkdirAll(filepath.Dir(v.Path), 0o700); err != nil {
		return err
	}
	return files.Keep(v.Path, data)
}

// open returns the cipher of a vault, and its key where the kernel does not have that
// yet. A new vault gets a key, by a passphrase that the user chooses.
func (v *Vault) open(ctx context.Context, f *vaultFile) (gcm cipher.AEAD, key []byte, err error) {
	if len(f.Key) == 0 {
		if key, err = v.create(ctx, f); err != nil {
			return nil, nil, err
		}
		gcm, err = cipherOf(key)
		return gcm, key, err
	}
	for _, kept := range [][]byte{v.opened, v.kept()} {
		if key, ok := bytes.CutPrefix(kept, f.digest()); ok {
			if gcm, err := cipherOf(key); err == nil && f.opens(gcm) {
				return gcm, nil, nil
			}
		}
	}
	if key, err = v.unlock(ctx, f); err != nil {
		return nil, nil, err
	}
	if gcm, err = cipherOf(key); err != nil || !f.opens(gcm) {
		return nil, nil, &DamagedError{v.Path, "the passphrase is right, but the contents cannot be decrypted"}
	}
	return gcm, key, nil
}

// kept is what the kernel has of the vault in this place.
func (v *Vault) kept() []byte {
	if !v.UntilBoot {
		return nil
	}
	kept, _ := v.kernel().get()
	return kept
}

// remember keeps the key of a vault that is on the disk. Where the kernel keeps none,
// the passphrase is asked for once a process.
func (v *Vault) remember(f vaultFile, key []byte) {
	if key == nil {
		return
	}
	v.opened = append(f.digest(), key...)
	if v.UntilBoot {
		_ = v.kernel().put(v.opened)
	}
}

func (v *Vault) unlock(ctx context.Context, f *vaultFile) ([]byte, error) {
	again := ""
	for range passTries {
		passphrase, err := v.Passphrase(ctx, false, again)
		if err != nil {
			return nil, err
		}
		again = ErrPassphrase.Error()
		identity, err := age.NewScryptIdentity(passphrase.Reveal())
		if err != nil {
			continue // it is empty
		}
		out, err := age.Decrypt(bytes.NewReader(f.Key), identity)
		if err == nil {
			return io.ReadAll(io.LimitReader(out, keySize))
		}
		if !errors.As(err, new(*age.NoIdentityMatchError)) {
			return nil, &DamagedError{v.Path, fmt.Sprintf("its key cannot be read (%v)", err)}
		}
	}
	return nil, ErrPassphrase
}

func (v *Vault) create(ctx context.Context, f *vaultFile) ([]byte, error) {
	passphrase, err := v.Passphrase(ctx, true, "")
	if err != nil {
		return nil, err
	}
	recipient, err := age.NewScryptRecipient(passphrase.Reveal())
	if err != nil {
		return nil, err
	}
	if cost := cmp.Or(v.Cost, costOfNew); cost != 0 {
		recipient.SetWorkFactor(cost)
	}
	key := newKey()
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
