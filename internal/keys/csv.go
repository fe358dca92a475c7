package keys

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"guise/internal/secret"
)

// IsID reports whether a word has the form of the id of an access key that does not
// expire.
func IsID(s string) bool {
	return len(s) >= 16 && len(s) <= 128 && strings.HasPrefix(s, "AKIA") && strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == ""
}

// CheckID says what is wrong with the id of an access key, as it was typed; nil: nothing.
func CheckID(typed string) error {
	if !IsID(strings.TrimSpace(typed)) {
		return errors.New("AKIA and 16 more letters and digits")
	}
	return nil
}

// FromCSV reads the file that AWS gives with a new access key: a heading, and a line
// with the key. Its errors name the file, and never a value.
func FromCSV(path string) (id string, key secret.Text, err error) {
	f, err := os.Open(path)
	if pathErr, ok := errors.AsType[*fs.PathError](err); ok {
		err = fmt.Errorf("%s cannot be read: %w", path, pathErr.Err)
	}
	if err != nil {
		return "", key, err
	}
	defer func() { _ = f.Close() }()
	rows, err := csv.NewReader(io.LimitReader(f, 1<<16)).ReadAll()
	if err != nil || len(rows) < 2 {
		return "", key, fmt.Errorf("%s is not the CSV file that AWS offers with an access key", path)
	}
	for i, heading := range rows[0] {
		switch value := strings.TrimSpace(rows[1][i]); strings.ToLower(strings.TrimSpace(strings.TrimPrefix(heading, "\ufeff"))) {
		case "access key id":
			id = value
		case "secret access key":
			key = secret.New(value)
		}
	}
	if !IsID(id) || key.Empty() {
		return "", key, fmt.Errorf("%s has no access key: columns \"Access key ID\" and \"Secret access key\"", path)
	}
	return id, key, nil
}
