//go:build !linux

package custody

import "errors"

// Only Linux keeps keys in its kernel.
var errNoKernelKeyring = errors.New("this system's kernel has no keyring")

func (kernelKey) get() ([]byte, error) { return nil, errNoKernelKeyring }
func (kernelKey) put([]byte) error     { return errNoKernelKeyring }
func (kernelKey) remove() error        { return nil }
