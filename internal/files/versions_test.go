package files

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestVersionsOfAnyName: the last ten versions of each file stay, whatever it is called, and
// none of another's goes.
func TestVersionsOfAnyName(t *testing.T) {
	v := Versions{t.TempDir()}
	names := []string{"config", "c*", "x[1]", "config.2026", "con?ig", `back\\slash`, "[", "credentials"}
	for n := range kept + 3 {
		for _, name := range names {
			if err := v.Keep(name, fmt.Appendf(nil, "%s %d", name, n)); err != nil {
				t.Fatal(err)
			}
		}
	}
	all, err := os.ReadDir(v.Dir)
	if err != nil {
		t.Fatal(err)
	}
	count := map[string]int{}
	for _, one := range all {
		data, err := os.ReadFile(filepath.Join(v.Dir, one.Name()))
		if err != nil {
			t.Fatal(err)
		}
		name, n, _ := strings.Cut(string(data), " ")
		if n == "0" || n == "1" || n == "2" {
			t.Errorf("%s: version %s is still there, and a later one is gone", name, n)
		}
		count[name]++
	}
	for _, name := range names {
		if count[name] != kept {
			t.Errorf("%s: %d versions", name, count[name])
		}
	}
}

// TestTheNewVersionStays: ten versions from a time when the clock was ahead do not push
// out the one that was just made.
func TestTheNewVersionStays(t *testing.T) {
	v := Versions{t.TempDir()}
	var ahead []string
	for i := range kept {
		path := filepath.Join(v.Dir, "config."+time.Now().UTC().AddDate(1, 0, i).Format(versionTime))
		ahead = append(ahead, path)
		if err := os.WriteFile(path, []byte("ahead"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 3 {
		text := fmt.Sprint("new ", i)
		if err := v.Keep("config", []byte(text)); err != nil {
			t.Fatal(err)
		}
		all, err := os.ReadDir(v.Dir) // those of the future are last
		if err != nil || len(all) != kept {
			t.Fatal(len(all), err)
		}
		if data, err := os.ReadFile(filepath.Join(v.Dir, all[0].Name())); string(data) != text {
			t.Errorf("%q is there for %q: %v", data, text, err)
		}
	}
	if _, err := os.Stat(ahead[0]); err == nil {
		t.Error("the oldest of the others is still there")
	}
}
