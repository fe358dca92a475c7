// Package configtest makes AWS files for tests.
package configtest

import (
	"os"
	"path/filepath"
	"testing"

	"guise/internal/awsconfig"
)

// Files are a config file with a text, and no credentials file.
func Files(t testing.TB, config string) *awsconfig.Files {
	t.Helper()
	path := filepath.Join(t.TempDir(), "config")
	if err := os.WriteFile(path, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := awsconfig.Read(path, path+".none")
	if err != nil {
		t.Fatal(err)
	}
	return f
}
