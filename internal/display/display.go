// Package display writes what commands answer: tables, text and diffs for eyes, JSON for
// programs. Whatever is in it, nothing of it can steer a terminal.
//
// A [Look] says where it is read. At a terminal no line is wider than the terminal: a
// table leaves out its least important columns or cuts cells, which end in "…" then;
// text goes on in the next line, between words, or in an ARN or path after "/" or ":".
// A line that is the address of a page, to be opened, stays whole. In a file or a pipe all
// lines are whole. Widths are in columns of a terminal: a character may take two, or none.
package display

import (
	"io"
	"os"
	"strings"

	"github.com/rivo/uniseg"
	"golang.org/x/term"

	"guise/internal/printable"
)

// A Look is how something is to look where it is read. The zero value is for a file.
type Look struct {
	Width  int // of the terminal, in columns; 0 or less: lines may have any length
	Colour bool
}

// On is how to look on what w writes to; plain: without colours.
func On(w io.Writer, plain bool) Look {
	f, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) { //nolint:gosec // a file descriptor is small
		return Look{}
	}
	width, _, err := term.GetSize(int(f.Fd())) //nolint:gosec // a file descriptor is small
	if err != nil {
		width = 0
	}
	return Look{Width: width, Colour: !plain}
}

// A Style is what a terminal shows a text in. Each has one meaning everywhere.
type Style string

// The styles.
const (
	Plain  Style = ""
	Strong Style = "1"    // headings, and who speaks
	Good   Style = "32"   // active, added
	Doubt  Style = "33"   // to be looked at
	Bad    Style = "31"   // failed, removed
	Next   Style = "36"   // what to type
	Active Style = "1;32" // the active profile
)

// in shows a text in a style.
func (l Look) in(s Style, text string) string {
	if !l.Colour || s == Plain || text == "" {
		return text
	}
	return "\x1b[" + string(s) + "m" + text + "\x1b[0m"
}

// Strong shows a text as what counts most.
func (l Look) Strong(text string) string { return l.in(Strong, text) }

// labels are the words with which a line may begin, and how they look.
func labels() map[string]Style {
	return map[string]Style{
		"guise": Strong, "hint": Next, // of an error: see Fault
		"serious": Bad, "warning": Doubt, "fixed": Good, "fix": Next,
	}
}

// labelled shows a line, of which a label at its beginning has its style. So has one that
// is all there is before a colon at its end: a heading.
func (l Look) labelled(line string) string {
	if !l.Colour {
		return line
	}
	text := strings.TrimLeft(line, " ")
	label, rest, found := strings.Cut(text, ":")
	switch style, known := labels()[label]; {
	case found && known:
		return line[:len(line)-len(text)] + l.in(style, label+":") + rest
	case found && rest == "" && text == line:
		return l.in(Strong, line)
	}
	return line
}

// Width is how many columns a text takes.
func Width(text string) int {
	if ascii(text) {
		return len(text)
	}
	return uniseg.StringWidth(text)
}

// ascii reports whether a text is ASCII that shows: its width is its length, and it is
// safe as it is.
func ascii(text string) bool {
	for i := range len(text) {
		if text[i] < ' ' || text[i] >= 0x7f {
			return false
		}
	}
	return true
}

// line is printable.Line, quick where there is nothing to do.
func line(text string) string {
	if ascii(text) {
		return text
	}
	return printable.Line(text)
}

const ellipsis = "…"

// cut is a text that is wider than some columns, one or more, cut to them: "…" is the last.
func cut(text string, width int) string {
	head, _ := split(text, width-1)
	return head + ellipsis
}

// split splits a text after as many characters as fit into some columns. A character is
// what a user sees as one: a letter and its accents.
func split(text string, width int) (head, rest string) {
	rest = text
	state, used := -1, 0
	for rest != "" {
		_, after, columns, next := uniseg.FirstGraphemeClusterInString(rest, state)
		if used+columns > width {
			break
		}
		used, rest, state = used+columns, after, next
	}
	return text[:len(text)-len(rest)], rest
}
