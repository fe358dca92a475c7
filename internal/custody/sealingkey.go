package custody

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"guise/internal/files"
	"guise/internal/secret"
)

// A SealingKey is the key that seals the cache, 32 bytes. It is in the OS keyring, on
// Linux with a copy in the kernel's user keyring so that getting it costs microseconds;
// without an OS keyring in the kernel's alone, so that sessions end with the boot; in a
// file (mode 0600) as the last resort.
type SealingKey struct {
	Dir     string // of the cache that the key is for: each has its own
	Prefer  string // auto, keyring, kernel or file
	Keyring *Keyring
	// Unsure is why nobody knows where the key is to be kept: then there is none to be
	// had, and none is made.
	Unsure error
}

// ErrNoKey: no key was made yet, or it is gone.
var ErrNoKey = errors.New("there is no sealing key")

const (
	preferFile    = "file"
	preferKernel  = "kernel"
	preferKeyring = "keyring"

	placeFile    = "a file"
	placeKernel  = "the kernel's keyring (until the next boot)"
	placeKeyring = "the OS keyring"
)

// name is what the key is filed under. It tells caches apart, and tells nothing.
func (k *SealingKey) name() string {
	sum := sha256.Sum256([]byte(k.Dir))
	return "sealing-key:" + hex.EncodeToString(sum[:8])
}

func (k *SealingKey) kernel() kernelKey { return kernelKey(k.name()) }

func (k *SealingKey) file() string { return filepath.Join(k.Dir, "key") }

// Key returns the key. Where there is none and create is set, it makes one and puts it
// where it belongs; the caller holds a lock meanwhile. The error wraps Unsure, or
// ErrNoKey, or is that of the place which does not take a key.
func (k *SealingKey) Key(create bool) ([]byte, error) {
	key, _, err := k.find()
	if create && errors.Is(err, ErrNoKey) {
		return k.generate()
	}
	return key, err
}

// find returns the key and where it is.
func (k *SealingKey) find() (key []byte, place string, err error) {
	switch {
	case k.Unsure != nil:
		return nil, "", k.Unsure
	case k.Prefer == preferFile:
		return k.fromFile()
	}
	if key, err := k.kernel().get(); err == nil && len(key) == keySize {
		return key, placeKernel, nil
	}
	if k.Prefer == preferKernel {
		return nil, "", ErrNoKey
	}
	if key, err = k.fromKeyring(); err == nil {
		_ = k.kernel().put(key)
		return key, placeKeyring, nil
	}
	if k.Prefer == preferKeyring {
		return nil, "", errors.Join(ErrNoKey, err)
	}
	return k.fromFile()
}

func (k *SealingKey) generate() ([]byte, error) {
	key := newKey()
	if k.Prefer != preferFile && k.Prefer != preferKernel && k.Keyring != nil {
		err := k.toKeyring(key)
		if err == nil {
			_ = k.kernel().put(key)
			return key, nil
		}
		if k.Prefer == preferKeyring {
			return nil, err
		}
	}
	if k.Prefer != preferFile {
		err := k.kernel().put(key)
		if err == nil {
			return key, nil
		}
		if k.Prefer == preferKernel {
			return nil, fmt.Errorf("the kernel's keyring: %w", err)
		}
	}
	return key, files.Replace(k.file(), key)
}

// Forget removes the key wherever it is. Where the OS keyring has it and does not
// answer, the error is a *StillStoredError.
func (k *SealingKey) Forget() error {
	inKernel := k.kernel().remove()
	err := os.Remove(k.file())
	if errors.Is(err, os.ErrNotExist) {
		err = nil
	}
	return errors.Join(inKernel, err, k.removeStored())
}

// Place says in words where the key is; "" where there is none yet.
func (k *SealingKey) Place() string {
	_, place, err := k.find()
	if errors.Is(err, ErrNoKey) {
		return ""
	} else if err != nil {
		return "unknown: " + err.Error()
	}
	if place == placeKernel && k.Prefer != preferKernel {
		if _, err := k.fromKeyring(); err == nil {
			return placeKeyring + ", with a copy in " + placeKernel
		}
	}
	return place
}

func (k *SealingKey) fromKeyring() ([]byte, error) {
	if k.Keyring == nil {
		return nil, ErrNoKey
	}
	if k.toRemove() {
		_ = k.removeStored() // it is not to be used, whether it is still there or not
		return nil, ErrNoKey
	}
	text, err := k.Keyring.Get(k.name())
	if err != nil {
		return nil, err
	}
	key, err := base64.StdEncoding.DecodeString(text.Reveal())
	if err != nil || len(key) != keySize {
		return nil, ErrNoKey
	}
	_ = k.note(noteHeld) // of a key that an earlier guise put there
	return key, nil
}

// toKeyring puts the key into the OS keyring, and notes first that it has one.
func (k *SealingKey) toKeyring(key []byte) error {
	if k.toRemove() {
		return ErrUnavailable // or the look for a key had removed it
	}
	if err := k.Keyring.Available(); err != nil {
		return err
	}
	if err := k.note(noteHeld); err != nil {
		return err
	}
	return k.Keyring.Set(k.name(), secret.New(base64.StdEncoding.EncodeToString(key)))
}

func (k *SealingKey) fromFile() ([]byte, string, error) {
	key, ok := files.ReadOwn(k.file(), keySize)
	if !ok || len(key) != keySize {
		return nil, "", ErrNoKey
	}
	return key, placeFile, nil
}
