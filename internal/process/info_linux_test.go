package process

import "testing"

// TestCutStat: the name of a process may hold anything, and ends at the last parenthesis.
func TestCutStat(t *testing.T) {
	for stat, want := range map[string]string{
		"7 (bash) S 1 7 7 0": "bash|S 1 7 7 0", "7 (a) R 2 (b)) S 1 7": "a) R 2 (b)|S 1 7", "7 (()) S 1": "()|S 1", "7 () S 1": "|S 1",
	} {
		if name, rest, ok := cutStat([]byte(stat)); !ok || string(name)+"|"+string(rest) != want {
			t.Errorf("%s: %q %q %v", stat, name, rest, ok)
		}
	}
	for _, broken := range []string{"", "7", "7 (bash", "7 (bash)", "7 bash) "} {
		if name, rest, ok := cutStat([]byte(broken)); ok {
			t.Errorf("%s: %q %q", broken, name, rest)
		}
	}
}
