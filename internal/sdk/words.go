package sdk

import (
	"strings"
	"unicode/utf8"
)

// words splits a command as Python's shlex does: at white space, with quotes and
// backslashes. Not ok where a quote is not closed.
func words(text string) (all []string, ok bool) {
	if !strings.ContainsAny(text, `\'"`) && utf8.ValidString(text) {
		return strings.FieldsFunc(text, func(c rune) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }), true
	}
	var word strings.Builder
	inWord, quote, escaped := false, rune(0), false
	for _, c := range text {
		switch {
		case escaped:
			if quote == '"' && c != '"' && c != '\\' {
				word.WriteByte('\\')
			}
			word.WriteRune(c)
			escaped = false
		case c == '\\' && quote != '\'':
			escaped, inWord = true, true
		case quote != 0 && c == quote:
			quote = 0
		case quote != 0:
			word.WriteRune(c)
		case c == '"' || c == '\'':
			quote, inWord = c, true
		case strings.ContainsRune(" \t\r\n", c):
			if inWord {
				all = append(all, word.String())
			}
			word.Reset()
			inWord = false
		default:
			word.WriteRune(c)
			inWord = true
		}
	}
	if inWord {
		all = append(all, word.String())
	}
	return all, quote == 0 && !escaped
}

// ForShell reports whether a shell makes more of a command than its words:
// variables, patterns, pipes, a comment. botocore splits a command into words and
// starts the first; other SDKs hand it to a shell.
func ForShell(command string) bool {
	quote, start, escaped := rune(0), true, false
	for _, c := range command {
		switch {
		case escaped:
			escaped = false
		case quote == '\'':
			if c == quote {
				quote = 0
			}
		case c == '\\':
			escaped = true
		case c == '$' || c == '`':
			return true
		case quote == '"':
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case strings.ContainsRune("|&;<>()*?[]\n", c), start && strings.ContainsRune("#~!{", c):
			return true
		}
		start = quote == 0 && !escaped && (c == ' ' || c == '\t')
	}
	first, _, _ := strings.Cut(strings.TrimSpace(command), " ")
	return strings.Contains(first, "=") && !strings.ContainsAny(first, `"'/`)
}

// Words are those of a command as botocore starts it. Not ok where it cannot.
func Words(command string) ([]string, bool) {
	all, ok := words(command)
	return all, ok && len(all) > 0
}
