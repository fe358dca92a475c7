package shell

import (
	"path/filepath"
	"strconv"
	"strings"

	"guise/internal/printable"
)

// A CommandLine is where the user types what guise proposes. Proposals are written once, as
// commands of a POSIX shell: by [Guise], [Edit], [Word] and their like. Those words are
// taken the same way by all shells only where they are plain, so that [CommandLine.Typed]
// writes the command for the shell at hand.
type CommandLine struct {
	Dialect Dialect // none: cmd.exe on Windows, else a POSIX shell
	Home    string  // empty: there is none
	Windows bool
	Editors []string // as VISUAL and EDITOR have them; the first that can be used is
}

// CommandLineHere is the command line of the shell whose hook calls us, or else of one of
// the programs that have started this one, or else of $SHELL. callers are asked for
// their names, the nearest first, where the hook does not say it. system is as Go names it.
func CommandLineHere(getenv func(string) string, callers func() []string, home, system string) CommandLine {
	c := CommandLine{Home: home, Windows: system == "windows", Editors: []string{getenv("VISUAL"), getenv("EDITOR")}}
	var err error
	if c.Dialect, err = Named(getenv("GUISE_SHELL")); err != nil {
		c.Dialect, _ = Detect(append(callers(), getenv("SHELL"))...)
	}
	return c
}

// note is between a command and what is to be known about it.
const note = "   # "

// Typed writes a proposed command, with its note, for this command line: the words in the
// quotes of its shell, [Edit] with the user's editor, and unset as that shell has it. What
// is more than words, such as the line that loads a hook, is written for one shell already,
// and stays. The note is behind the command or, where the shell would take it for words,
// in a line of its own.
func (c CommandLine) Typed(proposed string) string {
	words, about, ok := read(proposed)
	switch {
	case !ok || len(words) == 0:
		command, about, _ := strings.Cut(proposed, note)
		return c.noted(command, about)
	case words[0] == word{text: editor, bare: true}:
		return c.edit(words[1:], about)
	case len(words) == 2 && words[0] == word{text: "unset", bare: true} && c.variables().forget != "":
		return c.noted(strings.ReplaceAll(c.variables().forget, "NAME", words[1].text), about)
	case len(words) == 2 && words[0] == word{text: "export", bare: true} && c.variables().set != "":
		name, value, _ := strings.Cut(words[1].text, "=")
		return c.noted(strings.NewReplacer("NAME", name, "WORD", c.word(value), "TEXT", c.quoted(value)).Replace(c.variables().set), about)
	}
	typed := make([]string, len(words))
	for i, one := range words {
		typed[i] = c.word(one.text)
		if i == 0 {
			typed[i] = c.program(one.text)
		}
	}
	return c.noted(strings.Join(typed, " "), about)
}

func (c CommandLine) noted(command, about string) string {
	command, about = printable.Line(command), printable.Line(about) // a name may hold the end of a line
	switch {
	case about == "":
		return command
	case c.Dialect.uncommented || c.isCmd():
		return command + "\n" + strings.TrimLeft(note, " ") + about
	}
	return command + note + about
}

// variables are how this command line changes those of the environment.
func (c CommandLine) variables() variables {
	if c.isCmd() {
		return variables{forget: "set NAME=", set: "set NAME=WORD"}
	}
	return c.Dialect.typed
}

func (c CommandLine) isCmd() bool { return c.Windows && c.Dialect.name == "" }

