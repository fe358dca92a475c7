//go:build unix

package cmd

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

// TestJSONKeys: every command that has --json is called with it in a story, and stories
// fail where a key is not in lower_snake_case. (What credential-process and export print is
// in the form of AWS and has no such flag.)
func TestJSONKeys(t *testing.T) {
	stories, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, story := range stories {
		data, err := os.ReadFile(story)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(data)
	}
	w, _, _ := here(t, nil)
	found := 0
	var walk func(c *cobra.Command)
	walk = func(c *cobra.Command) {
		if c.Flags().Lookup("json") != nil {
			found++
			_, words, _ := strings.Cut(c.CommandPath(), " ")
			if !regexp.MustCompile(`(?m)^guise (\S+=\S* )*` + words + ` (.* )?--json`).MatchString(all.String()) {
				t.Errorf("no story plays %s --json", c.CommandPath())
			}
		}
		for _, sub := range c.Commands() {
			walk(sub)
		}
	}
	walk(newRoot(newApp(w)))
	if found < 10 {
		t.Errorf("%d commands have --json", found)
	}
	for text, want := range map[string]string{`{"a_b": [{"c2": {}}]}`: "", `[]`: "", "no JSON": "", `[{"a": {"Arn": 1}}]`: "Arn", `{"a-b": 1}`: "a-b", `{"camelCase": 1}`: "camelCase"} {
		if got := oddKey(text); got != want {
			t.Errorf("%s: %q", text, got)
		}
	}
}

// oddKey is a key of a JSON text that is not in lower_snake_case; empty where there is none.
func oddKey(text string) string {
	var v any
	if json.Unmarshal([]byte(text), &v) != nil {
		return ""
	}
	snake := regexp.MustCompile(`^[a-z][a-z0-9]*(_[a-z0-9]+)*$`)
	var odd func(v any) string
	odd = func(v any) string {
		switch v := v.(type) {
		case []any:
			for _, one := range v {
				if key := odd(one); key != "" {
					return key
				}
			}
		case map[string]any:
			for key, value := range v {
				if !snake.MatchString(key) {
					return key
				}
				if key := odd(value); key != "" {
					return key
				}
			}
		}
		return ""
	}
	return odd(v)
}
