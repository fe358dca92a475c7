package awsconfig

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// All that guise writes into the AWS files and that comes from elsewhere (names,
// answers of AWS, stored secrets) becomes a line here, and nowhere else.

// A NameError is a name that the header of a section cannot hold.
type NameError struct{ Name string }

func (e *NameError) Error() string {
	return fmt.Sprintf("%q cannot be the name of a profile: it is empty, or has a bracket, a control character, quotes around it or a space at an end", e.Name)
}

// A ValueError is a value that cannot be in a file, or is none. It does not hold the value.
type ValueError struct{ Key string }

func (e *ValueError) Error() string {
	return "what " + e.Key + " would be is empty, has a control character, or would be read as something else"
}

// headerLine returns the line that begins a profile's section. A name with a space
// is quoted as botocore and the AWS CLI do it.
func headerLine(name string, inCredentials bool) (string, error) {
	inside := name
	switch {
	case inCredentials, name == kindDefault:
	case strings.ContainsAny(name, " \t") && !strings.Contains(name, `"`):
		inside = kindProfile + ` "` + name + `"`
	default:
		inside = kindProfile + " " + name
	}
	text := "[" + inside + "]"
	h, ok := parseHeader(text)
	if !ok || name == "" || strings.TrimSpace(name) != name || strings.ContainsAny(name, "[]") || !isText(name) || !h.isProfile(name, inCredentials) {
		return "", &NameError{name}
	}
	return text, nil
}

// settingLine returns the line of a setting. A setting without a value is one that no
// reader sees.
func settingLine(key, text string) (string, error) {
	if text == "" || !isText(text) || key != keyCommand && value(key, " "+text) != text {
		return "", &ValueError{key}
	}
	return key + " = " + text, nil
}

// isText reports whether a text can stand within a line.
func isText(text string) bool {
	return utf8.ValidString(text) && strings.IndexFunc(text, func(r rune) bool {
		return unicode.IsControl(r) || r == '\u2028' || r == '\u2029'
	}) < 0
}

// A builder collects the lines of a section. Its first error stays: a *NameError
// or a *ValueError.
type builder struct {
	eol   string
	lines []line
	err   error
}

func (b *builder) add(text string, err error) {
	if b.err == nil {
		b.err = err
	}
	b.lines = append(b.lines, line{text, b.eol})
}

func (b *builder) header(name string, inCredentials bool) {
	text, err := headerLine(name, inCredentials)
	b.add(text, err)
}

func (b *builder) set(key, value string) {
	text, err := settingLine(key, value)
	b.add(text, err)
}

// line adds a line of guise's own words.
func (b *builder) line(text string) { b.add(text, nil) }
