package custody

import (
	"errors"
	"fmt"

	"golang.org/x/sys/unix"
)

// The kernel's user keyring (keyrings(7)) is shared by all processes of a user
// and lives in unswappable kernel memory until the next boot.
const keyType = "user"

// everyoneOfUser lets every process of the user find and read the key, also one
// whose session has not got the user keyring linked into it (cron, sshd without
// pam_keyinit): possessor and user get all rights, group and others none.
const everyoneOfUser = 0x3f3f0000

// largestKernelKey is more bytes than guise puts under any name.
const largestKernelKey = 128

// get returns the key, or an error where there is none.
func (k kernelKey) get() ([]byte, error) {
	id, err := unix.KeyctlSearch(unix.KEY_SPEC_USER_KEYRING, keyType, string(k), 0)
	if err != nil {
		return nil, err
	}
	buf := make([]byte, largestKernelKey)
	n, err := unix.KeyctlBuffer(unix.KEYCTL_READ, id, buf, 0)
	if err != nil || n > len(buf) {
		return nil, ErrNotFound
	}
	return buf[:n], nil
}

// put keeps a key, in the place of an older one of the name.
func (k kernelKey) put(key []byte) error {
	id, err := unix.AddKey(keyType, string(k), key, unix.KEY_SPEC_USER_KEYRING)
	if err != nil {
		return err
	}
	return unix.KeyctlSetperm(id, everyoneOfUser)
}

// remove removes the key. One that is not found is gone; so it is where this system
// lets nobody search.
func (k kernelKey) remove() error {
	id, err := unix.KeyctlSearch(unix.KEY_SPEC_USER_KEYRING, keyType, string(k), 0)
	if err != nil {
		return nil //nolint:nilerr // there is none
	}
	if _, err := unix.KeyctlInt(unix.KEYCTL_UNLINK, id, unix.KEY_SPEC_USER_KEYRING, 0, 0); err != nil && !errors.Is(err, unix.ENOENT) {
		return fmt.Errorf("the kernel keeps the key %s: %w", k, err)
	}
	return nil
}
