package awsconfig

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestTry: a change that is tried is shown, and not there afterwards; also where it fails
// halfway.
func TestTry(t *testing.T) {
	path := filepath.Join(t.TempDir(), "config")
	if err := os.WriteFile(path, []byte("[profile a]\nregion = x\nrole_arn = arn:aws:iam::111111111111:role/r\nsource_profile = b\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := Read(path, path+".none")
	if err != nil {
		t.Fatal(err)
	}
	adopt := func(f *Files) error { return f.Adopt([]string{"a"}, AdoptOptions{Executable: "/guise"}) }
	for range 2 {
		diff, err := f.Try(adopt)
		if err != nil || !strings.Contains(diff, "+credential_process = ") {
			t.Fatalf("%q, %v", diff, err)
		}
		if p, err := f.Profile("a"); err != nil || p.Managed() || f.Diff() != "" {
			t.Fatalf("it is changed: %v, %q", err, f.Diff())
		}
	}
	halfway := errors.New("halfway")
	diff, err := f.Try(func(f *Files) error { return errors.Join(adopt(f), halfway) })
	if !errors.Is(err, halfway) || diff != "" || f.Diff() != "" {
		t.Errorf("%q, %v", diff, err)
	}
}
