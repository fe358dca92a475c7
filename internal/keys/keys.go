// Package keys owns access keys and MFA secrets: no other package adds one to the key
// store or removes one. The key store is the OS keyring or, without one, the vault.
//
// Its laws:
//
//   - Prove, then keep. A secret that is offered is tried before anything is written
//     under its name, and a stored value is never overwritten by one that has not
//     worked. What works at one endpoint proves nothing of another.
//   - Some copy always works. Whatever happens, and wherever the process is killed,
//     the secret can be had from the AWS files or from the key store by the next run.
//   - Removed means removed. A secret that is reported as removed is in no store. If a
//     store that may have it does not answer, that is an error, guise keeps a note, and
//     a later run finishes the removal.
//   - A secret that several profiles use leaves the store with the last of them.
//   - A key of the user's at AWS is deleted only if guise made it.
//
// What makes them hold is the order of writes: the ledger (see [Keeper.Dir]) says
// first what is about to happen, then come the stores and the AWS files, and the
// ledger is cleared last. Each change begins by finishing what the ledger says of
// earlier ones.
//
// Not promised: that a secret which a program of the user's copied elsewhere is gone.
package keys

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"guise/internal/awsconfig"
	"guise/internal/custody"
	"guise/internal/secret"
)

// A Place is one of the two stores.
type Place string

// The stores, in the order in which a secret is put into the first that answers.
const (
	InKeyring Place = "keyring"
	InVault   Place = "vault"
)

func (p Place) String() string { return "the " + p.title() }

// title is the store without an article.
func (p Place) title() string {
	if p == InKeyring {
		return "OS keyring"
	}
	return "vault"
}

// ErrUnavailable: a store does not answer.
var ErrUnavailable = custody.ErrUnavailable

// A Keyring is the operating system's store. Its errors wrap
// custody.ErrNotFound and ErrUnavailable; removing what is not there is none.
type Keyring interface {
	Get(name string) (secret.Text, error)
	Set(name string, text secret.Text) error
	Delete(name string) error
	Available() error
}

// A Vault is the file that stands in for it. What it has can be listed and removed
// without its passphrase.
type Vault interface {
	Get(ctx context.Context, name string) (secret.Text, error)
	Set(ctx context.Context, name string, text secret.Text) error
	Delete(name string) error
	Names() ([]string, error)
	Exists() bool
}

// A Keeper has all that a change of keys needs.
type Keeper struct {
	Keyring Keyring
	Vault   Vault
	// Prefer is the store that new secrets go to; empty: the OS keyring or, where none
	// answers, the vault. Unsure is why nobody knows what it is to be.
	Prefer Place
	Unsure error
	// Dir is the folder of the ledger: ids and serials, and which store has the secret
	// of each. It holds no secret.
	Dir string
	// Write replaces a file in one step, mode 0600, and returns when the disk has it.
	Write func(path string, data []byte) error
	// Config and Credentials are the paths of the AWS files.
	Config, Credentials string
	// Read reads such files: awsconfig.Read.
	Read func(config, credentials string) (*awsconfig.Files, error)
	// Rewrite changes those: awsconfig.Rewrite.
	Rewrite func(edit func(*awsconfig.Files) error) (changed bool, err error)
	// Try makes a call to AWS with an access key, and gives the ARN that AWS knows it
	// as. The profile says where to call.
	Try func(ctx context.Context, profile, id string, key secret.Text) (arn string, err error)
	// Endpoint is the address at which a service (sts, iam) is called for a profile,
	// which need not exist; empty for AWS's own.
	Endpoint func(profile, service string) string
	// Say tells the user a line that is no answer.
	Say   func(line string)
	Now   func() time.Time
	Sleep func(ctx context.Context, d time.Duration) error
}

// Names under which the stores have secrets.
const (
	keyPrefix    = "access-key:"
	devicePrefix = "totp:"
)

// Secret reads the secret of an access key. Its errors wrap custody.ErrNotFound
// and ErrUnavailable, or are the vault's.
func (k *Keeper) Secret(ctx context.Context, id string) (secret.Text, error) {
	text, _, err := k.find(ctx, k.peek(), keyPrefix+id)
	if err != nil {
		err = fmt.Errorf("the secret of %s: %w", id, err)
	}
	return text, err
}

// MFASecret reads the secret of an MFA device, with the errors of Secret.
func (k *Keeper) MFASecret(ctx context.Context, serial string) (secret.Text, error) {
	text, _, err := k.find(ctx, k.peek(), devicePrefix+serial)
	return text, err
}

// find reads a secret from the store that the ledger names, then from the other: a
// ledger may be lost, or of before. A copy that is to be removed is the last choice.
func (k *Keeper) find(ctx context.Context, l *ledger, name string) (text secret.Text, from Place, err error) {
	r := l.record(name)
	places := slices.Concat(r.In, both(), r.RemoveFrom)
	slices.SortStableFunc(places, func(x, y Place) int { return r.rank(x) - r.rank(y) })
	err = custody.ErrNotFound
	for _, place := range slices.Compact(places) {
		text, failed := k.read(ctx, place, name)
		switch {
		case failed == nil:
			return text, place, nil
		case errors.Is(failed, custody.ErrNotFound):
		case errors.Is(failed, custody.ErrUnavailable):
			if r.mayBeIn(place) {
				err = failed
			}
		default:
			return text, place, failed
		}
	}
	return secret.Text{}, "", err
}

func both() []Place { return []Place{InKeyring, InVault} }

func (k *Keeper) read(ctx context.Context, place Place, name string) (secret.Text, error) {
	if place == InKeyring {
		return k.Keyring.Get(name)
	}
	return k.Vault.Get(ctx, name)
}

func (k *Keeper) write(ctx context.Context, place Place, name string, text secret.Text) error {
	if place == InKeyring {
		return k.Keyring.Set(name, text)
	}
	return k.Vault.Set(ctx, name, text)
}

// remove takes a secret out of a store, and looks whether it is gone.
func (k *Keeper) remove(place Place, name string) error {
	if place == InVault {
		return k.Vault.Delete(name)
	}
	if err := k.Keyring.Delete(name); err != nil {
		return err
	}
	switch _, err := k.Keyring.Get(name); {
	case err == nil:
		return errors.New("it has another copy")
	case !errors.Is(err, custody.ErrNotFound):
		return err
	}
	return nil
}

// Available reports whether a secret could be stored now without making a vault. Its
// error wraps custody.ErrUnavailable.
func (k *Keeper) Available() error {
	_, err := k.target(false)
	return err
}

// Target is where a secret that is put now goes.
func (k *Keeper) Target() Place {
	place, _ := k.target(true)
	return place
}

func (k *Keeper) target(newVault bool) (Place, error) {
	if k.Unsure != nil {
		return "", k.Unsure
	}
	err := error(noVaultError{})
	if k.Prefer != InVault {
		err = k.Keyring.Available()
	}
	switch {
	case err == nil:
		return InKeyring, nil
	case k.Prefer != InKeyring && (newVault || k.Vault.Exists()):
		return InVault, nil
	}
	return "", err
}

// noVaultError: new secrets are to go to the vault, and there is none yet.
type noVaultError struct{}

func (noVaultError) Error() string { return "there is no vault yet" }
func (noVaultError) Unwrap() error { return ErrUnavailable }
