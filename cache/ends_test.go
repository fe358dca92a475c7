package cache

import (
	"maps"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// TestEnds: of what can be opened and has not ended.
func TestEnds(t *testing.T) {
	dir := t.TempDir()
	s := open(dir)
	put(t, s, "good", "x")
	put(t, s, "damaged", "x")
	if err := s.Put("ended", nil, now); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, entriesDir, "damaged")
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	data[len(data)-1] ^= 1
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	if ends, err := s.Ends(); err != nil || !maps.EqualFunc(ends, map[string]time.Time{"good": later}, time.Time.Equal) {
		t.Errorf("%v, %v", ends, err)
	}
	if ends, err := opened(dir, later).Ends(); err != nil || len(ends) > 0 {
		t.Errorf("%v, %v", ends, err)
	}
}

// TestEndsOfNoFolder: a cache that is not there has none; one that cannot be looked into
// is an error.
func TestEndsOfNoFolder(t *testing.T) {
	dir := t.TempDir()
	if ends, err := open(dir).Ends(); err != nil || ends == nil || len(ends) > 0 {
		t.Errorf("%v, %v", ends, err)
	}
	if err := os.WriteFile(filepath.Join(dir, entriesDir), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if ends, err := open(dir).Ends(); err == nil || ends != nil {
		t.Errorf("%v, %v", ends, err)
	}
}
