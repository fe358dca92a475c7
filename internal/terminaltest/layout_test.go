package terminaltest

import (
	"regexp"
	"strings"
	"testing"
)

// screenOf is a screen of so many columns with a text on it: its terminal wraps what is
// longer.
func screenOf(columns int, text string) Screen {
	s := Screen{Columns: columns, Joined: strings.Split(strings.Trim(text, "\n"), "\n")}
	for _, line := range s.Joined {
		all := cells(line)
		for len(all) > columns {
			s.Lines = append(s.Lines, strings.Join(all[:columns], ""))
			all = all[columns:]
		}
		s.Lines = append(s.Lines, strings.Join(all, ""))
	}
	return s
}

func TestMisplaced(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want string // a part of what is said; "" for nothing
	}{
		"as wide as the terminal": {strings.Repeat("x", 30), ""},
		"wider":                   {strings.Repeat("x", 31), "31 columns wide"},
		"wide characters":         {strings.Repeat("本", 16), "32 columns wide"},
		"a box":                   {"╭─ a ─╮\n│ 本b │\n├─────┤\n╰─────╯", ""},
		"a box in a box":          {"╭──────╮\n│ ┌──┐ │\n│ │  │ │\n│ └──┘ │\n╰──────╯", ""},
		"two boxes":               {"┌─┐┌─┐\n│x││y│\n└─┘└─┘", ""},
		"a side that is bent":     {"╭───╮\n│ 本b │\n╰───╯", "the box of the ╭ in line 1, column 1"},
		"a box without a bottom":  {"╭───╮\n│ b │", "not whole"},
		"a corner alone":          {"a\n  ╯", "the box of the ╯ in line 2, column 3"},
		"a box that is too long":  {"╭───╮\n│ b │\n╰────╯", "not whole"},
		"a table":                 {"NAME  LEFT\na     -\n本本  12h\n\nsome words of prose", ""},
		"a table that ends":       {"│ NAME  LEFT │\n│ a     -    │\n├────────────┤\n│ prose here │", ""},
		"a column that is bent":   {"NAME  LEFT\na     -\nlonger x", "no gap before column 7: longer x"},
		"a wide name":             {"NAME  LEFT\n本本本  -", "no gap before column 7"},
		"prose":                   {"Flags:\n  -h, --help  AWS  X\nlonger and longer words", ""},
	} {
		got := strings.Join(screenOf(30, c.text).Misplaced(), "\n")
		if c.want == "" && got != "" || !strings.Contains(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	if got := screenOf(5, "ok\nmuch too long\nfine").Without(regexp.MustCompile("too")); len(got.Misplaced()) != 0 || got.String() != "ok\n\n\n\nfine\n" {
		t.Errorf("%q", got)
	}
}

func TestBroken(t *testing.T) {
	const whole = "assumes arn:aws:iam::111111111111:role/engineering/Admin as alice, for 4h\nNAME    WHAT\nlonger  yes\nshort-lived a-name-of-a-profile-that-is-longer-than-a-line"
	for name, c := range map[string]struct {
		text string
		want string
	}{
		"the same":             {strings.ReplaceAll(whole, "lived ", "lived\n"), ""},
		"between words":        {"assumes\narn:aws:iam::111111111111:role/engineering/Admin as\nalice, for 12h", ""},
		"after a slash":        {"assumes arn:aws:iam::111111111111:role/\nengineering/Admin as alice,", ""},
		"twice":                {"assumes arn:aws:iam::\n111111111111:role/\nengineering/Admin as", ""},
		"in a box":             {"│ assumes arn:aws:iam:: │ x\n│ 111111111111:role/    │\n│ engineering/Admin     │", `"x" stands at no other width`},
		"a cell that is cut":   {"NAME  WHAT\nlon…  yes", ""},
		"cut at its beginning": {"assumes …ineering/Admin", ""},
		"cut without a sign":   {"NAME  WHAT\nlong  yes", `"long" stands at no other width`},
		"cut by another sign":  {"NAME  WHAT\nlo··  yes", `"lo··" stands at no other width`},
		"of another word":      {"NAME  WHAT\nlang…  yes", `"lang…" stands at no other width`},
		"in the middle":        {"assumes arn:aws:iam::111111111111:role/engin\neering/Admin", `stands at no other width`},
		"by the terminal":      {"alice, for 4h\nassu\nmes", `"assu" stands at no other width`},
		"after another sign":   {"assumes arn:aws:iam::111111111111:role/engineering/Ad-\nmin", `stands at no other width`},
		"in a word with -":     {"short-\nlived", `"short-" stands`},
		"a name for no line":   {"a-name-of-a-profile-that-is-\nlonger-than-a-line", ""},
		"another number":       {"111111111112: alice, for 3h59m", `"111111111112:" stands`},
	} {
		got := strings.Join(Broken([]Screen{screenOf(60, c.text)}, []Screen{screenOf(140, whole)}), "\n")
		if c.want == "" && got != "" || !strings.Contains(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	for text, want := range map[string]string{
		"more columns than the others": "", "as ali\nce,": `"ali" is broken in its middle`, "arn:aws:iam::111111111111:role/\nengineering/Admin": "",
	} {
		if got := strings.Join(Broken([]Screen{screenOf(200, text)}, []Screen{screenOf(140, whole)}), "\n"); want == "" && got != "" || !strings.Contains(got, want) {
			t.Errorf("the widest: %q: %q, want %q", text, got, want)
		}
	}
}
