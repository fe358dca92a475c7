package awsconfig

import "testing"

// TestSyncWords: what was done names the file, what would be done does not.
func TestSyncWords(t *testing.T) {
	for _, c := range []struct {
		of          SyncChanges
		done, would string
	}{
		{SyncChanges{}, "no accounts are granted", "no accounts are granted"},
		{SyncChanges{Unchanged: 2}, "2 profiles unchanged", "2 profiles unchanged"},
		{SyncChanges{Added: []string{"a"}}, "added 1 profile, in /c", "would add 1 profile"},
		{
			SyncChanges{Added: []string{"a", "b"}, Removed: []string{"c"}, Renamed: [][2]string{{"d", "e"}}, Unchanged: 3},
			"added 2 profiles, removed 1, renamed 1, 3 unchanged, in /c", "would add 2 profiles, remove 1, rename 1, 3 unchanged",
		},
		{SyncChanges{Renamed: [][2]string{{"d", "e"}}}, "renamed 1 profile, in /c", "would rename 1 profile"},
	} {
		if got := c.of.Done("/c"); got != c.done {
			t.Errorf("%q, want %q", got, c.done)
		}
		if got := c.of.Would(); got != c.would {
			t.Errorf("%q, want %q", got, c.would)
		}
	}
}
