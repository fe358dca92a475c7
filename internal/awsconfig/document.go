// Package awsconfig reads and edits the AWS config and credentials files.
//
// It keeps every byte that it does not mean to change: comments, order, blank
// lines, indentation, CRLF, a missing final newline, a BOM, duplicates. A file
// is lines in sections, never a map that is written out again, so that
// Parse(b).Bytes() is b for any b.
//
// Reading is lenient and follows what both botocore and the Go SDK accept; where
// the two differ, it takes the reading that finds more (testdata/ini-cases shows
// how they differ). Writing is strict: a file that [Document.Check] finds fault
// with is never written.
//
// [Files.Adopt] has guise manage profiles and [Files.Release] is the exact
// reverse: Adopt itself releases again what it made, in memory, and refuses
// where the outcome is not the file as it was.
//
// # Security
//
// Secrets leave this package as [secret.Text] only; [Profile] prints as its
// name. Files are replaced in one step, with their owner and mode; temporary
// files are made with mode 0600 beside the file that they replace.
package awsconfig

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"guise/internal/parallel"
)

const bom = "\ufeff"

// A line is a line of a file, and what ended it: "\n", "\r\n", or nothing.
type line struct{ text, eol string }

// A section is a header and the lines up to the next one. What is before
// the first header is a section without a header.
type section struct {
	header header
	offset int       // of its first byte in the file that was read; 0 where it was added since
	lines  []line    // changed by setText, setEnd and splice alone
	shared bool      // the lines are another document's too: see clone
	sound  bool      // no line is at fault; false: not known, or one is
	read   []setting // what the lines say; nil: not known since they changed
}

// setText changes a line's text; its end stays.
func (s *section) setText(i int, text string) {
	s.own()
	s.lines[i].text, s.read, s.sound = text, nil, false
}

// setEnd changes what ends a line, and nothing of what it says.
func (s *section) setEnd(i int, eol string) {
	s.own()
	s.lines[i].eol = eol
}

// splice puts other lines in the place of those from i up to j.
func (s *section) splice(i, j int, with ...line) {
	s.own()
	s.lines, s.read, s.sound = slices.Replace(s.lines, i, j, with...), nil, false
}

// own makes the lines the section's alone, with room for one more.
func (s *section) own() {
	if s.shared {
		s.lines, s.shared = append(make([]line, 0, len(s.lines)+1), s.lines...), false
	}
}

// A Document is one file. It is not safe for concurrent use.
type Document struct {
	bom      string
	sections []*section
}

// clone returns a copy that can be changed while the document stays as it is. What is not
// changed is not copied: of ten thousand profiles that is almost everything.
func (d *Document) clone() *Document {
	c := &Document{bom: d.bom, sections: make([]*section, len(d.sections))}
	all := make([]section, len(d.sections))
	for i, s := range d.sections {
		all[i] = *s
		all[i].shared = true
		c.sections[i] = &all[i]
	}
	return c
}

// Parse takes a file apart. It never fails.
func Parse(data []byte) *Document { return parseIn(data, 128<<10) }

// parseIn is Parse of parts of a size or a little more, on all processors. Each but the
// first begins with a header.
func parseIn(data []byte, size int) *Document {
	d := &Document{}
	if bytes.HasPrefix(data, []byte(bom)) {
		d.bom = bom
	}
	starts := []int{len(d.bom)}
	for i := 0; i < len(starts); i++ {
		if next := nextHeader(data, min(starts[i]+size, len(data))); next < len(data) {
			starts = append(starts, next)
		}
	}
	parts := make([][]*section, len(starts))
	parallel.Spans(len(starts), 1, func() func(int, int) {
		return func(i, next int) {
			end := len(data)
			if next < len(starts) {
				end = starts[next]
			}
			parts[i] = parsePart(data[starts[i]:end], starts[i])
			if i > 0 {
				parts[i] = parts[i][1:] // there is nothing before its first header
			}
		}
	})
	d.sections = slices.Concat(parts...)
	return d
}

