package awsconfig

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// TestTheNewVersionStays: ten versions from a time when the clock was ahead do not push
// out the one that was just made.
func TestTheNewVersionStays(t *testing.T) {
	b := backups{t.TempDir()}
	var ahead []string
	for i := range kept {
		path := filepath.Join(b.dir, "config."+time.Now().UTC().AddDate(1, 0, i).Format(versionTime))
		ahead = append(ahead, path)
		if err := os.WriteFile(path, []byte("ahead"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 3 {
		text := fmt.Sprint("new ", i)
		if err := b.keep("config", []byte(text)); err != nil {
			t.Fatal(err)
		}
		all, err := os.ReadDir(b.dir) // those of the future are last
		if err != nil || len(all) != kept {
			t.Fatal(len(all), err)
		}
		if data, err := os.ReadFile(filepath.Join(b.dir, all[0].Name())); string(data) != text {
			t.Errorf("%q is there for %q: %v", data, text, err)
		}
	}
	if _, err := os.Stat(ahead[0]); err == nil {
		t.Error("the oldest of the others is still there")
	}
}
