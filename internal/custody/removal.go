package custody

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"guise/internal/files"
)

// The OS keyring may not answer at the moment when its copy of the sealing key is
// to be removed (no bus over ssh, a locked collection). So a file beside the cache
// notes that there is a copy, and whether it is to be removed: then nothing uses
// it any more, and whoever finds the keyring answering removes it.
const (
	noteName   = "key-in-keyring"
	noteHeld   = "1 held"
	noteRemove = "1 remove"
)

// A StillStoredError is a sealing key that could not be removed from the OS
// keyring. It is no longer used, and is removed when the keyring answers.
type StillStoredError struct{ Err error }

func (e *StillStoredError) Error() string {
	return fmt.Sprintf("the OS keyring has a copy of the key that encrypted them, and does not answer: %v", e.Err)
}
func (e *StillStoredError) Unwrap() error { return e.Err }

func (k *SealingKey) noteFile() string { return filepath.Join(k.Dir, noteName) }

// note writes down what is known of the keyring's copy.
func (k *SealingKey) note(text string) error {
	if k.noted() == text {
		return nil
	}
	if err := os.MkdirAll(k.Dir, 0o700); err != nil {
		return err
	}
	return files.Keep(k.noteFile(), []byte(text+"\n"))
}

func (k *SealingKey) noted() string {
	data, _ := files.ReadOwn(k.noteFile(), 100)
	return strings.TrimSpace(string(data))
}

// toRemove reports whether the OS keyring has a copy of the key that is to be
// removed, and did not answer when it was to be.
func (k *SealingKey) toRemove() bool { return k.noted() == noteRemove }

// Settle removes a copy that is still to be removed, if the keyring answers.
func (k *SealingKey) Settle() error {
	if !k.toRemove() {
		return nil
	}
	return k.removeStored()
}

// removeStored removes the keyring's copy. Where the keyring does not answer and
// has one, the error is a *StillStoredError, and a note is left.
func (k *SealingKey) removeStored() error {
	if k.Keyring == nil {
		return nil
	}
	err := k.Keyring.Delete(k.name())
	switch {
	case err == nil:
		if err := os.Remove(k.noteFile()); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		return nil
	case errors.Is(err, ErrUnavailable) && k.noted() == "" && k.Prefer != preferKeyring:
		return nil // no copy was ever put there
	}
	return errors.Join(&StillStoredError{err}, k.note(noteRemove))
}
