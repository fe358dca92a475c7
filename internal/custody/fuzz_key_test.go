package custody

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// FuzzKey: whatever stands where the sealing key and the note of the OS keyring's copy
// are kept, a key is the file's 32 bytes or none; where there is none, the one that is
// made is found from then on; and only guise's own word says that a copy is to go.
func FuzzKey(f *testing.F) {
	f.Add(bytes.Repeat([]byte{7}, keySize), "1 held\n")
	f.Add(bytes.Repeat([]byte{7}, keySize+1), "1 remove\n")
	f.Add([]byte(nil), " 1 remove")
	f.Add([]byte("x"), "2 remove")
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, key []byte, note string) {
		k := &SealingKey{Dir: dir, Prefer: "file"}
		if err := errors.Join(os.WriteFile(k.file(), key, 0o600), os.WriteFile(k.noteFile(), []byte(note), 0o600)); err != nil {
			t.Fatal(err)
		}
		got, err := k.Key(false)
		if ok := len(key) == keySize; ok != (err == nil) || ok && !bytes.Equal(got, key) || !ok && !errors.Is(err, ErrNoKey) {
			t.Fatalf("%x out of %x: %v", got, key, err)
		}
		made, err := k.Key(true)
		if again, failed := k.Key(false); err != nil || failed != nil || len(made) != keySize || !bytes.Equal(again, made) || got != nil && !bytes.Equal(made, got) {
			t.Fatalf("%x, then %x: %v, %v", made, again, err, failed)
		}
		if k.toRemove() && string(bytes.TrimSpace([]byte(note))) != noteRemove {
			t.Fatalf("%q says that a copy is to be removed", note)
		}
		if left, _ := filepath.Glob(filepath.Join(dir, ".guise-tmp-*")); len(left) > 0 {
			t.Fatal(left)
		}
	})
}
