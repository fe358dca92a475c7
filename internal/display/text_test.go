package display

import (
	"strings"
	"testing"

	"github.com/rivo/uniseg"
)

// TestText: between words; a word that no line has room for after its / or :; below the
// text that it belongs to.
func TestText(t *testing.T) {
	for _, c := range []struct {
		width int
		text  string
		want  string
	}{
		{0, strings.Repeat("word ", 40), strings.Repeat("word ", 40)},
		{20, "guise: prod: AWS denied it", "guise: prod: AWS\n       denied it"},
		{20, "  fix: guise adopt a b c d", "  fix: guise adopt a\n       b c d"},
		{40, "warning: the keys of alice are in plain text", "warning: the keys of alice are in plain\n         text"},
		{40, "  fix: unlock the OS keyring, or else do nothing", "  fix: unlock the OS keyring, or else do\n       nothing"},
		{40, "guise: /home/alice/.config/guise/config.toml line 1", "guise: /home/alice/.config/guise/\n       config.toml line 1"}, // no label stands alone
		{24, "  account      111 222 333 444 555", "  account      111 222\n    333 444 555"},
		{40, "  account      111 222 333 444 555 666 777", "  account      111 222 333 444 555 666\n               777"},
		{30, "assumes arn:aws:iam::444444444444:role/audit/ReadOnly as guise-alice", "assumes arn:aws:iam::\n  444444444444:role/audit/\n  ReadOnly as guise-alice"},
		{20, "in /home/alice/.config/aws/credentials line 3", "in /home/alice/\n  .config/aws/\n  credentials line 3"},
		{20, "  2. alice: makes an MFA session", "  2. alice: makes an\n     MFA session"},
		{10, "abcdefghijklmnop", "abcdefghij\n  klmnop"},
		{10, "日本日本日本日本", "日本日本日\n  本日本"},
		{12, "日本 日本日 本日本", "日本 日本日\n  本日本"},
		{10, "a\x1b[2Jb", "a�[2Jb"},
		{20, "https://example.com/a/b/c/d", "https://example.com/a/b/c/d"}, // to be opened
		{20, "open https://example.com/a/b", "open https://\n  example.com/a/b"},
		{10, "exactly 10", "exactly 10"},
		{10, "exactly 10 ", "exactly 10"},
	} {
		if got := (Look{Width: c.width}).Text(c.text); got != c.want+"\n" {
			t.Errorf("%d columns: %q, want %q", c.width, got, c.want)
		}
	}
}

// FuzzText: at a terminal no line is wider than it, nothing but spaces is lost, and a
// line ends in the middle of a word only where the word is wider than a line.
func FuzzText(f *testing.F) {
	f.Add("guise: prod: AWS denied AssumeRole for arn:aws:iam::444444444444:role/audit/ReadOnly", 30)
	f.Add("  1. 日本: e\u0301 x", 7)
	f.Fuzz(func(t *testing.T, text string, width int) {
		width = 4 + (width&0x7fffffff)%100
		got := Look{Width: width}.Text(text)
		bare := func(s string) string { return strings.ReplaceAll(strings.ReplaceAll(s, " ", ""), "\n", "") }
		if bare(got) != bare(line(text)) {
			t.Errorf("%q became %q", text, got)
		}
		for shown := range strings.SplitSeq(got, "\n") {
			if n := uniseg.StringWidth(shown); n > width && !isURL(shown) {
				t.Errorf("%d columns: %q takes %d", width, shown, n)
			}
		}
	})
}

// TestLabels: a word that guise begins a line with has its colour, at a terminal with colours;
// a heading is strong; nothing else.
func TestLabels(t *testing.T) {
	for text, want := range map[string]string{
		"guise: prod: no":   "\x1b[1mguise:\x1b[0m prod: no", // nothing has failed: see Fault
		"hint: guise list":  "\x1b[36mhint:\x1b[0m guise list",
		"  fix: guise lock": "  \x1b[36mfix:\x1b[0m guise lock",
		"serious: it is":    "\x1b[31mserious:\x1b[0m it is",
		"In this terminal:": "\x1b[1mIn this terminal:\x1b[0m",
		"prod: Admin":       "prod: Admin",
		"  prod:":           "  prod:",
		"guise":             "guise",
		"":                  "",
	} {
		if got := (Look{Colour: true}).Text(text); got != want+"\n" {
			t.Errorf("%q, want %q", got, want)
		}
		if got := (Look{}).Text(text); got != text+"\n" {
			t.Errorf("%q without colours: %q", text, got)
		}
	}
}

// TestFault: what has failed has another colour than what guise only says; a name in it that
// looks like the label has none.
func TestFault(t *testing.T) {
	if got := (Look{Colour: true}).Fault("guise: no\x1b[m"); got != "\x1b[31mguise:\x1b[0m guise: no\ufffd[m\n" {
		t.Errorf("%q", got)
	}
	if got := (Look{}).Fault("prod: no"); got != "guise: prod: no\n" {
		t.Errorf("%q", got)
	}
}

// TestProse: paragraphs are wrapped again, and what is indented stays.
func TestProse(t *testing.T) {
	text := "One two three four\nfive six.\n\nA new one:\n  guise use   a very long example of it\nand on"
	want := "One two three four five\nsix.\n\nA new one:\n  guise use   a very long\n    example of it\nand on\n"
	if got := (Look{Width: 25}).Prose(text); got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// TestAddressInAHint: an address at the end of a hint begins a new line, and stays whole
// there where no line has room for it.
func TestAddressInAHint(t *testing.T) {
	page := "https://access.example.com/new?account=600000000001&role=Nonexistent"
	if got, want := (Look{Width: 60}).Text("hint: ask for access: "+page), "hint: ask for access:\n      "+page+"\n"; got != want {
		t.Errorf("%q", got)
	}
}
