package ask

import (
	"bufio"
	"io"
	"strings"
	"testing"
)

// FuzzAssuan: whatever a pinentry says, an answer is what it has given as data between
// its greeting and an OK to GETPIN; a conversation that breaks off gives none.
func FuzzAssuan(f *testing.F) {
	const greeting = "OK Pleased to meet you\nOK\nOK\nOK\n"
	for _, said := range []string{
		greeting + "D 12%2534%0A\nOK\n", greeting + "D 123\nD 456\r\nOK\n", greeting + "OK\n", greeting + "ERR 83886179 Operation cancelled <Pinentry>\n",
		greeting + "D 123456\n", "ERR 1\n", "OK\nERR 83886179\nERR 0\nERR x y\nD 1\nOK\n", greeting + "S PASSWORD_FROM_CACHE\n# note\nD %\nOK\n", "", "\xff\n\n",
	} {
		f.Add(said)
	}
	f.Fuzz(func(t *testing.T, said string) {
		d := Dialog{Getenv: func(string) string { return "" }}
		got, err := d.assuan(io.Discard, bufio.NewReader(strings.NewReader(said)), Words{Title: "guise", Text: "x", hidden: true})
		if err != nil {
			if !got.Empty() {
				t.Fatalf("%q: %q and %v", said, got.Reveal(), err)
			}
			return
		}
		data, ends := "", 0
		for line := range strings.Lines(said) {
			word, rest, _ := strings.Cut(strings.TrimRight(line, "\r\n"), " ")
			switch word {
			case "OK", "ERR":
				ends++
				if ends == 5 { // the greeting, three settings, GETPIN
					if word != "OK" || data != got.Reveal() {
						t.Fatalf("%q: %q, want %q", said, got.Reveal(), data)
					}
					return
				}
				data = ""
			case "D":
				data += decode(rest)
			}
		}
		t.Fatalf("%q: %q, with no OK", said, got.Reveal())
	})
}
