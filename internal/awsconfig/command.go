package awsconfig

import (
	"encoding/hex"
	"fmt"
	"path"
	"slices"
	"strings"
)

// isLetter reports whether a character reads the same to sh, cmd.exe, an argv splitter and
// the SDKs' own parsers, wherever it stands: a letter or digit of ASCII.
func isLetter(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
}

// onlyOf reports whether a text is letters, digits and some marks alone.
func onlyOf(text, marks string) bool {
	for i := range len(text) {
		if c := text[i]; !isLetter(c) && strings.IndexByte(marks, c) < 0 {
			return false
		}
	}
	return true
}

// A PathError is a path of guise that cannot be written into a config file so
// that all SDKs read the same, or so that guise knows its own line again.
type PathError struct{ Path string }

func (e *PathError) Error() string {
	if !isCalledGuise(e.Path) {
		return fmt.Sprintf("this program, %q, is not called guise: it would not know its own line in the AWS config again", e.Path)
	}
	return fmt.Sprintf("guise's own path, %q, has characters that SDKs read differently", e.Path)
}

// Command returns the credential_process line's value for a profile. Its error
// is a *PathError.
//
// The value must come apart into the same words in `sh -c` (Go, JS, Rust,
// Java), in `cmd.exe /C` and in botocore, which splits it itself, after each
// SDK's own reading: the Go SDK cuts it at " #" and " ;" and strips a quote that
// is at both ends. So the only thing ever quoted is a path with a space, and
// a name of other than plain characters is encoded.
func Command(executable, profile string) (string, error) {
	slashed := strings.ReplaceAll(executable, `\`, "/") // for Windows: every SDK there takes both
	if !onlyOf(slashed, "/._-+@: ") || !isCalledGuise(executable) {
		return "", &PathError{executable}
	}
	if strings.Contains(slashed, " ") {
		slashed = `"` + slashed + `"`
	}
	if isPlain(profile) {
		return slashed + " credential-process --profile " + profile, nil
	}
	return slashed + " credential-process --profile-encoded " + EncodeProfile(profile), nil
}

func isPlain(name string) bool {
	return name != "" && onlyOf(name, "_.@/+-") && !strings.HasPrefix(name, "-")
}

// word is a profile's name as it is typed in a shell.
func word(name string) string {
	if isPlain(name) {
		return name
	}
	return "'" + strings.ReplaceAll(name, "'", `'\''`) + "'"
}

// releaseOf is the command that undoes an adoption, for a comment in the file.
func releaseOf(name string) string {
	if strings.HasPrefix(name, "-") {
		return "guise release -- " + word(name)
	}
	return "guise release " + word(name)
}

// EncodeProfile writes a name in letters, digits, dots, hyphens and underscores
// alone: any other byte, and the underscore, as _ and two hexadecimal digits.
func EncodeProfile(name string) string {
	var b strings.Builder
	for i := range len(name) {
		if c := name[i]; (isLetter(c) || c == '.' || c == '-') && (i > 0 || c != '-') {
			b.WriteByte(c)
		} else {
			b.WriteByte('_')
			b.WriteString(hex.EncodeToString([]byte{c}))
		}
	}
	return b.String()
}

// DecodeProfile is the reverse of EncodeProfile.
func DecodeProfile(encoded string) (string, error) {
	var b strings.Builder
	for rest := encoded; rest != ""; {
		if rest[0] != '_' {
			b.WriteByte(rest[0])
			rest = rest[1:]
			continue
		}
		if len(rest) < 3 {
			return "", fmt.Errorf("not an encoded profile name: %q", encoded)
		}
		c, err := hex.DecodeString(rest[1:3])
		if err != nil {
			return "", fmt.Errorf("not an encoded profile name: %q", encoded)
		}
		b.Write(c)
		rest = rest[3:]
	}
	return b.String(), nil
}

// isGuise reports whether a credential_process runs guise, wherever that is.
func isGuise(command string) bool {
	executable, _, ok := strings.Cut(command, " credential-process --profile")
	if !ok {
		return false
	}
	return isCalledGuise(strings.Trim(strings.TrimSpace(executable), `"'`))
}

func isCalledGuise(executable string) bool {
	name := path.Base(strings.ReplaceAll(executable, `\`, "/"))
	return name == "guise" || name == "guise.exe"
}

// ProfileOfOther says for which profile a credential_process runs a tool whose own
// settings guise reads as well (granted_, vegas_).
func ProfileOfOther(command string) (profile string, ok bool) {
	words := strings.Fields(command)
	if len(words) < 3 {
		return "", false
	}
	switch path.Base(words[0]) + " " + words[1] {
	case "granted credential-process", "vegas-credentials assume":
	default:
		return "", false
	}
	if name, ok := strings.CutPrefix(words[2], "--profile="); ok && len(words) == 3 {
		return name, true
	}
	if words[2] == "--profile" && len(words) == 4 {
		return words[3], true
	}
	return "", false
}

// ProfileOf says for which profile a credential_process runs guise. Not ok where
// it runs something else.
func ProfileOf(command string) (profile string, ok bool) {
	if !isGuise(command) {
		return "", false
	}
	_, rest, _ := strings.Cut(command, " credential-process ")
	if name, ok := strings.CutPrefix(rest, "--profile "); ok && isPlain(name) { // as Command writes it
		return name, true
	}
	words, closed := shellWords(rest)
	if !closed {
		words = strings.Fields(rest)
	}
	encoded := ""
	for i, word := range words {
		flag, value, together := strings.Cut(word, "=")
		if !together && i+1 < len(words) {
			value = words[i+1]
		}
		switch flag {
		case "--profile":
			profile = value
		case "--profile-encoded":
			encoded = value
		}
	}
	if encoded != "" { // it counts, as in guise itself
		name, err := DecodeProfile(encoded)
		return name, err == nil
	}
	return profile, profile != ""
}

// isOwn says of a credential_process whether it is the line by which guise manages a
// profile, as Adopt writes it: it runs guise for that profile. One that runs guise
// for another profile is a process like any other; but where some of the definition
// is hidden, it is of a profile whose section was copied or renamed.
func isOwn(command, profile string, hidden bool) bool {
	if hidden {
		return isGuise(command)
	}
	name, ok := ProfileOf(command)
	return ok && name == profile
}

// hides reports whether guise has hidden some of a profile's definition in its sections.
func hides(sections ...*section) bool {
	return slices.ContainsFunc(sections, func(s *section) bool { return slices.ContainsFunc(s.settings(), setting.isHidden) })
}

func (s setting) isHidden() bool {
	bare, ok := strings.CutPrefix(s.key, own)
	return ok && slices.Contains(hiddenKeys, bare)
}

// ownCommand returns the line of a section by which guise manages its profile.
func (s *section) ownCommand(profile string, hidden bool) (setting, bool) {
	for _, one := range s.settings() {
		if one.key == keyCommand && isOwn(one.value, profile, hidden) {
			return one, true
		}
	}
	return setting{}, false
}
