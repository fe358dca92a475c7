//go:build unix

package doctor

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// TestFoldersAndFiles: what makes a file or a folder of ours usable, typed.
func TestFoldersAndFiles(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a folder")
	file := filepath.Join(dir, "file")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	typed := func(fix string) {
		if out, err := exec.Command("sh", "-c", fix).CombinedOutput(); err != nil {
			t.Errorf("%s: %v %s", fix, err, out)
		}
	}
	fix := fixOf(&fs.PathError{Op: "open", Path: file, Err: fs.ErrPermission})
	if fix != "ls -l '"+file+"'   # you must be able to read it" {
		t.Error(fix)
	}
	typed(fix)
	if err := os.Chmod(dir, 0o500); err != nil { //nolint:gosec // that is the fault
		t.Fatal(err)
	}
	if fix = fixOfFolder(dir); fix != "chmod -R 'u+rwX,go-w' '"+dir+"'" {
		t.Error(fix)
	}
	typed(fix)
	if info, err := os.Stat(dir); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
}
