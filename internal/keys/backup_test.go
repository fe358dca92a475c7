package keys

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"guise/internal/files"
)

// TestBackUp: over nothing, again after an interruption, and never half a file.
func TestBackUp(t *testing.T) {
	data := []byte("[ci]\naws_secret_access_key = x\n")
	for there, want := range map[string]string{
		"none": string(data), "same": string(data), "the beginning": string(data), "empty": string(data), "another file": "mine\n", "more": string(data) + "more\n",
	} {
		path := filepath.Join(t.TempDir(), "copy")
		before := map[string][]byte{"same": data, "the beginning": data[:9], "empty": {}, "another file": []byte("mine\n"), "more": append(bytes.Clone(data), "more\n"...)}[there]
		if before != nil {
			if err := os.WriteFile(path, before, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		err := backUp(path, data)
		got, _ := os.ReadFile(path)
		if (err == nil) != (want == string(data)) || string(got) != want {
			t.Errorf("%s: %v, %q", there, err, got)
		}
		if info, failed := os.Stat(path); err == nil && (failed != nil || info.Mode().Perm() != 0o600) {
			t.Errorf("%s: %v %v", there, info.Mode(), failed)
		}
	}
	folder := t.TempDir()
	if err := backUp(folder, data); !errors.Is(err, files.ErrNotRegular) {
		t.Errorf("a folder was taken for a file: %v", err)
	}
	if err := backUp(filepath.Join(folder, "none", "copy"), data); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a folder that is not there: %v", err)
	}
}
