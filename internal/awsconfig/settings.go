package awsconfig

import (
	"strings"
	"unicode"
)

// A setting is a key with its value, and the lines that it is on.
type setting struct {
	key, value  string
	nested      map[string]string // "s3 =" with indented settings below it
	first, last int               // its lines in the section
	keyAt       int               // where the key begins in its first line
}

// settings reads a section as the SDKs do. A line that is indented deeper than
// the setting above it belongs to that: as one of its own settings where it has
// no value, as more of its value where it has one (Python's configparser).
//
// The lines are read once, and again after a change. What is returned is not to be changed.
func (s *section) settings() []setting {
	if s.read == nil {
		s.read = s.appendSettings(make([]setting, 0, len(s.lines)))
	}
	return s.read
}

// appendSettings adds the section's settings to those of others.
func (s *section) appendSettings(all []setting) []setting {
	before := len(all)
	indent := -1 // of the last setting; none yet
	for i, l := range s.lines {
		trimmed := strings.TrimSpace(l.text)
		if trimmed == "" || isComment(trimmed) || i == 0 && s.header.kind != "" {
			continue
		}
		at := len(l.text) - len(strings.TrimLeftFunc(l.text, unicode.IsSpace))
		if len(all) > before && at > indent {
			all[len(all)-1].extend(trimmed, i)
			continue
		}
		sep := separator(trimmed)
		if sep <= 0 {
			continue
		}
		key := strings.ToLower(strings.TrimRight(trimmed[:sep], " \t"))
		all = append(all, setting{
			key: key, value: value(key, trimmed[sep+1:]),
			first: i, last: i, keyAt: at,
		})
		indent = at
	}
	return all
}

// extend takes in a line that is indented below the setting.
func (s *setting) extend(trimmed string, i int) {
	s.last = i
	if s.value != "" {
		s.value += "\n" + trimmed
		return
	}
	key, rest, ok := strings.Cut(trimmed, "=")
	if !ok {
		return
	}
	if s.nested == nil {
		s.nested = map[string]string{}
	}
	key = strings.ToLower(strings.TrimSpace(key))
	s.nested[key] = value(key, rest)
}

// value reads what follows the separator as the Go SDK does: a comment
// that follows white space is cut, and quotes around the whole are dropped. A
// command stays as it is: its words may be quoted, and which of them are a comment
// is for whoever runs it.
func value(key, text string) string {
	if strings.HasSuffix(key, keyCommand) { // hidden or not
		return strings.TrimSpace(text)
	}
	for i := 1; i < len(text); i++ {
		if (text[i] == '#' || text[i] == ';') && (text[i-1] == ' ' || text[i-1] == '\t') {
			text = text[:i-1]
		}
	}
	return unquote(strings.TrimSpace(text))
}

// separator finds what ends a key; negative where there is none.
func separator(text string) int {
	equals := strings.IndexByte(text, '=')
	if equals < 0 {
		return strings.IndexByte(text, ':')
	}
	if colon := strings.IndexByte(text[:equals], ':'); colon >= 0 {
		return colon
	}
	return equals
}

// withValue returns the setting's line with another value, in the place where the value
// stands: a comment behind it may say the same. Not ok where that would not be read
// as the value.
func (s setting) withValue(text, other string) (changed string, ok bool) {
	from := s.keyAt + separator(text[s.keyAt:]) + 1
	at := strings.Index(text[from:], s.value)
	if at < 0 {
		return text, false
	}
	changed = text[:from+at] + other + text[from+at+len(s.value):]
	return changed, value(s.key, changed[from:]) == other
}
