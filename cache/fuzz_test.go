package cache

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// FuzzEntry: an entry that is not byte for byte what was put under its name is a miss,
// and harms neither who lists nor who sweeps.
func FuzzEntry(f *testing.F) {
	dir := f.TempDir()
	s := open(dir)
	if err := s.Put("a", []byte("value"), later); err != nil {
		f.Fatal(err)
	}
	path := filepath.Join(dir, entriesDir, "a")
	good, err := os.ReadFile(path) //nolint:gosec // of this test
	if err != nil {
		f.Fatal(err)
	}
	f.Add([]byte(nil), 0, byte(0))
	f.Add([]byte(magic), 0, byte(0))
	f.Add([]byte(magic+"\x7f\xff\xff\xff\xff\xff\xff\xff"), 0, byte(0))
	f.Add([]byte(magic+"\x00\x00\x00\x00\xff\xff\xff\xff_____________________________"), 0, byte(0))
	for i := range good {
		f.Add([]byte(nil), i, byte(1))
	}
	f.Fuzz(func(t *testing.T, data []byte, at int, flip byte) {
		if len(data) == 0 { // the good one, with a byte changed
			data = bytes.Clone(good)
			data[uint(at)%uint(len(data))] ^= flip //nolint:gosec // any place will do
		}
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		_ = os.Chtimes(filepath.Join(dir, entriesDir, ".swept"), time.Unix(0, 0), time.Unix(0, 0))
		value, ok := s.Get("a")
		if same := bytes.Equal(data, good); ok != same || ok && string(value) != "value" {
			t.Fatalf("%q: %q, %v", data, value, ok)
		}
		all, err := s.List()
		if err != nil || len(all) != 1 || all[0].Readable != ok {
			t.Fatalf("%q: %+v, %v", data, all, err)
		}
		s.sweep(filepath.Join(dir, entriesDir))
	})
}
