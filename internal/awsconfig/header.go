package awsconfig

import (
	"bytes"
	"strings"
)

// A header is what is between the brackets: `profile a`, `default`,
// `sso-session x`. In the credentials file it is the profile's name alone.
type header struct {
	kind string // the first word, or all of it; empty: no header at all
	name string // the rest, without quotes; for a single word, that word

	inside string // as it is between the brackets
}

const (
	kindProfile = "profile"
	kindDefault = "default"
)

// parseHeader reads a line as a section header. A comment may follow it, glued to
// it or not; what else follows botocore passes over, and so does guise.
//
// The Go SDK takes spaces inside the brackets and in names, botocore takes
// names in quotes; both are taken here. Neither knows `Profile` in capitals.
func parseHeader(text string) (header, bool) {
	s := strings.TrimSpace(text)
	if !strings.HasPrefix(s, "[") {
		return header{}, false
	}
	for i := 1; i < len(s); i++ {
		if s[i] != ']' {
			continue
		}
		if rest := strings.TrimSpace(s[i+1:]); rest == "" || isComment(rest) {
			return splitHeader(s[1:i]), true
		}
	}
	if end := strings.LastIndexByte(s, ']'); end > 0 {
		return splitHeader(s[1:end]), true
	}
	return header{}, false
}

// parseHeaderOf is parseHeader for a line of many, of which few are headers.
func parseHeaderOf(raw []byte) (header, bool) {
	if trimmed := bytes.TrimSpace(raw); len(trimmed) == 0 || trimmed[0] != '[' {
		return header{}, false
	}
	return parseHeader(string(raw))
}

func splitHeader(text string) header {
	inside := strings.TrimSpace(text)
	i := strings.IndexAny(inside, " \t")
	if i < 0 {
		kind := inside
		if kind == "" {
			kind = "[]" // a header without a word is a header still
		}
		name := inside
		if kind == kindProfile {
			name = ""
		}
		return header{kind, name, text}
	}
	return header{inside[:i], unquote(strings.TrimSpace(inside[i:])), text}
}

func unquote(s string) string {
	if len(s) >= 2 && (s[0] == '"' || s[0] == '\'') && s[len(s)-1] == s[0] {
		return s[1 : len(s)-1]
	}
	return s
}

// whole is the header as a credentials file has it: all of it is the name.
func (h header) whole() string {
	if h.kind == h.name || h.kind == "[]" {
		return h.name
	}
	return h.kind + " " + h.name
}

// isProfile reports whether a section defines a profile of this name.
func (h header) isProfile(name string, inCredentials bool) bool {
	if inCredentials {
		return h.whole() == name
	}
	return h.name == name && (h.kind == kindProfile || h.kind == kindDefault && name == kindDefault)
}

// profile returns the name of the profile that a section defines.
func (h header) profile(inCredentials bool) (string, bool) {
	switch {
	case h.kind == "" || h.name == "":
		return "", false
	case inCredentials:
		return h.whole(), true
	case h.kind == kindProfile, h.kind == kindDefault && h.name == kindDefault:
		return h.name, true
	}
	return "", false
}
