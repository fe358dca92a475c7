package awsconfig

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestOneFile: two names of one file are refused before anything is written.
func TestOneFile(t *testing.T) {
	const text = "[default]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\n"
	dir := t.TempDir()
	config, link, hard := filepath.Join(dir, "config"), filepath.Join(dir, "link"), filepath.Join(dir, "hard")
	if err := errors.Join(os.WriteFile(config, []byte(text), 0o600), os.Symlink(config, link), os.Link(config, hard)); err != nil {
		t.Fatal(err)
	}
	for _, credentials := range []string{config, link, hard} {
		_, err := Rewrite(config, credentials, filepath.Join(dir, "backups"), func(*Files) error {
			t.Errorf("%s: edited", credentials)
			return nil
		})
		if refused, ok := errors.AsType[*OneFileError](err); !ok || refused.Credentials != credentials {
			t.Errorf("%s: %v", credentials, err)
		}
		if twice := credentials == config; err != nil && strings.Contains(err.Error(), "both the config and the credentials file") != twice {
			t.Errorf("%s: %v", credentials, err)
		}
		if data, err := os.ReadFile(config); err != nil || string(data) != text {
			t.Errorf("%s: it holds %q, %v", credentials, data, err)
		}
	}
}
