package person

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"guise/internal/files"
)

// TestNotesAreTidied: who leaves a note removes those that do not count any more, and nothing
// else that is in the folder.
func TestNotesAreTidied(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	write := func(name string, age time.Duration) {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, now.Add(-age), now.Add(-age)); err != nil {
			t.Fatal(err)
		}
	}
	for name, age := range map[string]time.Duration{
		"absent-1": 2 * noteAge, "told-1": 2 * noteAge, "absent-2": time.Minute, "told-2": notifyAgain, "told-3": -time.Minute,
		"ends-1-1": 2 * noteAge, "1": 2 * noteAge, "mine": 2 * noteAge,
	} {
		write(name, age)
	}
	if err := os.Mkdir(filepath.Join(dir, "absent-dir"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("mine", filepath.Join(dir, "told-link")); err != nil {
		t.Fatal(err)
	}
	p, _ := somebody(Background, nil)
	p.o.Runtime = []files.Folder{{Root: dir}}
	left := func() (names []string) {
		entries, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			names = append(names, e.Name())
		}
		return names
	}
	p.noteAbsence("4", 0, time.Second)
	if got, want := left(), []string{"1", "absent-2", "absent-4", "absent-dir", "ends-1-1", "mine", "told-2", "told-3", "told-link"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if !p.absent("4", 0, time.Second) {
		t.Error("the note itself is gone")
	}
}
