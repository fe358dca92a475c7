//go:build unix

package settings

import "testing"

// TestLogLevel: a variable only makes the log more, and what cannot be read is the most.
func TestLogLevel(t *testing.T) {
	for _, c := range []struct {
		file, variable, want string
		broken               int
	}{
		{"", "", "asked", 0},
		{"log = \"off\"\n", "", "off", 0},
		{"log = \"all\"\n", "", "all", 0},
		{"", "all", "all", 0},
		{"log = \"off\"\n", "asked", "asked", 0},
		{"log = \"asked\"\n", "off", "asked", 1},
		{"", "off", "asked", 1},
		{"log = \"all\"\n", "off", "all", 1},
		{"log = \"all\"\n", "asked", "all", 1},
		{"log = \"off\"\n", "off", "off", 0},
		{"log = \"sometimes\"\n", "", "all", 1},
		{"log = \"sometimes\"\n", "asked", "all", 1},
		{"log = off\n", "", "all", 1},
		{"logs = \"off\"\n", "", "all", 1},
		{"", "sometimes", "all", 1},
	} {
		s := readThese(t, c.file, "GUISE_LOG="+c.variable)
		if got := s.LogLevel(); got != c.want || len(s.Broken) != c.broken {
			t.Errorf("%q and %q: %s, %v, want %s", c.file, c.variable, got, s.Broken, c.want)
		}
		for _, e := range s.Broken {
			if !e.Protects() {
				t.Errorf("%v is not said", e)
			}
		}
	}
}
