package shell

import (
	"slices"
	"strconv"
	"strings"
)

// plainCharacters are special to none of the shells, within a word.
const plainCharacters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./@:+="

// isPlain reports whether data is one word as it is, in each shell. What is at its beginning
// may be special: zsh reads =ls as a path, and PowerShell @ls as words of a variable.
func isPlain(s string) bool {
	return s != "" && strings.Trim(s, plainCharacters) == "" && s[0] != '=' && s[0] != '@'
}

// Word writes data as one word of a POSIX shell, for people to paste: as it is where
// that is plain, or else quoted.
func Word(s string) string {
	if isPlain(s) {
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

// Guise is a command of guise's for names, for people to paste: names that look like flags
// come after a --. The flags of the command are part of it.
func Guise(command string, names ...string) string {
	words := "guise " + command
	if slices.ContainsFunc(names, func(name string) bool { return strings.HasPrefix(name, "-") }) {
		words += " --"
	}
	return strings.TrimSuffix(words+" "+Words(names), " ")
}

// Exec is a `guise exec` with flags that runs argv under a profile. A profile whose name
// looks like a flag is the active one there: exec takes what follows -- for the command.
func Exec(flags, profile string, argv []string) string {
	if strings.HasPrefix(profile, "-") {
		return "env AWS_PROFILE=" + Word(profile) + " guise exec " + flags + " -- " + Words(argv)
	}
	return "guise exec " + flags + " " + Word(profile) + " -- " + Words(argv)
}

// Again is a command of guise's as it was typed, with one more flag.
func Again(words []string, flag string) string {
	end := slices.Index(words, "--")
	if end < 0 {
		end = len(words)
	}
	return "guise " + Words(slices.Insert(slices.Clone(words), end, flag))
}

// With is a command of guise's as it was typed, with one more flag before all that it is
// given.
func With(words []string, flag string) string {
	verb := slices.IndexFunc(words, func(word string) bool { return !strings.HasPrefix(word, "-") })
	return "guise " + Words(slices.Insert(slices.Clone(words), verb+1, flag))
}

// File writes a path as one word that no program takes for a flag.
func File(path string) string {
	if strings.HasPrefix(path, "-") || strings.HasPrefix(path, "+") {
		path = "./" + path
	}
	return Word(path)
}

// Export is a command that exports a variable; empty where there is no value.
func Export(name, value string) string {
	if value == "" {
		return ""
	}
	return "export " + name + "=" + Word(value)
}

// Quote writes data as one quoted word of a POSIX shell.
func Quote(s string) string { return quotePOSIX(s) }

// Edit is a command that opens a file at a line; 0 is no line. [CommandLine.Typed] puts the
// user's editor into it.
func Edit(path string, line int) string {
	if line == 0 {
		return editor + " " + File(path)
	}
	return editor + " +" + strconv.Itoa(line) + " " + File(path)
}

// quoteCmd writes data as one word of cmd.exe, as Windows' programs read their words: inside
// quotation marks, where nothing is special to cmd.exe but such a mark and %. Where there is
// one of those, a ^ is before everything that may be special, so that cmd.exe sees no quotes.
func quoteCmd(s string) string {
	word, slashes := `"`, 0
	for i := range len(s) {
		switch s[i] {
		case '\\':
			slashes++
		case '"':
			word += strings.Repeat(`\`, slashes+1)
			slashes = 0
		default:
			slashes = 0
		}
		word += s[i : i+1]
	}
	word += strings.Repeat(`\`, slashes) + `"`
	if !strings.ContainsAny(s, `"%`) {
		return word
	}
	return strings.NewReplacer(`"`, `^"`, "%", "^%", "^", "^^", "&", "^&", "|", "^|", "<", "^<", ">", "^>", "(", "^(", ")", "^)", "!", "^!").Replace(word)
}
