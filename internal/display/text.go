package display

import "strings"

// Text writes lines for eyes, each sanitised. What goes on in the next line is indented
// below the text that it belongs to.
func (l Look) Text(lines ...string) string {
	var b strings.Builder
	for _, text := range lines {
		first, rest := l.broken(line(text))
		b.WriteString(l.labelled(first) + "\n")
		for _, more := range rest {
			b.WriteString(more + "\n")
		}
	}
	return b.String()
}

// Under writes a label, and the lines of a text behind it, each below the first.
func (l Look) Under(label, text string) string {
	below := "\n" + strings.Repeat(" ", len(label))
	return l.Text(strings.Split(label+strings.ReplaceAll(text, "\n", below), "\n")...)
}

// Fault is a line that says what has failed: it is guise that says so, in the colour of that.
func (l Look) Fault(line string) string {
	const label = "guise:"
	return strings.Replace(l.Text(label+" "+line), l.in(Strong, label), l.in(Bad, label), 1)
}

// Lines are the lines in which a line for eyes is shown, sanitised.
func (l Look) Lines(text string) []string {
	first, rest := l.broken(line(text))
	return append([]string{first}, rest...)
}

// Prose is Text whose paragraphs are wrapped again: lines that are not indented go on in each
// other. What is indented stays a line of its own.
func (l Look) Prose(text string) string {
	var lines []string
	open := false // a line that the next one may go on
	for line := range strings.SplitSeq(strings.Trim(text, "\n"), "\n") {
		indented := strings.HasPrefix(line, " ")
		if open && line != "" && !indented {
			lines[len(lines)-1] += " " + line
			continue
		}
		lines = append(lines, line)
		open = line != "" && !indented
	}
	var b strings.Builder
	for _, line := range lines {
		hang := 0
		if strings.HasPrefix(line, " ") {
			hang = hangOf(line, l.Width)
		}
		b.WriteString(strings.Join(l.pieces(line, hang), "\n") + "\n")
	}
	return b.String()
}

// broken is a line as the terminal can show it.
func (l Look) broken(text string) (first string, rest []string) {
	if l.Width <= 0 || Width(text) <= l.Width || isURL(text) {
		return text, nil
	}
	pieces := l.pieces(text, hangOf(text, l.Width))
	return pieces[0], pieces[1:]
}

// hangOf is how far the lines are indented in which a line goes on: to its second column,
// where two spaces set one off, or behind its number or label; else a little more than the
// line itself.
func hangOf(text string, width int) int {
	const most = 32
	indent := len(text) - len(strings.TrimLeft(text, " "))
	if label, rest, found := strings.Cut(text[indent:], ": "); found && labels()[label] != Plain && len(text)-len(rest) <= width/2 {
		return len(text) - len(rest)
	}
	if rest := strings.TrimLeft(text[indent:], "0123456789"); strings.HasPrefix(rest, ". ") && len(text)-len(rest) <= width/2 {
		return len(text) - len(rest) + len(". ")
	}
	if label, _, found := strings.Cut(text[indent:], ": "); found && labels()[label] != Plain && indent+len(label) < width/5 {
		return indent + len(label) + len(": ")
	}
	if at := strings.Index(text[indent:], "  "); at > 0 {
		column := indent + at + len(text[indent+at:]) - len(strings.TrimLeft(text[indent+at:], " "))
		if column <= most && column <= width/2 && ascii(text[:column]) {
			return column
		}
	}
	if indent+2 > width/2 {
		return 0
	}
	return indent + 2
}

// pieces are the lines that a line is broken into, of which all but the first are
// indented.
func (l Look) pieces(text string, hang int) (pieces []string) {
	if l.Width <= 0 {
		return []string{text}
	}
	indent, toOpen := "", isURL(text) || strings.HasPrefix(text, "hint: ")
	for {
		room := l.Width - len(indent)
		if Width(text) <= room || toOpen && isURL(text) {
			return append(pieces, indent+text)
		}
		head, rest := breakAt(text, room, toOpen)
		pieces = append(pieces, indent+strings.TrimRight(head, " "))
		if text = strings.TrimLeft(rest, " "); text == "" {
			return pieces
		}
		indent = strings.Repeat(" ", min(hang, l.Width/2))
	}
}

// isURL reports whether a line is the address of a page and nothing else. By itself, or in
// a hint, it is there to be opened: broken it could not be. The terminal itself goes on
// with it in the next line.
func isURL(text string) bool {
	return (strings.HasPrefix(text, "https://") || strings.HasPrefix(text, "http://")) && !strings.Contains(text, " ")
}

// breakAt breaks a text that is wider than a room: between words; in a word that no line
// has room for after its last / or : that fits, else its last - or . or _; else where the
// room ends. An address that is to be opened stays whole.
func breakAt(text string, room int, toOpen bool) (head, rest string) {
	head, _ = split(text, room)
	if head == "" { // not even one character fits: it stands alone
		head, _ = split(text, room+2)
		return head, text[len(head):]
	}
	if strings.HasPrefix(text[len(head):], " ") {
		return head, text[len(head):]
	}
	body := len(head) - len(strings.TrimLeft(head, " "))
	if at := strings.LastIndexByte(head, ' '); at >= body {
		word, _, _ := strings.Cut(text[at+1:], " ")
		fits := Width(word) <= room
		if labels()[strings.TrimSuffix(head[body:at], ":")] != Plain && strings.Contains(head[at+1:], "/") && !isURL(word) {
			fits = false // or the label would stand alone
		}
		if fits || toOpen && isURL(word) || strings.LastIndexAny(head[at+1:], "/:") < 0 {
			return head[:at], text[at:]
		}
	}
	for _, ends := range []string{"/:", "-._"} {
		if at := strings.LastIndexAny(head, ends); at >= body {
			return head[:at+1], text[at+1:]
		}
	}
	return head, text[len(head):]
}
