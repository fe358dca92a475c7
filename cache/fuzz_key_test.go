package cache

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// FuzzKey: whatever stands where the sealing key and the note of the OS keyring's copy
// are kept, a key is the file's 32 bytes or none; what it seals is read again, what
// another one sealed is a miss, and only guise's own word says that a copy is to go.
func FuzzKey(f *testing.F) {
	f.Add(bytes.Repeat([]byte{7}, keySize), "1 held\n")
	f.Add(bytes.Repeat([]byte{7}, keySize+1), "1 remove\n")
	f.Add([]byte(nil), " 1 remove")
	f.Add([]byte("x"), "2 remove")
	dir := f.TempDir()
	old := open(dir)
	if err := old.Put("old", []byte("value"), later); err != nil {
		f.Fatal(err)
	}
	was, err := os.ReadFile(old.keys.file())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(was, "")
	f.Fuzz(func(t *testing.T, key []byte, note string) {
		s := open(dir)
		if err := errors.Join(os.WriteFile(s.keys.file(), key, 0o600), os.WriteFile(s.keys.noteFile(), []byte(note), 0o600)); err != nil {
			t.Fatal(err)
		}
		got, err := s.keys.Key()
		if ok := len(key) == keySize; ok != (err == nil) || ok && !bytes.Equal(got, key) || !ok && !errors.Is(err, ErrNoKey) {
			t.Fatalf("%x out of %x: %v", got, key, err)
		}
		if value, ok := s.Get("old", now); ok != bytes.Equal(key, was) || ok && string(value) != "value" {
			t.Fatalf("%x opens what %x sealed: %q", key, was, value)
		}
		if err := s.Put("new", []byte(note), later); err != nil {
			t.Fatal(err)
		}
		if value, ok := open(dir).Get("new", now); !ok || string(value) != note {
			t.Fatalf("%q is read as %q (%v)", note, value, ok)
		}
		if s.KeyToRemove() && string(bytes.TrimSpace([]byte(note))) != noteRemove {
			t.Fatalf("%q says that a copy is to be removed", note)
		}
		if left, _ := filepath.Glob(filepath.Join(dir, ".guise-tmp-*")); len(left) > 0 {
			t.Fatal(left)
		}
	})
}