// parsePart returns the sections of a part of a file, of which the first has no header; offset
// is where the part begins.
func parsePart(data []byte, offset int) []*section {
	lines := splitLines(string(data))
	all := make([]section, 1, bytes.Count(data, []byte("\n["))+3)
	all[0].offset = offset
	from := 0
	for i, l := range lines {
		if h, ok := parseHeader(l.text); ok {
			all[len(all)-1].lines = lines[from:i:i]
			all = append(all, section{header: h, offset: offset})
			from = i
		}
		offset += len(l.text) + len(l.eol)
	}
	all[len(all)-1].lines = lines[from:len(lines):len(lines)]
	sections := make([]*section, len(all))
	settings := make([]setting, 0, bytes.Count(data, []byte{'='})+len(all)/8+1) // about as many as there are
	for i := range all {
		s := &all[i]
		first := len(settings)
		settings = s.appendSettings(settings)
		s.read = settings[first:len(settings):len(settings)]
		s.sound = s.isSound()
		sections[i] = s
	}
	return sections
}

// nextHeader is where the next section begins, behind the line that a byte is in; the end of
// the file where there is none.
func nextHeader(data []byte, from int) int {
	for {
		i := bytes.IndexByte(data[from:], '\n')
		if i < 0 {
			return len(data)
		}
		from += i + 1
		next, _, _ := bytes.Cut(data[from:], []byte("\n"))
		if _, ok := parseHeaderOf(next); ok {
			return from
		}
	}
}

func splitLines(text string) []line {
	lines := make([]line, 0, strings.Count(text, "\n")+1)
	for text != "" {
		end := strings.IndexByte(text, '\n') + 1
		if end == 0 {
			end = len(text)
		}
		raw := text[:end]
		text = text[end:]
		body := strings.TrimSuffix(strings.TrimSuffix(raw, "\n"), "\r")
		if !strings.HasSuffix(raw, "\n") {
			body = raw
		}
		lines = append(lines, line{body, raw[len(body):]})
	}
	return lines
}

// Bytes returns the file.
func (d *Document) Bytes() []byte {
	size := len(d.bom)
	for _, s := range d.sections {
		for _, l := range s.lines {
			size += len(l.text) + len(l.eol)
		}
	}
	var b bytes.Buffer
	b.Grow(size)
	b.WriteString(d.bom)
	for _, s := range d.sections {
		for _, l := range s.lines {
			b.WriteString(l.text)
			b.WriteString(l.eol)
		}
	}
	return b.Bytes()
}

// A SyntaxError is a line that no SDK can be relied on to read, for which guise
// does not write the file.
type SyntaxError struct {
	File string
	Line int
	Why  string
}

func (e *SyntaxError) Error() string { return fmt.Sprintf("%s line %d: %s", e.File, e.Line, e.Why) }

// Check tells what makes the file unfit for writing; its error is a
// *SyntaxError. Duplicate sections and keys, which botocore alone refuses, are
// none of it.
func (d *Document) Check() error {
	for fault := range d.faults {
		return fault
	}
	return nil
}

// eol is the line end that the document uses.
func (d *Document) eol() string {
	for _, s := range d.sections {
		for _, l := range s.lines {
			if l.eol != "" {
				return l.eol
			}
		}
	}
	return "\n"
}

// add puts a section at the end, behind an empty line. Its first line is the header.
func (d *Document) add(lines []line) {
	if end := d.lastLine(); end != nil {
		end.endIfNot(d.eol())
		last := d.sections[len(d.sections)-1]
		last.splice(len(last.lines), len(last.lines), line{"", d.eol()})
	}
	h, _ := parseHeader(lines[0].text)
	d.sections = append(d.sections, &section{header: h, lines: lines})
}

// lastLine is the section that has the last line of the document; nil where it is empty.
func (d *Document) lastLine() *section {
	for _, s := range slices.Backward(d.sections) {
		if len(s.lines) > 0 {
			return s
		}
	}
	return nil
}

// endIfNot ends the section's last line if nothing does, and reports whether nothing did.
func (s *section) endIfNot(eol string) bool {
	last := len(s.lines) - 1
	if s.lines[last].eol != "" {
		return false
	}
	s.setEnd(last, eol)
	return true
}

func isComment(trimmed string) bool {
	return strings.HasPrefix(trimmed, "#") || strings.HasPrefix(trimmed, ";")
}
