package setup

import (
	"fmt"
	"strings"
)

// The lines that begin and end what guise writes into a file that a shell reads at its
// start. A later guise may say something else behind the first one's mark.
const (
	beginMark = "# >>> guise >>>"
	beginLine = beginMark + " written by `guise setup`; `guise setup --undo` removes it"
	endLine   = "# <<< guise <<<"
)

// A MarkError is a mark of guise's without the other one: what is guise's cannot be told
// from what is the user's.
type MarkError struct {
	Line int // of the file, from 1
	Mark string
}

func (e *MarkError) Error() string {
	return fmt.Sprintf("line %d is %q, and the mark that belongs to it is not there", e.Line, e.Mark)
}

// A block is guise's lines in a text, with their marks.
type block struct {
	line       int // of its first mark, from 1
	start, end int // bytes of the text: behind end, what follows
}

// blocks finds guise's lines. Its error is a *MarkError.
func blocks(text string) (found []block, err error) {
	number, at := 0, 0
	var open *block
	for line := range strings.Lines(text) {
		number++
		switch bare := strings.TrimSpace(line); {
		case strings.HasPrefix(bare, beginMark) && open == nil:
			open = &block{line: number, start: at}
		case strings.HasPrefix(bare, beginMark):
			return nil, &MarkError{open.line, beginMark}
		case bare == endLine && open == nil:
			return nil, &MarkError{number, endLine}
		case bare == endLine:
			open.end = at + len(line)
			found, open = append(found, *open), nil
		}
		at += len(line)
	}
	if open != nil {
		return nil, &MarkError{open.line, beginMark}
	}
	return found, nil
}

// ours are the lines of a text that are guise's, without the marks.
func ours(text string) []string {
	found, err := blocks(text)
	if err != nil || len(found) == 0 {
		return nil
	}
	all := lines(text[found[0].start:found[0].end])
	return all[1 : len(all)-1]
}

// with is a text with guise's lines: in the place of those that it has, or at its end. A
// text whose last line has no end keeps that so: see without.
func with(text string, isNew bool, lines []string) (string, error) {
	block := beginLine + "\n" + strings.Join(lines, "\n") + "\n" + endLine
	found, err := blocks(text)
	switch {
	case err != nil:
		return "", err
	case len(found) > 0:
		b := found[0]
		return text[:b.start] + block + text[b.start+len(strings.TrimSuffix(text[b.start:b.end], "\n")):], nil
	case isNew || strings.HasSuffix(text, "\n"):
		return text + block + "\n", nil
	case text == "":
		return block, nil
	}
	return text + "\n" + block, nil
}

// without is a text without guise's lines: what it was before them, whatever was changed
// in other lines meanwhile. made is whether guise has made the file: nothing is left of it
// then. Its error is a *MarkError.
func without(text string) (rest string, made bool, err error) {
	found, err := blocks(text)
	if err != nil {
		return "", false, err
	}
	was := text
	for i := len(found) - 1; i >= 0; i-- {
		start := found[i].start
		if end := text[start:found[i].end]; !strings.HasSuffix(end, "\n") { // at the end of the file, whose last line had no end
			text = strings.TrimSuffix(text[:start], "\n")
			continue
		}
		text = text[:start] + text[found[i].end:]
	}
	return text, text == "" && strings.HasSuffix(was, "\n"), nil
}

// diff shows the one stretch of lines that two texts differ in.
func diff(path, before, after string) string {
	old, now := lines(before), lines(after)
	first := 0
	for first < len(old) && first < len(now) && old[first] == now[first] {
		first++
	}
	last := 0
	for last < len(old)-first && last < len(now)-first && old[len(old)-1-last] == now[len(now)-1-last] {
		last++
	}
	var b strings.Builder
	_, _ = fmt.Fprintf(&b, "--- %s\n+++ %s\n@@ line %d @@\n", path, path, first+1)
	for _, line := range old[first : len(old)-last] {
		b.WriteString("-" + line + "\n")
	}
	for _, line := range now[first : len(now)-last] {
		b.WriteString("+" + line + "\n")
	}
	return b.String()
}

func lines(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(strings.TrimSuffix(text, "\n"), "\n")
}
