package secret

import (
	"slices"
	"strings"
)

// Hide replaces what a command line names as a secret, so that it can be shown: the value
// of an option, variable or JSON member whose name says so (--password x, API_TOKEN=x,
// "SecretAccessKey": "x"), what follows "Bearer", and the password in an address. What
// says nothing of itself, as in -p x, is not known for one.
func Hide(command string) string {
	var b strings.Builder
	for command != "" {
		name := leading(command, inName)
		b.WriteString(name)
		command = command[len(name):]
		between := 0
		switch {
		case strings.HasPrefix(command, "://"):
			between = userIn(command)
		case announces(name):
			between = toValue(name, command)
		}
		if between > 0 {
			b.WriteString(command[:between] + redacted)
			command = afterValue(name+command[:between], command[between:])
		} else if command != "" { // a character between names
			next := max(len(command)-len(strings.TrimLeftFunc(command, func(c rune) bool { return !inName(c) && c != ':' })), 1)
			b.WriteString(command[:next])
			command = command[next:]
		}
	}
	return b.String()
}

// announces reports whether what has this name is a secret. A place is none, and neither
// is what gets it.
func announces(name string) bool {
	name = strings.ToLower(strings.ReplaceAll(name, "-", "_"))
	ends := func(end string) bool { return strings.HasSuffix(name, end) }
	has := func(word string) bool { return strings.Contains(name, word) }
	return slices.ContainsFunc([]string{"secret", "token", "password", "passwd", "passphrase", "passcode", "apikey", "api_key", "bearer"}, has) &&
		!slices.ContainsFunc([]string{"_file", "_path", "_process", "_command"}, ends)
}

// toValue is the length of what stands between a name and its value; 0 where it has none.
func toValue(name, rest string) int {
	value := strings.TrimLeft(rest, `\"' `)
	if sign := strings.TrimLeft(value, "=:"); sign != value {
		return len(rest) - len(strings.TrimLeft(sign, `\"' `))
	}
	isOption := strings.HasPrefix(name, "-") || strings.EqualFold(name, "bearer")
	if !isOption || value == rest || strings.HasPrefix(value, "-") || value == "" {
		return 0
	}
	return len(rest) - len(value)
}

// userIn is the length of what stands before the password in "://user:password@host"; 0
// where there is none.
func userIn(address string) int {
	host := leading(address[len("://"):], func(c rune) bool { return c != '/' && c > ' ' })
	user, _, isUser := strings.Cut(host, "@")
	if name, _, found := strings.Cut(user, ":"); isUser && found {
		return len("://" + name + ":")
	}
	return 0
}

// leading is the beginning of a text that is made of such characters.
func leading(text string, of func(rune) bool) string {
	return text[:len(text)-len(strings.TrimLeftFunc(text, of))]
}

func inName(c rune) bool {
	return c == '_' || c == '-' || c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z'
}

// afterValue is what follows a value. A quote before it says where it ends; otherwise it
// is the password of an address, a member of JSON or of a header, or a word.
func afterValue(before, value string) string {
	if quote := before[len(before)-1]; quote == '"' || quote == '\'' {
		end := strings.IndexByte(value, quote)
		if end < 0 {
			return ""
		}
		return value[len(strings.TrimRight(value[:end], `\`)):]
	}
	ends := " \t\n"
	switch {
	case strings.Contains(before, "://"):
		return value[strings.IndexByte(value, '@'):]
	case strings.Contains(before, ":"), strings.EqualFold(strings.TrimSpace(before), "bearer"):
		ends += `,}"'`
	}
	if end := strings.IndexAny(value, ends); end >= 0 {
		return value[end:]
	}
	return ""
}
