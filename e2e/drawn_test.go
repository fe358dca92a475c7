//go:build unix

package e2e

import (
	"fmt"
	"html"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"
)

// The measures of a drawing, in pixels: of a character, of the room around all, and where
// in its row a text stands.
const (
	cellWidth, cellHeight = 8.4, 19.0
	margin, baseline      = 18.0, 14.0
)

// drawn is the SVG of what a terminal shows: lines with escape sequences for colours. Texts
// are of a fixed width whatever font the reader has, and lines of boxes are paths, so that
// columns and boxes hold.
func drawn(lines []string, columns int, about string) string {
	var b strings.Builder
	wide, high := 2*margin+float64(columns)*cellWidth, 2*margin+float64(len(lines))*cellHeight
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%.0f" height="%.0f" viewBox="0 0 %.0[1]f %.0[2]f" role="img" aria-label="%s">`, wide, high, html.EscapeString(about))
	fmt.Fprintf(&b, "\n<rect width=\"%.0f\" height=\"%.0f\" rx=\"8\" fill=\"%s\"/>\n", wide, high, background)
	b.WriteString(`<g font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace" font-size="14" fill="none">` + "\n")
	for row, line := range lines {
		y := margin + float64(row)*cellHeight
		for _, run := range runs(line) {
			run.draw(&b, margin+float64(run.column)*cellWidth, y)
		}
	}
	b.WriteString("</g></svg>\n")
	return b.String()
}

// pictured is the text of a drawing, a line for each row. How long a session lasts still, and
// codes, differ from run to run, and with them the spaces of a column.
func pictured(svg string) (lines []string) {
	texts := regexp.MustCompile(`<text x="([0-9.]+)" y="([0-9.]+)"[^>]*>([^<]*)</text>`)
	at := ""
	for _, m := range texts.FindAllStringSubmatch(svg, -1) {
		if m[2] != at {
			lines, at = append(lines, ""), m[2]
		}
		lines[len(lines)-1] += " " + html.UnescapeString(m[3])
	}
	differs := regexp.MustCompile(`\b(\d+h)?\d+m\b|\b\d+h\b|\b\d{6}\b`)
	for i, line := range lines {
		lines[i] = strings.Join(strings.Fields(differs.ReplaceAllString(line, "…")), " ")
	}
	return lines
}

// The colours of the drawing, where the terminal's own are meant.
const background, foreground = "#1b232b", "#d9e1e8"

// A run is a part of a line that looks the same.
type run struct {
	column int
	text   string
	style  style
}

type style struct {
	colour, behind             string
	bold, dim, inverse, italic bool
}

// eachColoured is the lines of a screen, each with its colours: tmux says only where they
// change, also from one line to the next.
func eachColoured(screen string) []string {
	lines := strings.Split(screen, "\n")
	before := ""
	for i, line := range lines {
		lines[i] = before + line
		before += strings.Join(sequences().FindAllString(line, -1), "")
	}
	return lines
}

// sequences are those that set colours: SGR.
func sequences() *regexp.Regexp { return regexp.MustCompile(`\x1b\[([0-9;]*)m`) }

// runs parses a line of its own colours: texts, and SGR sequences between them. A part of
// nothing but lines of a box is a run, too.
func runs(line string) (all []run) {
	column, now := 0, style{}
	add := func(text string) {
		for _, r := range text {
			last := len(all) - 1
			if last >= 0 && all[last].style == now && boxed(r) == boxed(firstOf(all[last].text)) {
				all[last].text += string(r)
			} else {
				all = append(all, run{column, string(r), now})
			}
			column++
		}
	}
	rest := 0
	for _, m := range sequences().FindAllStringSubmatchIndex(line, -1) {
		add(line[rest:m[0]])
		now.apply(line[m[2]:m[3]])
		rest = m[1]
	}
	add(strings.TrimRight(line[rest:], " "))
	return all
}

// plainText is a line without its colours.
func plainText(line string) string {
	text := ""
	for _, run := range runs(line) {
		text += run.text
	}
	return text
}

func firstOf(text string) rune { return []rune(text)[0] }

// apply changes a style by the numbers of an SGR sequence.
func (s *style) apply(sequence string) {
	var numbers []int
	for _, word := range strings.Split(sequence, ";") {
		n, _ := strconv.Atoi(word) // none is 0
		numbers = append(numbers, n)
	}
	for i := 0; i < len(numbers); i++ {
		switch n := numbers[i]; {
		case n == 0:
			*s = style{}
		case n == 1:
			s.bold = true
		case n == 2:
			s.dim = true
		case n == 3:
			s.italic = true
		case n == 7:
			s.inverse = true
		case n == 22:
			s.bold, s.dim = false, false
		case n == 39:
			s.colour = ""
		case n == 49:
			s.behind = ""
		case n >= 30 && n <= 37:
			s.colour = palette(n - 30)
		case n >= 90 && n <= 97:
			s.colour = palette(n - 90 + 8)
		case n >= 40 && n <= 47:
			s.behind = palette(n - 40)
		case n == 38 && i+2 < len(numbers) && numbers[i+1] == 5:
			s.colour, i = palette(numbers[i+2]), i+2
		case n == 48 && i+2 < len(numbers) && numbers[i+1] == 5:
			s.behind, i = palette(numbers[i+2]), i+2
		}
	}
}

