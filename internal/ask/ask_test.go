package ask

import (
	"context"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"guise/internal/display"
)

func TestSanitise(t *testing.T) {
	for in, want := range map[string]string{
		"plain é 日本": "plain é 日本", "a\x1b[31mb": "a�[31mb", "two\nlines\r": "two lines�", "tab\tx": "tab x", "\x9b31m": "�31m",
		"right\u202eleft": "right�left", "zero\u200bwidth": "zero�width", "\x00": "�", "line\u2028x": "line�x", "": "",
	} {
		if got := Sanitise(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestIsCode(t *testing.T) {
	for s, want := range map[string]bool{"123456": true, "12345678": true, "12345": false, "123456789": false, "12345a": false, "": false, "１２３４５６": false} {
		if isCode(s) != want {
			t.Errorf("%q: %v", s, !want)
		}
	}
}

func TestCommand(t *testing.T) {
	env := append(os.Environ(), "GUISE_PROFILE=prod")
	got, err := Command(t.Context(), `test "$GUISE_PROFILE" = prod && echo " 123 456 "`, env)
	if err != nil || got.Reveal() != "123456" {
		t.Errorf("%v", err)
	}
	for command, says := range map[string]string{
		"exit 3": "exit status 3", "echo secret-987654": "not a code", "true": "not a code", "no-such-program-anywhere": "127", "echo 123456; exit 1": "exit status 1", "printf '123456\\n654321\\n'": "not a code",
	} {
		_, err := Command(t.Context(), command, env)
		if !errors.As(err, new(*CommandError)) || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v, want %q", command, err, says)
		}
		if err != nil && (strings.Contains(err.Error(), "987654") || strings.Contains(err.Error(), "123456")) {
			t.Errorf("%s: what it printed is in the error: %v", command, err)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := Command(ctx, "sleep 1000; true", env); !errors.Is(err, ErrCancelled) { // to wait for its end would be to hang
		t.Error(err)
	}
}

// TestTable: columns below each other, without those that are empty in all rows; a star at
// the row that is marked, and a cut where the terminal ends.
func TestTable(t *testing.T) {
	p := Picker{
		Columns: []display.Column{{Name: "NAME"}, {Name: "NOTE"}, {Name: "LAST COLUMN"}},
		Rows:    []Row{{Cells: []string{"a", "", "one\x1b"}}, {Cells: []string{"long é", "", "x"}}, {Cells: []string{"名前", "", "y"}, Marked: true}},
	}
	heading, got := p.table(80)
	if want := []string{"  a       one�", "  long é  x", "* 名前    y"}; !slices.Equal(got, want) || heading != "  NAME    LAST COLUMN" {
		t.Errorf("%q %q, want %q", heading, got, want)
	}
	if heading, got := p.table(14); heading != "  NAME   LAST…" || got[1] != "  long…  x" {
		t.Errorf("%q %q", heading, got)
	}
	p.Columns = make([]display.Column, 3)
	if heading, got := p.table(80); heading != "" || got[0] != "  a       one�" {
		t.Errorf("%q %q", heading, got)
	}
}

func TestShellWords(t *testing.T) {
	if got := shellWords([]string{"/my tools/guise", "it's", "$(x)"}); got != `'/my tools/guise' 'it'\''s' '$(x)'` {
		t.Error(got)
	}
}
