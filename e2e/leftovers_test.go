//go:build unix

package e2e

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestSplitKeys: an access key with its id in one file and its secret in the
// other is moved by nothing, and nothing says that it was.
func TestSplitKeys(t *testing.T) {
	w := newWorld(t)
	config, credentials := w.read(".aws/config")+"\n[profile split]\naws_access_key_id = AKIASPLIT\n", w.read(".aws/credentials")+"\n[split]\naws_secret_access_key = spl1t/secret/0123456789\n"
	w.write(".aws/config", config)
	w.write(".aws/credentials", credentials)
	for _, args := range [][]string{{"keys", "import", "--yes", "split"}, {"adopt", "--yes", "split"}, {"adopt", "--yes", "--keep-keys", "split"}} {
		got := w.guise(args...)
		if got.code != 1 || !strings.Contains(got.err, "put both into one section first") || w.read(".aws/config") != config || w.read(".aws/credentials") != credentials {
			t.Errorf("%q: %+v", args, got)
		}
	}
	if got := w.guise("doctor", "--json"); !strings.Contains(got.out, "split-keys") {
		t.Errorf("%+v", got)
	}
	if got := w.guise("adopt", "--all", "--yes", "--keep-keys"); got.code != 0 || !strings.Contains(got.err, "split: its aws_access_key_id stands in") || w.read(".aws/credentials") == credentials {
		t.Errorf("%+v", got)
	}
	if !strings.Contains(w.read(".aws/credentials"), "[split]\naws_secret_access_key = spl1t") {
		t.Error("adopt --all touched it")
	}
}

// TestTemporaryFilesAreSwept: what a killed process left goes with the next command
// that a person types, in every folder that guise writes to; nothing else does.
func TestTemporaryFilesAreSwept(t *testing.T) {
	w := adopted(t)
	long := time.Now().Add(-time.Hour)
	var litter, notes []string
	for _, dir := range []string{".aws", ".aws/sso/cache", ".aws/login/cache", ".cache/guise", ".cache/guise/status", ".local/share/guise", ".local/state/guise", ".local/state/guise/backups"} {
		at := filepath.Join(w.home, dir)
		if err := os.MkdirAll(at, 0o700); err != nil {
			t.Fatal(err)
		}
		litter = append(litter, filepath.Join(at, ".guise-tmp-0123456789abcdef"))
		notes = append(notes, filepath.Join(at, ".guise-notes.md"))
	}
	for _, path := range append(litter, notes...) {
		if err := errors.Join(os.WriteFile(path, []byte("x"), 0o600), os.Chtimes(path, long, long)); err != nil {
			t.Fatal(err)
		}
	}
	if got := w.guise("list"); got.code != 0 {
		t.Errorf("%+v", got)
	}
	for _, path := range litter {
		if _, err := os.Stat(path); err == nil {
			t.Errorf("%s is there still", path)
		}
	}
	for _, path := range notes {
		if _, err := os.Stat(path); err != nil {
			t.Error(err)
		}
	}
}
