package ask

import (
	"reflect"
	"strconv"
	"testing"

	"guise/internal/display"
	"guise/internal/match"
)

// FuzzRows: a list comes out of its file as it went in, but for case; nothing else is one.
func FuzzRows(f *testing.F) {
	f.Add("prod", "prod  111111111111", "31", true, []byte{1, 'x'})
	f.Add("", "", "", false, []byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01})
	f.Add("ΠROD\x00\n", "İ\t", "", false, []byte{})
	f.Fuzz(func(t *testing.T, name, line, colour string, yes bool, other []byte) {
		row := listed{name, line, colour, match.Profile{Name: name, Alias: line, Account: colour, AccountName: name, Role: line, Other: colour, Whole: yes}}
		for _, l := range []list{{Plain: yes}, {Plain: !yes, Rows: []listed{row}}, {Rows: []listed{row, {}, row}}} {
			data := l.encode()
			got, ok := decodeList(data)
			for i := range l.Rows {
				l.Rows[i].Match = l.Rows[i].Match.Folded()
			}
			if !ok || !reflect.DeepEqual(got, l) {
				t.Fatalf("%+v, want %+v", got, l)
			}
			if _, ok := decodeList(data[:len(data)-1]); ok {
				t.Fatalf("%q without its last byte is a list", data)
			}
		}
		_, _ = decodeList(other)
	})
}

// TestWorkPerKey: of ten thousand rows, what a key costs in the picker. Allocations are
// counted, since time is not to be relied on.
func TestWorkPerKey(t *testing.T) {
	var l list
	for i := range 10_000 {
		name := "account-" + strconv.Itoa(i)
		l.Rows = append(l.Rows, listed{Key: name, Line: name + "  111111111111  Developer", Match: match.Profile{Name: name, Account: "111111111111", Role: "Developer"}})
	}
	data := l.encode()
	for _, query := range []string{"", "a", "dev 99", "zzz"} {
		if n := testing.AllocsPerRun(3, func() {
			l, ok := decodeList(data)
			if !ok {
				t.Fatal("no list")
			}
			var text []byte
			terms := termsOf(query)
			for _, at := range l.order(query) {
				text = l.appendLine(text, at, "", terms)
			}
		}); n > 1.2*float64(len(l.Rows)) { // one for each line, which is shown as it is written and compared without case
			t.Errorf("%q: %.0f allocations", query, n)
		}
	}
}

// TestWorkPerRow: of ten thousand rows, what it costs to open the picker.
func TestWorkPerRow(t *testing.T) {
	p := Picker{Columns: []display.Column{{Name: "PROFILE"}, {Name: "ALIAS"}, {Name: "ACCOUNT"}}}
	for i := range 10_000 {
		name := "account-" + strconv.Itoa(i)
		p.Rows = append(p.Rows, Row{Key: name, Cells: []string{name, "", "111111111111"}, Match: match.Profile{Name: name, Account: "111111111111"}})
	}
	if n := testing.AllocsPerRun(3, func() {
		heading, lines := p.table(80)
		l := p.list(lines)
		if data, shown := l.encode(), l.lines(""); heading == "" || len(data) == 0 || len(shown) != len(p.Rows) {
			t.Fatal(heading, len(data), len(shown))
		}
	}); n > 1.2*float64(len(p.Rows)) { // one for each line that fzf reads
		t.Errorf("%.0f allocations", n)
	}
}
