package awsconfig

import "strings"

// faults returns every line that Check finds fault with.
func (d *Document) faults(yield func(*SyntaxError) bool) {
	number := 1
	for _, s := range d.sections {
		for i, why := range s.faults(s.settings()) {
			if !yield(&SyntaxError{Line: number + i, Why: why}) {
				return
			}
		}
		number += len(s.lines)
	}
}

// faults returns the lines of a section, by their number in it from 0, that no SDK can
// be relied on to read, and why. settings are the section's.
func (s *section) faults(settings []setting) func(yield func(int, string) bool) {
	return func(yield func(int, string) bool) {
		if s.sound {
			return
		}
		for i, l := range s.lines {
			for len(settings) > 0 && settings[0].last < i {
				settings = settings[1:]
			}
			if why := s.faultOf(i, l.text, len(settings) > 0 && i >= settings[0].first); why != "" && !yield(i, why) {
				return
			}
		}
	}
}

// isSound reports whether no line of the section is at fault.
func (s *section) isSound() bool {
	for range s.faults(s.settings()) {
		return false
	}
	return true
}

// faultOf says what is wrong with a line of the section, which is part of a setting
// or not; nothing: "".
func (s *section) faultOf(i int, text string, inSetting bool) string {
	trimmed := strings.TrimSpace(text)
	switch {
	case strings.IndexByte(text, 0) >= 0:
		return "a NUL byte"
	case strings.IndexByte(text, '\r') >= 0:
		return "a line that ends in a carriage return alone"
	case i == 0 && s.header.kind != "":
		if s.header.name == "" {
			return "a section without a name"
		}
	case trimmed == "", isComment(trimmed):
	case trimmed[0] == '[':
		return "a section header that is not closed"
	case s.header.kind == "":
		return "a setting before any section"
	case trimmed[len(trimmed)-1] == ']' && isUnopened(trimmed):
		return "a section header that is not opened"
	case !inSetting:
		return "neither a section, a setting nor a comment"
	}
	return ""
}

// isUnopened reports whether a line that ends in a bracket is a header that has lost
// its first one: a name with a colon makes it look like a setting.
func isUnopened(trimmed string) bool {
	kind, rest, _ := strings.Cut(trimmed, " ")
	switch kind {
	case kindProfile, "sso-session", "services":
		rest = strings.TrimSpace(rest)
		return rest[0] != '=' && rest[0] != ':'
	}
	return false
}

// A fault is a line of a profile's section that is at fault.
type fault struct {
	placed
	why string
}

// Check reports whether the profile's settings are certain. They are not where one of
// its sections holds a line that no SDK can be relied on to read: it may be the
// header of another profile, whose settings then are in this one's section.
// botocore refuses the whole file for it, the Go SDK reads on. Its error is a
// *SyntaxError with the file and the line.
func (p Profile) Check() error {
	if p.fault == nil {
		return nil
	}
	path, line := p.fault.position()
	return &SyntaxError{File: path, Line: line, Why: p.fault.why}
}
