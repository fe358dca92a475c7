package display

import (
	"strings"
	"testing"

	"github.com/rivo/uniseg"
)

func profiles(marked int) Table {
	return Table{
		Columns: []Column{{Name: "NAME", Cut: 12}, {Name: "KIND", Drop: 2}, {Name: "ROLE", Drop: 3, Cut: 8}, {Name: "MFA", Drop: 1}, {Name: "LEFT"}},
		Rows: [][]string{
			{"production-of-europe", "role", "AdministratorOfAll", "yes", "3h"},
			{"日本", "sso", "Viewer", "", ""},
			{"e\u0301te\u0301", "sso", "", "", "59m"},
		},
		Marked: func(i int) bool { return i == marked },
	}
}

// TestTable: what is shown where there is room for everything, and for less and less.
func TestTable(t *testing.T) {
	for _, c := range []struct {
		width, marked int
		want          string
	}{
		{0, -1, `
NAME                  KIND  ROLE                MFA  LEFT
production-of-europe  role  AdministratorOfAll  yes  3h
日本                  sso   Viewer              -    -
été                   sso   -                   -    59m
`},
		{60, 1, `
  NAME                  KIND  ROLE                MFA  LEFT
  production-of-europe  role  AdministratorOfAll  yes  3h
* 日本                  sso   Viewer              -    -
  été                   sso   -                   -    59m
`},
		{50, -1, `
NAME             KIND  ROLE              MFA  LEFT
production-of-…  role  AdministratorOf…  yes  3h
日本             sso   Viewer            -    -
été              sso   -                 -    59m
`},
		{36, -1, `
NAME          KIND  ROLE        LEFT
production-…  role  Administr…  3h
日本          sso   Viewer      -
été           sso   -           59m
`},
		{20, 0, `
  NAME          LEFT
* production-…  3h
  日本          -
  été           59m
`},
		{9, -1, `
NA…  LEFT
pr…  3h
日…  -
été  59m
`},
	} {
		got := Look{Width: c.width}.Table(profiles(c.marked))
		t.Logf("%d:\n%s", c.width, got)
		if "\n"+strings.ReplaceAll(got, "e\u0301", "é") != c.want {
			t.Errorf("%d columns:\n%swant\n%s", c.width, got, c.want[1:])
		}
	}
}

// TestTableFits: at every width, no line is wider than the terminal, columns stand
// below their names, and what is cut ends in "…".
func TestTableFits(t *testing.T) {
	for width := 13; width < 80; width++ { // 13: five columns cannot be narrower
		for marked := range 4 {
			table := profiles(marked - 1)
			got := Look{Width: width}.Table(table)
			for text := range strings.SplitSeq(got, "\n") {
				if n := uniseg.StringWidth(text); n > width {
					t.Errorf("%d columns: %q takes %d", width, text, n)
				}
				if strings.HasSuffix(text, " ") {
					t.Errorf("%q", text)
				}
			}
			coloured := Look{Width: width, Colour: true}.Table(table)
			if plain := withoutColours(coloured); plain != got {
				t.Errorf("colours change what is shown:\n%s\n%s", plain, got)
			}
		}
	}
}

// TestTableSanitised: no cell steers the terminal or makes a second line; an empty one
// is a dash. The caller's rows stay as they are.
func TestTableSanitised(t *testing.T) {
	table := Table{Columns: []Column{{Name: "NAME"}, {Name: "WHAT", Style: func(cell string) Style {
		if cell == "x" {
			return Bad
		}
		return Plain
	}}}, Rows: [][]string{{"a\x1b[2J", ""}, {"longer\n", "x"}}}
	if got, want := (Look{}).Table(table), "NAME     WHAT\na�[2J    -\nlonger   x\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got, want := (Look{Colour: true}).Table(table), "\x1b[1mNAME     WHAT\x1b[0m\na�[2J    -\nlonger   \x1b[31mx\x1b[0m\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if table.Rows[0][1] != "" {
		t.Error("the caller's rows are changed")
	}
}

func withoutColours(text string) string {
	var b strings.Builder
	for text != "" {
		before, after, found := strings.Cut(text, "\x1b[")
		b.WriteString(before)
		if !found {
			break
		}
		_, text, _ = strings.Cut(after, "m")
	}
	return b.String()
}
