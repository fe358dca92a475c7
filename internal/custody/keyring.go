// Package custody keeps secrets in the operating system's own store: the
// Secret Service on Linux (gnome-keyring, KWallet, KeePassXC), the Keychain on
// macOS, the Credential Manager on Windows.
//
// It is a thin wall around go-keyring, for what that does not do itself:
//
//   - On Linux it speaks only to a session bus that exists. A D-Bus library that
//     finds none starts one, and leaves it behind.
//   - Each call is bounded. A locked collection makes the store ask the person,
//     who may not be there.
//
// # Security
//
// No secret stands in the argv of a program: on macOS go-keyring hands it to
// /usr/bin/security over stdin (read off its source, version 0.2.8). On Linux it
// goes over the user's own bus without encryption, as the "plain" session of the
// Secret Service has it: who can read that bus can ask the store as well.
package custody

import (
	"errors"
	"fmt"
	"time"

	"github.com/zalando/go-keyring"

	"guise/internal/secret"
)

const service = "guise"

// patience bounds each call.
const patience = 5 * time.Second

var (
	// ErrUnavailable: there is no OS keyring, or none that answers.
	ErrUnavailable = errors.New("the OS keyring does not answer")
	// ErrNotFound: the store does not have the secret.
	ErrNotFound = errors.New("it is not in the key store")
)

// A Keyring is the OS keyring. Making one does nothing yet.
type Keyring struct {
	getenv func(string) string
}

// OpenKeyring gives the keyring of the user whose environment it is.
func OpenKeyring(getenv func(string) string) *Keyring { return &Keyring{getenv} }

// Get reads a secret. Its errors are, or wrap, ErrNotFound and ErrUnavailable.
func (k *Keyring) Get(name string) (secret.Text, error) {
	return k.bounded(func() (secret.Text, error) {
		text, err := keyring.Get(service, name)
		return secret.New(text), err
	})
}

// Set writes a secret, in the place of an older one of the name.
func (k *Keyring) Set(name string, value secret.Text) error {
	_, err := k.bounded(func() (secret.Text, error) { return secret.Text{}, keyring.Set(service, name, value.Reveal()) })
	return err
}

// Delete removes a secret; that there is none is no error.
func (k *Keyring) Delete(name string) error {
	_, err := k.bounded(func() (secret.Text, error) { return secret.Text{}, keyring.Delete(service, name) })
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	return err
}

// Available reports whether there is a store that answers; its error wraps
// ErrUnavailable.
func (k *Keyring) Available() error {
	_, err := k.Get("is-there-a-store")
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	return err
}

// bounded makes a call, and goes on without it when it takes too long.
func (k *Keyring) bounded(call func() (secret.Text, error)) (secret.Text, error) {
	if err := reachable(k.getenv); err != nil {
		return secret.Text{}, err
	}
	type answer struct {
		text secret.Text
		err  error
	}
	answered := make(chan answer, 1)
	go func() {
		text, err := call()
		answered <- answer{text, err}
	}()
	select {
	case a := <-answered:
		switch {
		case errors.Is(a.err, keyring.ErrNotFound):
			return secret.Text{}, ErrNotFound
		case a.err != nil:
			return secret.Text{}, fmt.Errorf("%w: %w", ErrUnavailable, a.err)
		}
		return a.text, nil
	case <-time.After(patience):
		return secret.Text{}, fmt.Errorf("%w within %s: is it locked?", ErrUnavailable, patience)
	}
}
