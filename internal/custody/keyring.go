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

// A Keyring is the OS keyring. It does what go-keyring does not do itself:
//
//   - On Linux it speaks only to a session bus that exists. A D-Bus library that
//     finds none starts one, and leaves it behind.
//   - Each call is bounded. A locked collection makes the keyring ask the user, who
//     may not be there.
type Keyring struct {
	getenv func(string) string
}

// OpenKeyring returns the keyring of the user whose environment it is. It asks for
// nothing yet.
func OpenKeyring(getenv func(string) string) *Keyring { return &Keyring{getenv} }

// Get reads a secret. Its errors are, or wrap, ErrNotFound and ErrUnavailable.
func (k *Keyring) Get(name string) (secret.Text, error) {
	return k.bounded(func() (secret.Text, error) {
		text, err := keyring.Get(service, name)
		return secret.New(text), err
	})
}

// Set writes a secret, in the place of an older one of the name. Its error wraps
// ErrUnavailable.
func (k *Keyring) Set(name string, value secret.Text) error {
	_, err := k.bounded(func() (secret.Text, error) { return secret.Text{}, keyring.Set(service, name, value.Reveal()) })
	return err
}

// Delete removes a secret; that there is none is no error. Its error wraps ErrUnavailable.
func (k *Keyring) Delete(name string) error {
	_, err := k.bounded(func() (secret.Text, error) { return secret.Text{}, keyring.Delete(service, name) })
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	return err
}

// Available returns nil if there is a keyring that answers; its error wraps
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
