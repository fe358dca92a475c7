package cache

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

func kernelGet(name string) ([]byte, error) {
	id, err := unix.KeyctlSearch(unix.KEY_SPEC_USER_KEYRING, keyType, name, 0)
	if err != nil {
		return nil, err
	}
	buf := make([]byte, largestKernelKey)
	n, err := unix.KeyctlBuffer(unix.KEYCTL_READ, id, buf, 0)
	if err != nil || n > len(buf) {
		return nil, ErrNoKey
	}
	return buf[:n], nil
}

func kernelPut(name string, key []byte) error {
	id, err := unix.AddKey(keyType, name, key, unix.KEY_SPEC_USER_KEYRING)
	if err != nil {
		return err
	}
	return unix.KeyctlSetperm(id, everyoneOfUser)
}

// kernelRemove removes a key. One that is not found is gone; so it is where this
// system lets nobody search.
func kernelRemove(name string) error {
	id, err := unix.KeyctlSearch(unix.KEY_SPEC_USER_KEYRING, keyType, name, 0)
	if err != nil {
		return nil //nolint:nilerr // there is none
	}
	if _, err := unix.KeyctlInt(unix.KEYCTL_UNLINK, id, unix.KEY_SPEC_USER_KEYRING, 0, 0); err != nil && !errors.Is(err, unix.ENOENT) {
		return fmt.Errorf("the kernel keeps the key %s: %w", name, err)
	}
	return nil
}
