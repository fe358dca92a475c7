// Package shell speaks to shells: the hook that each loads, and a change of its
// variables written in its own language.
//
// A [Dialect] is data and one function that quotes: whatever is in a value, it
// is one word to the shell and nothing of it runs. The hooks are plain files in
// each shell's language (hook.zsh, …), with two words, GUISE_COMMAND and
// GUISE_ROOMS, in the place of the function's name and of the folders that
// pending requests may be in.
package shell

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"
	"unicode"
)

// A Dialect is one shell's language.
type Dialect struct {
	name    string
	others  []string // programs of other names that speak it too
	program string   // the one that is meant: by it, the dialect was found
	silent  bool     // it runs nothing before a prompt
	joined  string   // between commands, where it does not evaluate lines
	listed  string   // between the words of a list
	data    bool     // its hook evaluates nothing: see dataOf
	load    string   // the line that loads the hook, and the files that it belongs into
	files   func(program string, getenv func(string) string) []string
	hook    string
	quote   func(string) string
	segment func(string) string // makes text plain in a prompt
	// What the user types: see [CommandLine].
	uncommented bool // at a prompt # begins a word: zsh(1), INTERACTIVE_COMMENTS; tcsh(1), "Lexical structure"
	typed       variables
	argument    string                 // a quoted WORD as an argument; empty: as it is
	invoked     string                 // a quoted WORD as the program of a command; empty: as it is
	special     func(word string) bool // reports a word of plain characters that must be quoted
	// How a variable is exported, set without being exported, and unset: with
	// the name for %[1]s and the quoted value for %[2]s.
	export, set, unset string
	// How a variable that is not exported is kept before a switch, and how one is
	// given back after it: to what was kept, or exported with a value.
	keep, giveBack, giveBackExported string
}

// variables are how a user changes those of the environment at a prompt: set exports NAME
// with a value, which is a WORD or, where a value is no word, quoted TEXT; forget unsets it.
// Empty: export NAME=WORD and unset NAME, as in a POSIX shell.
type variables struct{ set, forget string }

// Names returns the shells that guise has a hook for.
func Names() []string {
	var names []string
	for _, d := range dialects() {
		names = append(names, d.name)
	}
	return names
}

// Programs returns the names of all programs that speak a dialect.
func Programs() []string {
	var names []string
	for _, d := range dialects() {
		names = append(append(names, d.name), d.others...)
	}
	return names
}

// UnknownError is a shell that guise has no hook for.
type UnknownError struct {
	Name  string
	Known []string
}

func (e *UnknownError) Error() string {
	return fmt.Sprintf("no hook for %q; there is one for %s", e.Name, strings.Join(e.Known, ", "))
}

// Named returns a dialect by the shell's name or path: zsh, -zsh, /bin/zsh, dash.
func Named(name string) (Dialect, error) {
	bare := strings.TrimPrefix(path.Base(name), "-")
	for _, d := range dialects() {
		if slices.Contains(d.others, bare) {
			d.program = bare
		} else if d.name != bare {
			continue
		}
		return d, nil
	}
	return Dialect{}, &UnknownError{name, Names()}
}

// Name of the dialect: a shell's, or posix for several.
func (d Dialect) Name() string { return d.name }

// Silent reports that the shell shows no pending request by itself, since it runs
// nothing before a prompt.
func (d Dialect) Silent() bool { return d.silent }

// Quote writes a value as one word. A shell's word cannot hold a NUL: it ends there.
func (d Dialect) Quote(s string) string {
	s, _, _ = strings.Cut(s, "\x00")
	return d.quote(s)
}

// Segment makes text plain in the shell's prompt: nothing in it is an escape.
func (d Dialect) Segment(text string) string { return d.segment(text) }

func quotePOSIX(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }

func quoteFish(s string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(s) + "'"
}

// quoteTcsh writes a word in apostrophes. There too ! is for the history, and a line
// ends, unless a backslash is before it (tcsh(1), "Lexical structure").
func quoteTcsh(s string) string {
	return "'" + strings.NewReplacer("'", `'\''`, "!", `\!`, "\n", "\\\n").Replace(s) + "'"
}

// A Change is one variable set or unset.
type Change struct {
	Name, Value string
	Unset       bool
	Exported    bool // to the programs that the shell starts
	// Keep changes nothing: the shell notes the value of a variable that is not
	// exported, which no program sees, for the change that gives it back.
	Keep bool
	// GiveBack restores a variable: exported with the value or,
	// with Unset, to what the shell has kept.
	GiveBack bool
}

// A ValueError is a variable whose value is not written, and why.
type ValueError struct{ Name, Why string }

func (e *ValueError) Error() string { return e.Name + " " + e.Why }

// holdsControl is why a value is refused that holds a control character: a quoted
// one harms no shell, but nothing that guise writes has one of its own, and the
// next who reads the variable may not quote it.
const holdsControl = "holds a control character"

// checked is the error for changes that are not written, a *ValueError.
func checked(changes []Change) error {
	for _, c := range changes {
		if !c.Unset && strings.ContainsFunc(c.Value, unicode.IsControl) {
			return &ValueError{c.Name, holdsControl}
		}
	}
	return nil
}

// Script writes changes in the shell's language, in their order. Its error is a
// *ValueError.
func (d Dialect) Script(changes []Change) (string, error) {
	if err := checked(changes); err != nil {
		return "", err
	}
	return d.script(changes), nil
}

func (d Dialect) script(changes []Change) string {
	if d.data {
		return dataOf(changes)
	}
	var lines []string
	for _, c := range changes {
		form := d.set
		switch {
		case c.Keep:
			form = d.keep
		case c.GiveBack && c.Unset:
			form = d.giveBack
		case c.GiveBack:
			form = d.giveBackExported
		case c.Unset:
			form = d.unset
		case c.Exported:
			form = d.export
		}
		if form != "" {
			lines = append(lines, strings.NewReplacer("%[1]s", c.Name, "%[2]s", d.Quote(c.Value)).Replace(form))
		}
	}
	if len(lines) == 0 {
		return ""
	}
	return strings.Join(lines, cmp.Or(d.joined, "\n")) + "\n"
}
