//go:build !linux

package cache

import "errors"

// Only Linux keeps keys in its kernel.
var errNoKernelKeyring = errors.New("this system's kernel has no keyring")

func kernelGet(string) ([]byte, error) { return nil, errNoKernelKeyring }
func kernelPut(string, []byte) error   { return errNoKernelKeyring }
func kernelRemove(string) error        { return nil }
