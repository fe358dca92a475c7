package keys

import (
	"bytes"
	"errors"
	"fmt"
	"os"

	"guise/internal/files"
)

// BackUp copies the credentials file, and reports whether the copy holds access keys. It
// writes over nothing: a file that is there must hold the same, or the beginning of it,
// as a backup does that was interrupted. The copy has mode 0600; where writing fails, no
// half file is left.
func (k *Keeper) BackUp(path string) (holdsKeys bool, err error) {
	data, err := files.Read(k.Credentials, files.ConfigLimit)
	if err != nil {
		return false, err
	}
	return bytes.Contains(bytes.ToLower(data), []byte("aws_secret_access_key")), backUp(path, data)
}

func backUp(path string, data []byte) error {
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
