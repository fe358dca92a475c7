package cache

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"guise/internal/custody"
	"guise/internal/files"
)

// The OS keyring may not answer at the moment when its copy of the sealing key is
// to be removed (no bus over ssh, a locked collection). So a file beside the cache
// notes that there is a copy, and whether it is to be removed: then nothing uses
// it any more, and whoever finds the keyring answering removes it.
const (
	inStoreFile = "key-in-keyring"
	noteHeld    = "1 held"
	noteRemove  = "1 remove"
)

// A StillStoredError is a sealing key that could not be removed from the OS
// keyring. It is no longer used, and is removed when the keyring answers.
type StillStoredError struct{ Err error }

func (e *StillStoredError) Error() string {
	return fmt.Sprintf("the OS keyring has a copy of the key that sealed them, and does not answer: %v", e.Err)
}
func (e *StillStoredError) Unwrap() error { return e.Err }

func (c *Custody) noteFile() string { return filepath.Join(c.Dir, inStoreFile) }

// note writes down what is known of the keyring's copy.
func (c *Custody) note(text string) error {
	if c.noted() == text {
		return nil
	}
	if err := os.MkdirAll(c.Dir, 0o700); err != nil {
		return err
	}
	return files.Keep(c.noteFile(), []byte(text+"\n"))
}

func (c *Custody) noted() string {
	data, _ := files.ReadOwn(c.noteFile(), 100)
	return strings.TrimSpace(string(data))
}

// ToRemove reports whether the OS keyring has a copy of the key that is to be
// removed, and did not answer when it was to be.
func (c *Custody) ToRemove() bool { return c.noted() == noteRemove }

// Settle removes a copy that is still to be removed, if the keyring answers.
func (c *Custody) Settle() error {
	if !c.ToRemove() {
		return nil
	}
	return c.removeStored()
}

// removeStored removes the keyring's copy. Where the keyring does not answer and
// has one, the error is a *StillStoredError, and a note is left.
func (c *Custody) removeStored() error {
	if c.Store == nil {
		return nil
	}
	err := c.Store.Delete(c.name())
	switch {
	case err == nil:
		if err := os.Remove(c.noteFile()); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		return nil
	case errors.Is(err, custody.ErrUnavailable) && c.noted() == "" && c.Prefer != preferKeyring:
		return nil // no copy was ever put there
	}
	return errors.Join(&StillStoredError{err}, c.note(noteRemove))
}
