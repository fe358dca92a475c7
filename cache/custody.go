package cache

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"guise/internal/custody"
	"guise/internal/files"
	"guise/internal/secret"
)

// Custody keeps the key that seals the cache: in the operating system's secret
// store, on Linux with a copy in the kernel's user keyring so that getting it
// costs microseconds; without an OS keyring in the kernel keyring alone, so that
// sessions end with the boot; in a file (mode 0600) as the last resort.
type Custody struct {
	Dir    string // of the cache that the key is for: each has its own
	Prefer string // auto, keyring, kernel or file
	Store  *custody.Keyring
	// Unsure is why nobody knows where the key is to be kept: then there is none to be
	// had, and none is made.
	Unsure error

	place string // where Key has found it
}

// ErrNoKey: no key was made yet, or it is gone.
var ErrNoKey = errors.New("there is no sealing key")

const (
	preferFile    = "file"
	preferKernel  = "kernel"
	preferKeyring = "keyring"

	placeFile   = "a file"
	placeKernel = "the kernel's keyring (until the next boot)"
	placeStore  = "the OS keyring"
)

// name is what the key is filed under. It tells caches apart, and tells nothing.
func (c *Custody) name() string {
	sum := sha256.Sum256([]byte(c.Dir))
	return "sealing-key:" + hex.EncodeToString(sum[:8])
}

func (c *Custody) file() string { return filepath.Join(c.Dir, "key") }

// Key gives the key, or ErrNoKey. It makes none.
func (c *Custody) Key() ([]byte, error) {
	if c.Unsure != nil {
		return nil, c.Unsure
	}
	if c.Prefer == preferFile {
		return c.fromFile()
	}
	if key, err := kernelGet(c.name()); err == nil && len(key) == keySize {
		c.place = placeKernel
		return key, nil
	}
	if c.Prefer != preferKernel {
		if key, err := c.fromStore(); err == nil {
			_ = kernelPut(c.name(), key)
			return key, nil
		} else if c.Prefer == preferKeyring {
			return nil, errors.Join(ErrNoKey, err)
		}
		return c.fromFile()
	}
	return nil, ErrNoKey
}

// Create makes a key and puts it where it belongs. Its caller holds a lock; a
// key that another process has made meanwhile is taken.
func (c *Custody) Create() ([]byte, error) {
	if key, err := c.Key(); err == nil {
		return key, nil
	}
	key := newKey()
	var failed error
	if c.Prefer != preferFile && c.Prefer != preferKernel && c.Store != nil {
		if failed = c.toStore(key); failed == nil {
			_ = kernelPut(c.name(), key)
			return key, nil
		}
		if c.Prefer == preferKeyring {
			return nil, failed
		}
	}
	if c.Prefer != preferFile {
		if failed = kernelPut(c.name(), key); failed == nil {
			return key, nil
		}
		if c.Prefer == preferKernel {
			return nil, fmt.Errorf("the kernel's keyring: %w", failed)
		}
	}
	return key, files.Replace(c.file(), key)
}

// Forget removes the key wherever it is. Where the OS keyring has it and does not
// answer, the error is a *StillStoredError.
func (c *Custody) Forget() error {
	inKernel := kernelRemove(c.name())
	err := os.Remove(c.file())
	if errors.Is(err, os.ErrNotExist) {
		err = nil
	}
	return errors.Join(inKernel, err, c.removeStored())
}

// Place says in words where the key is.
func (c *Custody) Place() string {
	if _, err := c.Key(); err != nil {
		return "nowhere yet"
	}
	if c.place == placeKernel && c.Prefer != preferKernel {
		if _, err := c.fromStore(); err == nil {
			return placeStore + ", with a copy in " + placeKernel
		}
	}
	return c.place
}

func (c *Custody) fromStore() ([]byte, error) {
	if c.Store == nil {
		return nil, ErrNoKey
	}
	if c.ToRemove() {
		_ = c.removeStored() // it is not to be used, whether it is still there or not
		return nil, ErrNoKey
	}
	text, err := c.Store.Get(c.name())
	if err != nil {
		return nil, err
	}
	key, err := base64.StdEncoding.DecodeString(text.Reveal())
	if err != nil || len(key) != keySize {
		return nil, ErrNoKey
	}
	c.place = placeStore
	_ = c.note(noteHeld) // of a key that an earlier guise put there
	return key, nil
}

// toStore puts the key into the OS keyring, and notes first that it has one.
func (c *Custody) toStore(key []byte) error {
	if c.ToRemove() {
		return custody.ErrUnavailable // or Key had removed it
	}
	if err := c.Store.Available(); err != nil {
		return err
	}
	if err := c.note(noteHeld); err != nil {
		return err
	}
	return c.Store.Set(c.name(), secret.New(base64.StdEncoding.EncodeToString(key)))
}

func (c *Custody) fromFile() ([]byte, error) {
	key, ok := files.ReadOwn(c.file(), largest)
	if !ok || len(key) != keySize {
		return nil, ErrNoKey
	}
	c.place = placeFile
	return key, nil
}
