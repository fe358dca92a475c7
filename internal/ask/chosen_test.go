package ask

import (
	"testing"

	"guise/internal/match"
)

// TestChosen: Enter takes the row at which it was pressed. Where the list of what is typed
// was not there yet, and nothing was moved, it takes the first of that list. Of what is no
// row at all (fzf's --accept-nth, a list that is empty) it takes nothing.
func TestChosen(t *testing.T) {
	l := list{}
	for _, name := range []string{"prod", "deploy", "org-deploy", "test"} {
		l.Rows = append(l.Rows, listed{Key: name, Line: name, Match: match.Profile{Name: name}})
	}
	line := func(name, typed string) string { return name + "\t" + markOf(typed) + "\t" + name }
	for _, c := range []struct{ query, line, want string }{
		{"", line("test", ""), "test"},
		{"dep", line("org-deploy", "dep"), "org-deploy"},
		{"dep", line("prod", ""), "deploy"},             // at once
		{"dep", line("deploy", "d"), "deploy"},          // after one letter
		{"dep", line("org-deploy", "de"), "org-deploy"}, // moved, before the list of dep
		{"tes", line("test", "testx"), "test"},          // after a letter was taken away
		{"zzz", line("prod", ""), ""},
		{"", "", ""},
		{"dep", "", ""},
		{"", "test", "test"},
		{"", "x", ""},
		{"", "other\t" + markOf("") + "\tother", ""},
	} {
		i, err := l.chosen(c.query, c.line)
		if got := ""; err == nil {
			if got = l.Rows[i].Key; got != c.want {
				t.Errorf("%q at %q: %s, want %q", c.query, c.line, got, c.want)
			}
		} else if c.want != "" {
			t.Errorf("%q at %q: %v", c.query, c.line, err)
		}
	}
}