// palette is a colour of xterm's 256: 16 of a theme, a cube of six steps, and greys.
func palette(n int) string {
	theme := [...]string{
		"#27313b", "#ff7b72", "#7ee787", "#ffd479", "#79b8ff", "#d2a8ff", "#5ec8d8", "#d9e1e8",
		"#7f8c98", "#ffa198", "#a5f0ab", "#ffe2a3", "#a5d1ff", "#e2c5ff", "#8fdde8", "#ffffff",
	}
	step := func(n int) int {
		if n == 0 {
			return 0
		}
		return 55 + 40*n
	}
	switch {
	case n < len(theme):
		return theme[n]
	case n < 232:
		n -= 16
		return fmt.Sprintf("#%02x%02x%02x", step(n/36), step(n/6%6), step(n%6))
	}
	return fmt.Sprintf("#%02[1]x%02[1]x%02[1]x", 8+10*(n-232))
}

// draw writes a run whose upper left corner is at x, y.
func (r run) draw(b *strings.Builder, x, y float64) {
	colour, behind := r.style.colour, r.style.behind
	if colour == "" {
		colour = foreground
	}
	if r.style.inverse {
		if behind == "" {
			behind = background
		}
		colour, behind = behind, colour
	}
	length := width(r.text)
	if behind != "" {
		fmt.Fprintf(b, "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\"/>\n", x, y, length, cellHeight, behind)
	}
	if boxed(firstOf(r.text)) {
		fmt.Fprintf(b, "<path d=\"%s\" stroke=\"%s\"/>\n", boxPath(r.text, x, y), colour)
		return
	}
	looks := ""
	if r.style.bold {
		looks += ` font-weight="bold"`
	}
	if r.style.dim {
		looks += ` opacity="0.6"`
	}
	if r.style.italic {
		looks += ` font-style="italic"`
	}
	words := regexp.MustCompile(`\S+( \S+)*`) // readers of SVG differ in what they do with more spaces
	for _, at := range words.FindAllStringIndex(r.text, -1) {
		text := r.text[at[0]:at[1]]
		fmt.Fprintf(b, "<text x=\"%.1f\" y=\"%.1f\" textLength=\"%.1f\" fill=\"%s\"%s>%s</text>\n",
			x+width(r.text[:at[0]]), y+baseline, width(text), colour, looks, html.EscapeString(text))
	}
}

// width is that of a text, in pixels.
func width(text string) float64 { return float64(utf8.RuneCountInString(text)) * cellWidth }

// strokes are the lines of boxes, in a cell that is 2 wide and 2 high.
func strokes(r rune) string {
	switch r {
	case '─':
		return "0 1 2 1"
	case '│':
		return "1 0 1 2"
	case '╭', '┌':
		return "2 1 1 1 1 2"
	case '╮', '┐':
		return "0 1 1 1 1 2"
	case '╰', '└':
		return "2 1 1 1 1 0"
	case '╯', '┘':
		return "0 1 1 1 1 0"
	}
	return ""
}

func boxed(r rune) bool { return strokes(r) != "" }

// boxPath is the path of the lines of a box.
func boxPath(text string, x, y float64) string {
	var path strings.Builder
	for i, r := range []rune(text) {
		points := strings.Fields(strokes(r))
		for at := 0; at < len(points); at += 2 {
			px, _ := strconv.ParseFloat(points[at], 64)
			py, _ := strconv.ParseFloat(points[at+1], 64)
			to := "L"
			if at == 0 {
				to = "M"
			}
			fmt.Fprintf(&path, "%s%.1f %.1f", to, x+(float64(i)+px/2)*cellWidth, y+py/2*cellHeight)
		}
	}
	return path.String()
}

// TestDrawn: each part of a line is where the terminal shows it, as it shows it.
func TestDrawn(t *testing.T) {
	got := drawn([]string{"\x1b[1;32mok\x1b[0m  a<b \x1b[38;5;244m│\x1b[48;5;236m x", "", "in 59m 123456 ls"}, 80, `"it"`)
	for _, want := range []string{
		`aria-label="&#34;it&#34;"`,
		`<text x="18.0" y="32.0" textLength="16.8" fill="#7ee787" font-weight="bold">ok</text>`,
		`<text x="51.6" y="32.0" textLength="25.2" fill="#d9e1e8">a&lt;b</text>`, `<text x="102.0" y="32.0" textLength="8.4" fill="#808080">x</text>`,
		`<path d="M89.4 18.0L89.4 37.0" stroke="#808080"/>`,
		`width="16.8" height="19.0" fill="#303030"/>`,
		`y="70.0"`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %s in\n%s", want, got)
		}
	}
	if got := eachColoured("\x1b[31ma\nb\x1b[0m\nc"); plainText(got[1]) != "b" || runs(got[1])[0].style.colour != palette(1) || runs(got[2])[0].style != (style{}) {
		t.Errorf("%q", got)
	}
	if text := pictured(got); strings.Join(text, "\n") != "ok a<b x\nin … … ls" {
		t.Errorf("%q", text)
	}
}
