package keys

import (
	"bytes"
	"errors"
	"fmt"
	"os"

	"guise/internal/files"
)

// BackUp writes a copy of a file of access keys, mode 0600. It writes over nothing:
// a file that is there must hold the same, or the beginning of it, as a backup does
// that was interrupted. Where writing fails, no half file is left.
func BackUp(path string, data []byte) error {
	there, err := files.Read(path, files.ConfigLimit)
	switch {
	case errors.Is(err, os.ErrNotExist):
	case err != nil:
		return err
	case bytes.Equal(there, data):
		return os.Chmod(path, 0o600)
	case !bytes.HasPrefix(data, there):
		return fmt.Errorf("%s is there already, and holds something else", path)
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	_ = f.Chmod(0o600) // a USB stick may have no modes
	_, err = f.Write(data[len(there):])
	if err := one(err, f.Sync(), f.Close()); err != nil {
		_ = os.Remove(path)
		return err
	}
	return nil
}
