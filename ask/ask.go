// Package ask reaches the person: to ask for an MFA code, a yes or no, or a
// choice. It knows nothing of AWS.
//
// A process that needs a person may be anywhere: behind an SDK that holds its
// stdin, stdout and stderr, in a pipeline, in the background, in cron. So nothing
// here uses those three. What is asked goes to the controlling terminal itself,
// by the rules at the head of terminal.go; a [Command] may know the answer
// without a person. Where there is neither, that is said at once, by
// [ErrNoTerminal], and never waited for.
//
// # Security
//
// A code that is typed is a [secret.Text], is erased from the screen, and is
// part of no error. Data that is shown passes [Sanitise] first.
package ask

import (
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"
)

var (
	// ErrNoTerminal: there is no terminal, or it is not ours to ask on now.
	ErrNoTerminal = errors.New("there is no terminal to ask on")
	// ErrCancelled: the person said no, by Esc, Ctrl-C or Ctrl-D.
	ErrCancelled = errors.New("cancelled")
)

// Sanitise makes data safe to show in one line: control characters, escape
// sequences, what turns the direction of text around, and bytes that are no text
// are each shown as "�", and line ends as spaces.
func Sanitise(s string) string {
	if strings.IndexFunc(s, unsafeRune) < 0 && utf8.ValidString(s) {
		return s
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return ' '
		case unsafeRune(r):
			return unicode.ReplacementChar
		}
		return r
	}, strings.ToValidUTF8(s, string(unicode.ReplacementChar)))
}

// unsafeRune: control characters, and format characters (bidirectional
// overrides and isolates, zero-width joins) that make text look like other text.
func unsafeRune(r rune) bool {
	return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == '\u2028' || r == '\u2029'
}
