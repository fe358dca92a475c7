package display

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf16"

	"guise/internal/printable"
)

// JSON writes a value as indented JSON, for programs.
func JSON(v any) (string, error) {
	data, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return "", fmt.Errorf("JSON: %w", err)
	}
	return Escaped(string(data)) + "\n", nil
}

// Escaped writes characters that do not show, which JSON may hold as they are (C1,
// bidirectional overrides), by their numbers: JSON is looked at on terminals too.
func Escaped(json string) string {
	if printable.Text(strings.ReplaceAll(json, "\n", "")) {
		return json
	}
	var b strings.Builder
	for _, r := range json {
		if r == '\n' || printable.Rune(r) {
			b.WriteRune(r)
			continue
		}
		for _, unit := range utf16.Encode([]rune{r}) {
			_, _ = fmt.Fprintf(&b, `\u%04x`, unit)
		}
	}
	return b.String()
}
