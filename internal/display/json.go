package display

import (
	"bytes"
	"encoding"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"unicode/utf16"

	"guise/internal/printable"
)

// JSON writes a value as indented JSON, for programs. Of a list it writes one by one, which
// takes the memory of the answer and not several times that.
func JSON(v any) (string, error) {
	var b bytes.Buffer
	out := json.NewEncoder(&b)
	list, ok := asList(v)
	if !ok {
		out.SetIndent("", indent)
		if err := out.Encode(v); err != nil {
			return "", fmt.Errorf("JSON: %w", err)
		}
		return Escaped(b.String()), nil
	}
	out.SetIndent(indent, indent)
	var all strings.Builder
	for i := range list.Len() {
		b.Reset()
		if err := out.Encode(list.Index(i).Addr().Interface()); err != nil {
			return "", fmt.Errorf("JSON: %w", err)
		}
		if i == 0 {
			all.Grow((b.Len() + len(indent)) * list.Len() * 9 / 8) // others are about as long
			all.WriteString("[\n" + indent)
		} else {
			all.WriteString(",\n" + indent)
		}
		all.Write(bytes.TrimSuffix(b.Bytes(), []byte("\n")))
	}
	all.WriteString("\n]\n")
	return Escaped(all.String()), nil
}

const indent = "  "

// asList is a value that JSON shows as the list of its parts, of which there are some.
func asList(v any) (list reflect.Value, ok bool) {
	list = reflect.ValueOf(v)
	if list.Kind() != reflect.Slice || list.Len() == 0 || list.Type().Elem().Kind() == reflect.Uint8 {
		return list, false
	}
	_, itself := v.(json.Marshaler)
	_, asText := v.(encoding.TextMarshaler)
	return list, !itself && !asText
}

// Escaped writes characters that do not show, which JSON may hold as they are (C1,
// bidirectional overrides), by their numbers: JSON is looked at on terminals too.
func Escaped(json string) string {
	if isPlain(json) || printable.Text(strings.ReplaceAll(json, "\n", "")) {
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

// isPlain reports whether a text is ASCII that shows, and line ends.
func isPlain(text string) bool {
	for i := range len(text) {
		if (text[i] < ' ' || text[i] >= 0x7f) && text[i] != '\n' {
			return false
		}
	}
	return true
}
