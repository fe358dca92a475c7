package shell

import (
	"cmp"
	"fmt"
	"strings"
)

// HookOptions are what a user may change of a hook.
type HookOptions struct {
	Command      string // name of the shell function; "guise" where empty
	NoPrompt     bool   // do not keep $GUISE_PROMPT up to date
	NoCompletion bool   // leave Completion out
	Completion   string // the completion script for Command
	// Rooms are the folders in which programs that wait leave word. The hook reads
	// those that belong to our own user.
	Rooms []string
}

// NameError is a name that a shell function cannot have.
type NameError struct{ Name string }

func (e *NameError) Error() string {
	return fmt.Sprintf("%q cannot be the name of a shell function: letters, digits, _ and, where the shell takes it, -", e.Name)
}

// Hook returns the text that a shell is to load. Its error is a *NameError.
func (d Dialect) Hook(o HookOptions) (string, error) {
	if o.Command == "" {
		o.Command = "guise"
	}
	const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_"
	others := "0123456789-"
	if d.name == "posix" {
		others = "0123456789" // "Function Definition Command" in POSIX
	}
	if strings.Trim(o.Command, letters+others) != "" || !strings.Contains(letters, o.Command[:1]) {
		return "", &NameError{o.Command}
	}
	rooms := make([]string, len(o.Rooms))
	for i, room := range o.Rooms {
		rooms[i] = d.Quote(room)
	}
	text := strings.NewReplacer("GUISE_COMMAND", o.Command, "GUISE_ROOMS", strings.Join(rooms, cmp.Or(d.listed, " "))).Replace(d.hook)
	if o.NoPrompt {
		before, rest, _ := strings.Cut(text, "# begin prompt hook\n")
		_, after, _ := strings.Cut(rest, "# end prompt hook\n")
		text = before + after
	}
	if !o.NoCompletion && o.Completion != "" {
		text += "\n# --- completion --------------------------------------------------------------\n\n" + o.Completion
	} else {
		text = strings.ReplaceAll(text, "@__guise_complete", "") // which nushell has in the command's signature
	}
	if d.joined != "" {
		text = withoutComments(text)
	}
	return text, nil
}

// withoutComments leaves out lines that are empty or a comment: where lines are joined, a
// comment would have no end.
func withoutComments(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		if line != "\n" && !strings.HasPrefix(line, "#") {
			b.WriteString(line)
		}
	}
	return b.String()
}
