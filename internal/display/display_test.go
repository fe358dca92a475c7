package display

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
)

func TestOn(t *testing.T) {
	if got := On(&bytes.Buffer{}, false); got != (Look{}) {
		t.Errorf("%+v", got)
	}
}

func TestDiff(t *testing.T) {
	diff := "--- a\n+++ a\n@@ line 1 @@\n-a b c d e\n+b\x1b[2J\r\n c\n"
	if got, want := (Look{Width: 7}).Diff(diff), "--- a\n+++ a\n@@ line\n  1 @@\n-a b c\n  d e\n+b�[2J\n c\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got := (Look{Colour: true}).Diff(diff); !strings.Contains(got, "\x1b[1m--- a\x1b[0m\n") || !strings.Contains(got, "\x1b[31m-a b c d e\x1b[0m\n\x1b[32m+b�[2J\x1b[0m\n c\n") {
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

type texts []string

func (texts) MarshalText() ([]byte, error) { return []byte("texts"), nil }

// TestJSONOfLists: a list is written one by one as it would be as a whole.
func TestJSONOfLists(t *testing.T) {
	type row struct {
		Name string   `json:"name"`
		More []string `json:"more,omitempty"`
	}
	for _, v := range []any{
		[]row{{"a<b>", nil}, {"é", []string{"x", "y"}}, {}},
		[]row{{}},
		[]row{},
		[]row(nil),
		[]int{1, 2},
		[][]string{{"a"}, {}, nil},
		[]any{nil, 1.5, "x"},
		[]*row{nil, {"a", nil}},
		[]byte("abc"),
		[]json.RawMessage{json.RawMessage(`{"a":1}`)},
		json.RawMessage(`[1]`),
		texts{"a"},
		row{"a", []string{"b"}},
		[2]int{1, 2},
		nil,
	} {
		want, err := json.MarshalIndent(v, "", "  ")
		if got, failed := JSON(v); err != nil || failed != nil || got != string(want)+"\n" {
			t.Errorf("%s %v, want %s %v", got, failed, want, err)
		}
	}
	if _, err := JSON([]any{1, func() {}}); err == nil {
		t.Error("a function is JSON")
	}
}
