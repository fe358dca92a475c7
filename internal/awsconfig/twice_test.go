package awsconfig

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"guise/internal/secret"
)

// TestSecretTwice: a secret key that stands twice in a section is named so; it is not
// taken for temporary keys, and nothing is stored.
func TestSecretTwice(t *testing.T) {
	credentials := filepath.Join(t.TempDir(), "credentials")
	if err := os.WriteFile(credentials, []byte("[ci]\naws_access_key_id = AKIACI00000000000001\naws_secret_access_key = one\naws_secret_access_key = two\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := Read(filepath.Join(t.TempDir(), "config"), credentials)
	if err != nil {
		t.Fatal(err)
	}
	store := func(string, string, secret.Text) error { t.Error("it was stored"); return nil }
	err = f.Adopt([]string{"ci"}, AdoptOptions{Executable: "/usr/bin/guise", Store: store})
	twice, ok := errors.AsType[*TwiceError](err)
	if !ok || twice.Key != keySecret {
		t.Errorf("%v", err)
	}
}
