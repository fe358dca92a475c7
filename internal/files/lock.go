package files

import "os"

// A Lock is a file that one process at a time holds. The kernel lets go of it
// when the process dies. The file is never removed: a process that waits on a
// file that another has removed would hold a lock that nobody else sees.
type Lock struct{ file *os.File }

// Acquire waits until nobody else holds the file, which it makes with mode 0600 if
// need be, and holds it. Its errors are *fs.PathError.
func Acquire(path string) (*Lock, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	_ = ours(f) // for the next one
	if err := lock(f); err != nil {
		_ = f.Close()
		return nil, &os.PathError{Op: "lock", Path: path, Err: err}
	}
	return &Lock{f}, nil
}

// TryAcquire is Acquire without the wait; held where somebody else holds the file.
func TryAcquire(path string) (l *Lock, held bool, err error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, false, err
	}
	_ = ours(f)
	if held, err = tryLock(f); held || err != nil {
		_ = f.Close()
		if err != nil {
			err = &os.PathError{Op: "lock", Path: path, Err: err}
		}
		return nil, held, err
	}
	return &Lock{f}, false, nil
}

// Release lets the next one in. Closing does that even where a file system
// refuses to unlock.
func (l *Lock) Release() { _ = l.file.Close() }
