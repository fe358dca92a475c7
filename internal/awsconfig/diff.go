package awsconfig

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/diff"
)

// Diff returns the changes made in memory: for each file its changed lines, under
// the header of the section that they stand in; empty where there are none.
// Secrets in it are masked.
func (f *Files) Diff() string {
	var b strings.Builder
	secrets := readable(Parse(f.config.data), Parse(f.credentials.data), f.config.parsed(), f.credentials.parsed())
	for _, one := range f.both() {
		before, after := view(Parse(one.data), secrets), view(one.parsed(), secrets)
		raw := string(diff.Diff(one.path, one.data, one.path, one.parsed().Bytes()))
		if raw == "" {
			continue
		}
		fmt.Fprintf(&b, "--- %s\n+++ %s\n", one.path, one.path)
		d := differ{out: &b}
		for line := range strings.Lines(raw) {
			d.take(line, before, after)
		}
		d.flush()
	}
	return b.String()
}

// differ turns a unified diff into changed lines under section headers. That diff
// shows lines that stand more than once in a file as removed and added again:
// those are left out.
type differ struct {
	out      *strings.Builder
	old, new int // numbers of the next lines, from 1
	heading  string
	inHunk   bool
	last     int              // the side of the last line: 0 removed, 1 added
	run      [2][]changedLine // removed and added lines, with none between that stays
}

// changedLine is a line of one of the two files.
type changedLine struct {
	raw    string // as the diff has it, with what it says about a missing newline
	number int
	viewed
}

func (d *differ) take(line string, before, after []viewed) {
	switch {
	case strings.HasPrefix(line, "@@ "):
		var n int
		_, _ = fmt.Sscanf(line, "@@ -%d,%d +%d,", &d.old, &n, &d.new)
		d.inHunk = true
	case !d.inHunk:
	case line[0] == '-':
		d.run[0] = append(d.run[0], changedLine{line[1:], d.old, before[d.old-1]})
		d.old, d.last = d.old+1, 0
	case line[0] == '+':
		d.run[1] = append(d.run[1], changedLine{line[1:], d.new, after[d.new-1]})
		d.new, d.last = d.new+1, 1
	case line[0] == '\\':
		if side := d.run[d.last]; len(side) > 0 {
			side[len(side)-1].raw += line
		}
	case line[0] == ' ':
		d.flush()
		d.old++
		d.new++
	}
}

// flush shows a run without the lines that both sides have in the same order.
func (d *differ) flush() {
	removed, added := d.run[0], d.run[1]
	d.run = [2][]changedLine{}
	const most = 1 << 22 // pairs of lines that are compared
	if len(removed)*len(added) > most {
		d.show('-', removed)
		d.show('+', added)
		return
	}
	longest := commonLines(removed, added)
	i, j := 0, 0
	for {
		fromI, fromJ := i, j
		for i < len(removed) && longest[i][j] == longest[i+1][j] {
			i++
		}
		for j < len(added) && longest[i][j] == longest[i][j+1] {
			j++
		}
		d.show('-', removed[fromI:i])
		d.show('+', added[fromJ:j])
		if i == len(removed) { // and then j is at the end too
			return
		}
		i, j = i+1, j+1
	}
}

// commonLines gives, for the rest of each side from a line on, how many lines the
// two have in common in the same order.
func commonLines(a, b []changedLine) [][]int {
	longest := make([][]int, len(a)+1)
	for i := range longest {
		longest[i] = make([]int, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			longest[i][j] = max(longest[i+1][j], longest[i][j+1])
			if a[i].raw == b[j].raw {
				longest[i][j] = longest[i+1][j+1] + 1
			}
		}
	}
	return longest
}

func (d *differ) show(sign byte, lines []changedLine) {
	for _, l := range lines {
		if l.header != d.heading && !l.isHeader {
			fmt.Fprintf(d.out, "@@ line %d, %s @@\n", l.number, l.header)
		}
		d.heading = l.header
		fmt.Fprintf(d.out, "%c%s\n", sign, l.text)
		if _, note, found := strings.Cut(l.raw, "\n\\"); found {
			d.out.WriteString("\\" + note)
		}
	}
}

// viewed is a line as it may be shown.
type viewed struct {
	text, header string // without its end; of its section
	isHeader     bool
}

// view returns the lines of a file with its secrets masked: what a setting that is
// named like a secret has for a value, on its line and on those that continue it;
// what follows such a word anywhere else; and known secrets wherever they stand.
func view(d *Document, secrets map[string]int) []viewed {
	var all []viewed
	for _, s := range d.sections {
		header := beforeAll
		if s.header.kind != "" {
			header = strings.TrimSpace(s.lines[0].text)
		}
		masking := -1 // the indentation of the setting whose value is being masked
		for i, l := range s.lines {
			v := viewed{text: l.text, header: header, isHeader: i == 0 && s.header.kind != ""}
			trimmed := strings.TrimSpace(l.text)
			indent := strings.Index(l.text, trimmed)
			switch {
			case v.isHeader, trimmed == "":
			case masking >= 0 && indent > masking:
				v.text = l.text[:indent] + redacted
			default:
				var whole bool
				if v.text, whole = mask(l.text); whole {
					masking = indent
				} else if !isComment(trimmed) {
					masking = -1
				}
			}
			for secret := range secrets {
				if len(secret) >= shortest {
					v.text = strings.ReplaceAll(v.text, secret, redacted)
				}
			}
			all = append(all, v)
		}
	}
	if all == nil && d.bom != "" { // a line that has nothing but the mark
		all = []viewed{{header: beforeAll}}
	}
	return all
}

// beforeAll stands for the header of the lines before the first one.
const beforeAll = "before any section"

const (
	redacted = "[redacted]"
	// shortest is the length from which a known secret is masked wherever it stands:
	// a shorter one may be a part of any word.
	shortest = 8
)

// mask hides what a line names as a secret. It reports whether that is the whole
// value of a setting, which may go on on the next lines.
func mask(text string) (masked string, whole bool) {
	at, end := secretWord(text)
	if at < 0 {
		return text, false
	}
	sep := strings.IndexAny(text, "=:")
	if sep < 0 || sep < at || isComment(strings.TrimSpace(text)) { // in a comment, or in the value of another setting
		if strings.TrimSpace(text[end:]) == "" {
			return text, false
		}
		return text[:end] + " " + redacted, false
	}
	key, value := strings.TrimSpace(text[:sep]), strings.TrimSpace(text[sep+1:])
	ends := func(suffix string) bool { return strings.HasSuffix(strings.ToLower(key), suffix) }
	if slices.ContainsFunc([]string{"_file", "_process", "_command"}, ends) {
		rest, _ := mask(text[sep+1:])
		return text[:sep+1] + rest, false
	}
	if isPlace(value) {
		return text, false
	}
	if value == "" {
		return text, true
	}
	return text[:sep+1] + " " + redacted, true
}

// secretWord finds the first word of a text that announces a secret; at is
// negative where there is none.
func secretWord(text string) (at, end int) {
	at, lower := -1, strings.ToLower(text)
	for _, word := range []string{"secret", "token", "password", "passwd", "passphrase"} {
		if i := strings.Index(lower, word); i >= 0 && (at < 0 || i < at) {
			at, end = i, i+len(word)
		}
	}
	return at, end
}