// word writes data as one word: as it is where that is plain.
func (c CommandLine) word(s string) string {
	plain := c.Windows && (c.isCmd() || c.Dialect.data) // a backslash is there, as Windows' paths have it
	switch {
	case isPlain(s) || plain && isPlain(strings.ReplaceAll(s, `\`, "/")):
		if c.Dialect.special == nil || !c.Dialect.special(s) {
			return s
		}
	case c.isCmd():
		return quoteCmd(s)
	}
	if c.Dialect.argument != "" {
		return strings.ReplaceAll(c.Dialect.argument, "WORD", c.quoted(s))
	}
	return c.quoted(s)
}

func (c CommandLine) quoted(s string) string {
	if c.Dialect.name == "" {
		return quotePOSIX(s)
	}
	return c.Dialect.Quote(s)
}

// program writes the first word of a command: a quoted one is no program in each shell.
func (c CommandLine) program(s string) string {
	written := c.word(s)
	if written == s || c.Dialect.invoked == "" {
		return written
	}
	return strings.ReplaceAll(c.Dialect.invoked, "WORD", written)
}

// file writes a path, and what comes after it in the same word; ~ is for the home, where
// no quotes keep the shell from reading it.
func (c CommandLine) file(path, after string) string {
	if rest, ok := strings.CutPrefix(path, c.Home+string(filepath.Separator)); ok && c.Home != "" && !c.Windows && isPlain(rest) {
		return "~/" + rest + after
	}
	return c.word(path + after)
}

// A word of a command that [read] has read.
type word struct {
	text string
	bare bool // nothing of it is quoted
}

// read reads a command as [Word] and its like write it: words with spaces between them, and
// the note after them. ok is false for whatever else a shell knows.
func read(command string) (words []word, about string, ok bool) {
	for rest := command; rest != ""; {
		if about, is := strings.CutPrefix(rest, note); is {
			return words, about, true
		}
		if rest[0] == ' ' {
			rest = rest[1:]
			continue
		}
		one := word{bare: true}
		if after, is := strings.CutPrefix(rest, editor); is {
			one.text, rest = editor, after
		}
		for rest != "" && rest[0] != ' ' {
			switch {
			case rest[0] == '\'':
				quoted, after, closed := strings.Cut(rest[1:], "'")
				if !closed {
					return nil, "", false
				}
				one.text, one.bare, rest = one.text+quoted, false, after
			case strings.HasPrefix(rest, `\'`):
				one.text, one.bare, rest = one.text+"'", false, rest[2:]
			case strings.IndexByte(plainCharacters, rest[0]) >= 0:
				one.text, rest = one.text+rest[:1], rest[1:]
			default:
				return nil, "", false
			}
		}
		words = append(words, one)
	}
	return words, "", true
}

// editor is the user's editor, in a proposed command: as its first word, unquoted.
const editor = "${EDITOR:-vi}"

// edit writes a command of [Edit].
func (c CommandLine) edit(words []word, about string) string {
	line := 0
	if len(words) == 2 {
		line, _ = strconv.Atoi(words[0].text)
	}
	path := words[len(words)-1].text
	argv := c.editor()
	typed := []string{c.program(argv[0])}
	for _, one := range argv[1:] {
		typed = append(typed, c.word(one))
	}
	form := []string{"FILE"}
	if line > 0 {
		if at := lineForm(argv[0]); at != "" {
			form = strings.Fields(at)
		} else {
			about = strings.TrimSuffix("line "+strconv.Itoa(line)+": "+about, ": ")
		}
	}
	for _, one := range form {
		one = strings.ReplaceAll(one, "LINE", strconv.Itoa(line))
		if after, is := strings.CutPrefix(one, "FILE"); is {
			one = c.file(path, after)
		}
		typed = append(typed, one)
	}
	return c.noted(strings.Join(typed, " "), about)
}

// editor is the program of the user's editor and its arguments.
func (c CommandLine) editor() []string {
	for _, value := range c.Editors {
		if argv, ok := c.editorWords(value); ok {
			return argv
		}
	}
	if c.Windows {
		return []string{"notepad"}
	}
	return []string{"vi"}
}

// editorWords reads VISUAL or EDITOR: a command of sh, as git and others run it. ok is false
// for one that is empty or more than words, or that would not show as it is.
func (c CommandLine) editorWords(value string) (argv []string, ok bool) {
	const special = "$`;&|<>(){}[]*?#!\n"
	if !printable.Text(value) {
		return nil, false
	}
	var quote rune
	escaped, inWord, now := false, false, ""
	for _, r := range value {
		switch {
		case escaped:
			if quote == '"' && !strings.ContainsRune("$`\"\\", r) {
				now += `\` // sh keeps it there
			}
			escaped, now = false, now+string(r)
		case r == '\\' && quote != '\'' && !c.Windows:
			escaped, inWord = true, true
		case r == quote && quote != 0:
			quote = 0
		case quote == 0 && (r == '\'' || r == '"'):
			quote, inWord = r, true
		case quote == 0 && (r == ' ' || r == '\t'):
			if inWord {
				argv, now, inWord = append(argv, now), "", false
			}
		case quote != '\'' && strings.ContainsRune(special, r):
			return nil, false
		default:
			now, inWord = now+string(r), true
		}
	}
	if inWord {
		argv = append(argv, now)
	}
	ok = quote == 0 && !escaped && len(argv) > 0 && argv[0] != "" && !strings.HasPrefix(argv[0], "-") && !strings.Contains(argv[0], "=")
	return argv, ok
}
