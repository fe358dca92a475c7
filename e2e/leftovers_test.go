//go:build unix

package e2e

import (
	"strings"
	"testing"
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
		if got.code != 1 || !strings.Contains(got.err, "aws_secret_access_key") || w.read(".aws/config") != config || w.read(".aws/credentials") != credentials {
			t.Errorf("%q: %+v", args, got)
		}
	}
	if got := w.guise("doctor", "--json"); !strings.Contains(got.out, "split-keys") {
		t.Errorf("%+v", got)
	}
	if got := w.guise("adopt", "--all", "--yes", "--keep-keys"); got.code != 0 || !strings.Contains(got.err, "split: it has an aws_access_key_id") || w.read(".aws/credentials") == credentials {
		t.Errorf("%+v", got)
	}
	if !strings.Contains(w.read(".aws/credentials"), "[split]\naws_secret_access_key = spl1t") {
		t.Error("adopt --all touched it")
	}
}
