package awsconfig

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"guise/internal/files"
)

// TestOrderOfTheFiles: an adoption writes the config file first and a release the
// credentials file, so that profiles work whatever happens between the two. Here
// another program writes the file that comes second.
func TestOrderOfTheFiles(t *testing.T) {
	changed := (*files.ChangedError)(nil)
	h := newHome(t, "[profile ci]\nregion = x\n", ciKeys)
	v := vault{}
	adopt := func(f *Files) error {
		return f.Adopt([]string{"ci"}, AdoptOptions{Executable: guisePath, Store: v.store})
	}
	did, err := Rewrite(h.config, h.credentials, h.backups, func(f *Files) error {
		h.write(h.credentials, ciKeys+"# of another program\n")
		return adopt(f)
	})
	if config, credentials := h.read(h.config), h.read(h.credentials); !did || !errors.As(err, &changed) || !strings.Contains(config, guisePath) || !strings.Contains(credentials, ciSecret) {
		t.Errorf("adopt: %v %v\n%s\n%s", did, err, config, credentials)
	}
	if err := h.rewrite(adopt); err != nil || strings.Contains(h.read(h.credentials), ciSecret) {
		t.Fatalf("again: %v\n%s", err, h.read(h.credentials))
	}
	did, err = Rewrite(h.config, h.credentials, h.backups, func(f *Files) error {
		h.write(h.config, h.read(h.config)+"# of another program\n")
		return f.Release([]string{"ci"}, ReleaseOptions{Fetch: v.fetch})
	})
	if config, credentials := h.read(h.config), h.read(h.credentials); !did || !errors.As(err, &changed) || !strings.Contains(config, guisePath) || !strings.Contains(credentials, ciSecret) {
		t.Errorf("release: %v %v\n%s\n%s", did, err, config, credentials)
	}
}

// TestOneRewriteAtATime: while the files are edited nobody else gets the lock that all
// who write them take.
func TestOneRewriteAtATime(t *testing.T) {
	h := newHome(t, "[profile ci]\nregion = x\n", ciKeys)
	err := h.rewrite(func(*Files) error {
		lock, held, err := files.TryAcquire(filepath.Join(h.backups, lockName))
		if !held && err == nil {
			lock.Release()
			return errors.New("another rewrite could begin")
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

func (h home) read(path string) string {
	h.t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		h.t.Fatal(err)
	}
	return string(data)
}
