package cache

// A BootKey is up to 128 bytes that the kernel keeps until the next boot, for all
// processes of the user: on Linux alone. Elsewhere there is never one.
type BootKey struct{ Name string }

// Get gives the key, or an error where there is none.
func (k BootKey) Get() ([]byte, error) { return kernelGet(k.Name) }

// Put keeps the key.
func (k BootKey) Put(key []byte) error { return kernelPut(k.Name, key) }

// Remove forgets it. That there is none is no error.
func (k BootKey) Remove() error { return kernelRemove(k.Name) }
