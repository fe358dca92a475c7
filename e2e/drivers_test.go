//go:build unix

package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"guise/internal/awsenv"
	"guise/internal/need"
	"guise/internal/terminaltest"
	"guise/shell"
)

// A driver is all that the acceptance suite knows of one shell: how it is started and
// spoken to, and what it has. What it has is the table of docs/shells.md too.
type driver struct {
	name    string   // the dialect's, or of one of the programs that speak it
	program []string // found on PATH, with the words that make it interactive
	env     []string
	// prompt is what an rc file has beside the hook, as its comment says it: it shows
	// <SEGMENT>ready.
	prompt string
	set    string // sets an exported variable: with its name for NAME, the quoted value for VALUE
	word   string // a quoted value as an argument of a command; empty: as it is
	status string // prints the status of the command before, behind "status "

	accept string // the keys that take what is completed

	segment    ability
	notice     ability
	completion ability
}

// An ability is what a shell has of something, in a few words; nothing where it is all.
type ability string

const (
	whole    ability = ""
	none     ability = "no"
	nameOnly ability = "the name alone"
	untilEnd ability = "when it expires, not the time left"
	atUse    ability = "shown by `guise use`"

	untried    ability = "written by its documentation, not run"
	plainNames ability = "names without special characters"
)

const posixPrompt = "PS1='<$AWS_PROFILE>ready '\n"

func drivers() []driver {
	posix := driver{
		prompt: posixPrompt, set: "export NAME=VALUE", status: `echo "status $?"`,
		segment: nameOnly, notice: atUse, completion: none,
	}
	as := func(d driver, name string, program ...string) driver {
		d.name, d.program = name, program
		return d
	}
	withENV := func(d driver) driver { d.env = []string{"ENV=HOME/.shrc"}; return d }
	return []driver{
		{
			name: "zsh", program: []string{"zsh", "-i"}, set: "export NAME=VALUE", status: `echo "status $?"`,
			prompt: compinit() + "\nsetopt PROMPT_SUBST\nPROMPT='<$GUISE_PROMPT>ready '\n",
		},
		{
			name: "bash", program: []string{"bash", "-i"}, set: "export NAME=VALUE", status: `echo "status $?"`,
			prompt: "PS1='<$GUISE_PROMPT>ready '\n",
		},
		{
			name: "fish", program: []string{"fish", "-i"}, set: "set -gx NAME VALUE", status: `echo "status $status"`,
			prompt:  "set -g fish_greeting\nfunction fish_prompt; echo -n \"<$GUISE_PROMPT>ready \"; end\n",
			segment: untilEnd,
		},
		withENV(as(posix, "dash", "dash", "-i")),
		withENV(as(posix, "busybox", "busybox", "sh", "-i")),
		as(posix, "ksh", "ksh93", "-i"),
		as(posix, "mksh", "mksh", "-i"),
		{
			name: "tcsh", program: []string{"tcsh", "-i"}, set: "setenv NAME VALUE", status: `echo "status $status"`,
			prompt:     "set prompt = '<%$GUISE_PROMPT>ready '\n",
			completion: plainNames,
		},
		{
			name: "xonsh", program: []string{"xonsh"}, accept: "\r", set: "$NAME = VALUE", word: "@(VALUE)", status: `echo "status $LAST_RETURN_CODE"`,
			prompt: "$XONSH_SHOW_TRACEBACK = True\n$PROMPT = '<{guise}>ready '\n",
		},
		{
			name: "elvish", program: []string{"elvish"}, set: "set-env NAME VALUE", accept: "\r",
			prompt:  "set edit:prompt = { put '<'$E:GUISE_PROMPT'>ready ' }\nset edit:rprompt = { }\n",
			segment: untilEnd,
		},
		{
			name: "nushell", program: []string{"nu"}, set: "$env.NAME = VALUE", accept: "\r", status: `print $"status ($env.LAST_EXIT_CODE)"`,
			prompt: "$env.config.show_banner = false\n$env.PROMPT_COMMAND = {|| $\"<($env.GUISE_PROMPT)>ready\" }\n" +
				"$env.PROMPT_INDICATOR = ' '\n$env.PROMPT_COMMAND_RIGHT = ''\n",
		},
		{name: "powershell", segment: untried, notice: untried, completion: untried},
	}
}

// find returns the path of the shell. That of nushell may be where npm has put it.
func (d driver) find(t testing.TB) string {
	t.Helper()
	if path, err := exec.LookPath(d.program[0]); err == nil {
		return path
	}
	found, err := filepath.Abs("testdata/js/node_modules/@nushell/linux-x64/bin/" + d.program[0])
	if err == nil {
		_, err = os.Stat(found)
	}
	need.That(t, err)
	return found
}

// dialect is what the shell speaks.
func (d driver) dialect() shell.Dialect {
	dialect, err := shell.Named(d.name)
	if err != nil {
		panic(err)
	}
	return dialect
}

// row is the shell's line of the table in docs/shells.md.
func (d driver) row() string {
	startup := d.dialect().Startup(func(string) string { return "" })
	line := "`" + strings.ReplaceAll(startup.Line, "; ", "`; `") + "`"
	if strings.Contains(startup.Line, "`") {
		line = "`` " + startup.Line + " ``"
	}
	cells := []string{d.name, line, "~/" + startup.Files[0]}
	if d.env != nil {
		cells[2] = "the file that `ENV` names, or ~/" + startup.Files[0]
	}
	for _, a := range []ability{d.segment, d.notice, d.completion} {
		if a == whole {
			a = "yes"
		}
		cells = append(cells, string(a))
	}
	for i := range cells {
		cells[i] = strings.ReplaceAll(cells[i], "|", `\|`)
	}
	return "| " + strings.Join(cells, " | ") + " |\n"
}

// TestShellsPage: docs/shells.md says of each shell what the acceptance suite sees of it.
func TestShellsPage(t *testing.T) {
	var table strings.Builder
	table.WriteString("| shell | line | file | segment in the prompt | pending requests | completion |\n|---|---|---|---|---|---|\n")
	for _, d := range drivers() {
		table.WriteString(d.row())
	}
	generated(t, "../docs/shells.md", "<!-- from the acceptance suite, by make docs -->\n", table.String())
}

// rc writes what the shell loads at its start: the hook's own line, into the file that
// `guise setup` and the hints name, and a prompt.
func (d driver) rc(w *world) {
	w.t.Helper()
	startup := d.dialect().Startup(func(name string) string {
		value, _ := awsenv.Env(d.environment(w)).Get(name)
		return value
	})
	file, err := filepath.Rel(w.home, startup.Files[0])
	if err != nil {
		file = startup.Files[0]
	}
	if err := os.MkdirAll(filepath.Join(w.home, filepath.Dir(file)), 0o700); err != nil {
		w.t.Fatal(err)
	}
	w.write(file, startup.Line+"\n"+d.prompt)
}

func (d driver) environment(w *world) []string {
	env := make([]string, len(d.env))
	for i, pair := range d.env {
		env[i] = strings.ReplaceAll(pair, "HOME", w.home)
	}
	return env
}

// open starts the shell in a terminal, with the hook.
func (d driver) open(w *world, env ...string) *terminaltest.Terminal {
	w.t.Helper()
	path := d.find(w.t)
	d.rc(w)
	s := w.open(slices.Concat(d.environment(w), env), append([]string{path}, d.program[1:]...)...)
	s.See("<.*>ready")
	return s
}
