package awsconfig

import (
	"os"
	"path/filepath"
	"reflect"
	"testing"
)

// TestParseInParts: a file that is taken apart in parts says what it says as a whole, wherever
// it is cut.
func TestParseInParts(t *testing.T) {
	cases, err := filepath.Glob("testdata/ini-cases/*")
	if err != nil || len(cases) == 0 {
		t.Fatal(cases, err)
	}
	texts := []string{"", bom, "[a]", "\n", "x = 1\n[a]\nb = 1\n [b]\r\n[c]\n", "[a]\n[b]\n  [c]\n# [d]\nx = 1\n  [e\n  y]\n"}
	for _, name := range cases {
		if data, err := os.ReadFile(name); err == nil {
			texts = append(texts, string(data), bom+string(data), string(data)+"[x]\n"+string(data))
		}
	}
	for _, text := range texts {
		whole := parseIn([]byte(text), len(text)+1)
		for size := range min(len(text), 200) {
			if parts := parseIn([]byte(text), size); !reflect.DeepEqual(parts, whole) {
				t.Fatalf("in parts of %d: %q", size, text)
			}
		}
	}
}
