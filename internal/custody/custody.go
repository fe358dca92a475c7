// Package custody keeps guise's own secrets. It knows three kinds of place of which none
// can be read on the disk:
//
//   - [Keyring] is the OS keyring: the Secret Service on Linux (gnome-keyring, KWallet,
//     KeePassXC), the Keychain on macOS, the Credential Manager on Windows.
//   - [Vault] is a file that a passphrase protects, for systems without an OS keyring.
//   - The kernel's user keyring, on Linux, has the vault's key and the cache's until the
//     next boot: getting one costs microseconds, and no question.
//
// [SealingKey] is the key that seals the cache, wherever of these it is; where there is
// none of them, it is in a file (0600) beside the cache. Which access
// keys and MFA secrets are in which store is up to package keys.
//
// # Security
//
// A program that runs as the user can ask the OS keyring and the kernel for each
// secret as guise does: nothing here protects against one.
//
// No secret is in the argv of a program: on macOS go-keyring hands it to
// /usr/bin/security over stdin (read off its source, version 0.2.8). On Linux it
// goes over the user's own bus without encryption, as the "plain" session of the
// Secret Service has it: who can read that bus can ask the keyring as well.
//
// Of a vault's file, names of secrets can be read, and a weak passphrase be guessed. A
// sealing key in a file, where there is no other place, protects little: whoever copies
// that file together with the cache can read both.
package custody

import (
	"crypto/rand"
	"errors"
)

var (
	// ErrUnavailable: there is no OS keyring, or none that answers.
	ErrUnavailable = errors.New("the OS keyring does not answer")
	// ErrNotFound: the store does not have the secret.
	ErrNotFound = errors.New("it is not in the key store")
)

// keySize is the size of every key that guise makes, in bytes: for AES-256.
const keySize = 32

func newKey() []byte {
	key := make([]byte, keySize)
	_, _ = rand.Read(key) // never fails: crypto/rand
	return key
}
