package shell

import (
	"strconv"
	"strings"
)

// Word writes data as one word of a POSIX shell, for people to paste: as it is where
// that is plain, or else quoted.
func Word(s string) string {
	const plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./@:+=,"
	if s != "" && strings.Trim(s, plain) == "" {
		return s
	}
	return Quote(s)
}

// Words are several, with spaces between them.
func Words(all []string) string {
	words := make([]string, len(all))
	for i, one := range all {
		words[i] = Word(one)
	}
	return strings.Join(words, " ")
}

// Quote writes data as one quoted word of a POSIX shell.
func Quote(s string) string { return quotePOSIX(s) }

// Edit is a command that opens a file at a line; 0 is no line.
func Edit(path string, line int) string {
	if line == 0 {
		return "${EDITOR:-vi} " + Word(path)
	}
	return "${EDITOR:-vi} +" + strconv.Itoa(line) + " " + Word(path)
}
