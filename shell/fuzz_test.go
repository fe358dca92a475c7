package shell

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// FuzzQuote: a value that is written is read back as it is by a model of each
// language's own rules, and is the one word of its line; one with a control character
// is refused, by an error without the value.
func FuzzQuote(f *testing.F) {
	for _, value := range append(ugly(), "wJalrXUtnFEMI/K7MDENG+=", "\u2019; x", "\u201b\u201a\u2018", "\u0085", "\u202e", "a=b c") {
		f.Add(value)
	}
	f.Fuzz(func(t *testing.T, value string) {
		control := strings.ContainsFunc(value, unicode.IsControl)
		change := []Change{{Name: "AWS_X", Value: value, Exported: true}}
		check := func(form, before, text string, err error, read func(string) (string, bool)) {
			t.Helper()
			if err != nil {
				if text != "" || len(value) > 8 && strings.Contains(err.Error(), value) && !strings.Contains(holdsControl+bare("'"), value) {
					t.Fatalf("%s: %q and %v", form, text, err)
				}
				return
			}
			word, ok := strings.CutPrefix(text, before)
			word, end := strings.CutSuffix(word, "\n")
			if got, whole := read(word); control || !ok || !end || !whole || got != value {
				t.Fatalf("%s: %q is written %q and read as %q", form, value, text, got)
			}
		}
		for form, reader := range map[string]struct {
			before string
			read   func(string) (string, bool)
		}{
			"env": {"export AWS_X=", posix}, "fish": {"set -gx AWS_X ", fish}, "powershell": {"$Env:AWS_X = ", powershell},
			"dotenv": {"AWS_X=", func(s string) (string, bool) {
				return s, strings.Trim(s, "-_.:/@%+=,") == "" || strings.IndexFunc(s, notPlain) < 0
			}},
		} {
			format, _ := FormatNamed(form)
			text, err := format.Write(change)
			if (err != nil) != control && form != "dotenv" {
				t.Fatalf("%s: %q: %v", form, value, err)
			}
			check(form, reader.before, text, err, reader.read)
		}
		for _, d := range dialects() {
			text, err := d.Script(change)
			if d.data {
				fuzzData(t, d, value, text, err)
				continue
			}
			language := map[string]struct {
				before string
				read   func(string) (string, bool)
			}{
				"zsh": {`\builtin export AWS_X=`, posix}, "bash": {`\builtin export AWS_X=`, posix}, "fish": {"set -gx AWS_X ", fish},
				"posix": {`\export AWS_X=`, posix}, "tcsh": {`setenv AWS_X `, tcsh},
			}[d.name]
			check(d.name, language.before, text, err, language.read)
		}
		if err := INI(change); err == nil && (strings.TrimSpace(value) != value || strings.ContainsAny(value, "\"'`\\\n\r")) {
			t.Fatalf("INI takes %q", value)
		}
	})
}

// fuzzData: what is written for a hook that evaluates nothing is ASCII and has the value;
// and the dialect's own word for it is read back by a model of its rules.
func fuzzData(t *testing.T, d Dialect, value, text string, err error) {
	t.Helper()
	if err != nil || !utf8.ValidString(value) {
		return // AWS and the state of a terminal are UTF-8
	}
	var got struct{ Env map[string]string }
	if err := json.Unmarshal([]byte(text), &got); err != nil || got.Env["AWS_X"] != value || strings.ContainsFunc(text, func(r rune) bool { return r > unicode.MaxASCII }) {
		t.Fatalf("%s: %q is written %q: %v", d.name, value, text, err)
	}
	read := map[string]func(string) (string, bool){"xonsh": fish, "elvish": doubled, "nushell": escaped, "powershell": powershell}[d.name]
	if back, ok := read(d.Quote(value)); !ok || back != value {
		t.Fatalf("%s: %q is quoted %s and read as %q", d.name, value, d.Quote(value), back)
	}
}

// escaped reads a word in quotation marks, where a backslash is an escape, and a ! is only
// written as one.
func escaped(word string) (value string, ok bool) {
	if strings.Contains(word, "!") {
		return "", false
	}
	word = strings.ReplaceAll(strings.ReplaceAll(word, `\\`, "\x00"), `\u{21}`, "!")
	word = strings.ReplaceAll(word, "\x00", `\\`)
	swap := strings.NewReplacer(`"`, "'", "'", `"`)
	value, ok = fish(swap.Replace(word))
	return swap.Replace(value), ok
}

// doubled reads a word in apostrophes, where two stand for one.
func doubled(word string) (value string, ok bool) {
	inside, ok := strings.CutPrefix(word, "'")
	inside, end := strings.CutSuffix(inside, "'")
	value = strings.ReplaceAll(inside, "''", "'")
	return value, ok && end && strings.Count(inside, "'") == 2*strings.Count(value, "'")
}

func notPlain(r rune) bool {
	return r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("-_.:/@%+=,", r)
}

// posix reads a word as sh does: what is in apostrophes as it stands, what follows a
// backslash outside of them as it stands. Not ok where anything else is outside.
func posix(word string) (value string, ok bool) {
	var b strings.Builder
	for inside, i := false, 0; i < len(word); i++ {
		switch c := word[i]; {
		case c == '\'':
			inside = !inside
		case inside:
			b.WriteByte(c)
		case c == '\\' && i+1 < len(word):
			i++
			b.WriteByte(word[i])
		default:
			return "", false
		}
		if i == len(word)-1 && inside {
			return "", false
		}
	}
	return b.String(), word != ""
}

// tcsh reads a word as sh does, but that a ! without a backslash before it is for the
// history, in apostrophes too.
func tcsh(word string) (value string, ok bool) {
	if strings.Contains(strings.ReplaceAll(word, `\!`, ""), "!") {
		return "", false
	}
	return posix(strings.ReplaceAll(word, `\!`, "!"))
}

// fish reads a word as fish does: in apostrophes, where a backslash is an escape
// before an apostrophe and before itself.
func fish(word string) (value string, ok bool) {
	var b strings.Builder
	for i := 1; i < len(word); i++ {
		switch c := word[i]; {
		case c == '\'':
			return b.String(), word[0] == '\'' && i == len(word)-1
		case c == '\\' && i+1 < len(word) && strings.IndexByte(`\'`, word[i+1]) >= 0:
			i++
			b.WriteByte(word[i])
		default:
			b.WriteByte(c)
		}
	}
	return "", false
}

// powershell reads a literal string: any of five apostrophes ends it, unless another
// follows.
func powershell(word string) (value string, ok bool) {
	const apostrophes = "'\u2018\u2019\u201a\u201b"
	inside, found := strings.CutPrefix(word, "'")
	var b strings.Builder
	for inside != "" {
		at := strings.IndexAny(inside, apostrophes)
		if at < 0 {
			return "", false
		}
		b.WriteString(inside[:at])
		inside = inside[at:]
		first := []rune(inside)[0]
		inside = inside[len(string(first)):]
		if inside == "" {
			return b.String(), found && first == '\''
		}
		if second := []rune(inside)[0]; !strings.ContainsRune(apostrophes, second) {
			return "", false
		}
		b.WriteRune(first)
		inside = inside[len(string([]rune(inside)[0])):]
	}
	return "", false
}
