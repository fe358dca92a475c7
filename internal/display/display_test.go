package display

import (
	"strings"
	"testing"
)

func TestTable(t *testing.T) {
	rows := [][]string{{"NAME", "WHAT"}, {"a\x1b[2J", ""}, {"longer", "x"}}
	if got, want := Table(rows, false), "NAME    WHAT\na�[2J   -\nlonger  x\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got := Table(rows, true); !strings.HasPrefix(got, "\x1b[1mNAME    WHAT\x1b[0m\n") {
		t.Errorf("%q", got)
	}
	if rows[1][1] != "" {
		t.Error("the caller's rows are changed")
	}
}

func TestDiff(t *testing.T) {
	diff := "--- a\n+b\x1b[2J\r\n c\n"
	if got, want := Diff(diff, false), "--- a\n+b�[2J\n c\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got := Diff(diff, true); !strings.Contains(got, "\x1b[31m--- a\x1b[0m\n\x1b[32m+b�[2J\x1b[0m\n c\n") {
		t.Errorf("%q", got)
	}
}

func TestJSON(t *testing.T) {
	got, err := JSON(map[string]string{"a": "\u0085\u202e😀\n"})
	if want := "{\n  \"a\": \"\\u0085\\u202e😀\\n\"\n}\n"; got != want || err != nil {
		t.Errorf("%q, %v", got, err)
	}
	if _, err := JSON(func() {}); err == nil {
		t.Error("a function is JSON")
	}
}
