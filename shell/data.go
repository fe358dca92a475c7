package shell

import (
	"encoding/json"
	"strings"
	"unicode/utf16"
)

// dataOf writes changes for a hook that evaluates nothing: one JSON object with env, the
// variables of the environment, null for one that is to be gone, and hook, what the hook
// keeps for guise. It is ASCII alone, whatever encoding the shell takes its input for.
//
// Variables of the shell that are not exported have nothing to do with those of the
// environment there, and stay as they are: so none is kept or given back.
func dataOf(changes []Change) string {
	data := struct {
		Env  map[string]*string `json:"env"`
		Hook map[string]string  `json:"hook"`
	}{map[string]*string{}, map[string]string{}}
	for _, c := range changes {
		name, own := strings.CutPrefix(c.Name, "__guise_")
		switch {
		case c.Keep:
		case own:
			data.Hook[name] = c.Value
		case c.Unset:
			data.Env[c.Name] = nil
		default:
			data.Env[c.Name] = &c.Value
		}
	}
	text, _ := json.Marshal(data) // texts alone: it cannot fail
	return ascii(string(text)) + "\n"
}

// ascii writes what is not ASCII in a JSON text as escapes.
func ascii(text string) string {
	const digits = "0123456789abcdef"
	var b strings.Builder
	for _, r := range text {
		if r < 0x80 {
			b.WriteRune(r)
			continue
		}
		for _, unit := range utf16.Encode([]rune{r}) {
			b.WriteString(`\u`)
			for shift := 12; shift >= 0; shift -= 4 {
				b.WriteByte(digits[unit>>shift&0xf])
			}
		}
	}
	return b.String()
}
