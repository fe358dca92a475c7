package awsconfig

import (
	"os"
	"path/filepath"
	"testing"
)

// TestNamesWithNewlines: a look for a name that no header can have ends, with nothing.
func TestNamesWithNewlines(t *testing.T) {
	path := filepath.Join(t.TempDir(), "config")
	if err := os.WriteFile(path, []byte("[profile a]\nregion = x\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"\n", "\nregion", "x \n", "\n\n", "a]\n"} {
		f, err := Read(path, path+"-none")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Profile(name); err == nil {
			t.Errorf("%q: found", name)
		}
	}
}
