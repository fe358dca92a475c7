//go:build unix

package completions

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"guise/internal/need"
)

// everyShell runs a story in each shell, in its plain setting.
func everyShell(t *testing.T, story func(t *testing.T, shell string)) {
	for shell := range settings() {
		t.Run(shell, func(t *testing.T) {
			t.Parallel()
			story(t, shell)
		})
	}
}

// compopt tells a bash from 4.0 on.
func compopt(t *testing.T) bool {
	return exec.Command(need.Program(t, "bash"), "-c", "type compopt").Run() == nil
}

// TestSeveral: what values have in common is put in, what tells them apart is
// listed, with descriptions where the shell has a place for them.
func TestSeveral(t *testing.T) {
	everyShell(t, func(t *testing.T, shell string) {
		k := start(t, shell, "guise")
		k.write("values", "prod one\tthe first\nprod two\tthe second\n:4\n")
		k.Type("guise use p\t")
		k.See(`rod\\ `)
		k.Type(map[string]string{"zsh": "\t", "bash": "\t\t"}[shell]) // the list comes with the second, in bash the third
		if shell != "bash" || compopt(t) {
			k.See("the first")
			k.See("the second")
		}
		k.Type("tw\t\r")
		k.See(`got:<use><prod two>\n`)
	})
}

// TestColumn: what values are about is in a column beside them, and no wider than the
// terminal.
func TestColumn(t *testing.T) {
	everyShell(t, func(t *testing.T, shell string) {
		if shell == "bash" && !compopt(t) {
			return // bash 3.2 does not say that it lists
		}
		k := start(t, shell, "guise")
		k.write("values", "p-1\tshort\np-long\t"+strings.Repeat("long ", 40)+"\np-longer-name\tthe third\n:4\n")
		k.Type("guise use p\t" + map[string]string{"zsh": "\t", "bash": "\t\t"}[shell])
		if shell == "fish" {
			k.See(`the third`)
			return
		}
		k.See(`p-1 +-- short\s`)
		k.See(`p-long +-- long [^\n]*…`)
		k.See(`p-longer-name  -- the third`)
		for _, line := range strings.Split(k.Everything(), "\n") {
			if at := strings.Index(line, " -- "); at >= 0 && at != len("p-longer-name ") {
				t.Errorf("%q", line)
			}
		}
	})
}

// TestCompinitLater: in zsh compinit may come after the script, or before and after it.
func TestCompinitLater(t *testing.T) {
	for _, rc := range []string{"PROMPT='ready> '; %s\nautoload -Uz compinit; compinit -u -D", "PROMPT='ready> '; autoload -Uz compinit; compinit -u -D\n%s\ncompinit -u -D"} {
		k := open(t, "zsh", "guise", rc)
		k.write("values", "prod\tit\n:4\n")
		k.Type("guise use pr\t\r")
		k.See(`got:<use><prod>\n`)
	}
}

// TestOthersCollect: what others put in the place of the shell's own way to offer matches is
// heeded: fzf-tab's function compadd, and the options of ble.sh, which quotes by itself.
func TestOthersCollect(t *testing.T) {
	k := start(t, "zsh", "guise", "compadd() { print -r -- collected >>collected; builtin compadd \"$@\" }")
	k.write("values", "prod\tit\n:4\n")
	k.Type("guise use pr\t\r")
	k.See(`got:<use><prod>\n`)
	if _, err := os.Stat(filepath.Join(k.dir, "collected")); err != nil {
		t.Error(err)
	}
	for directive, want := range map[string]string{"4": "+-o ble/syntax-raw\n+-o ble/no-default\n", "0": "+-o ble/syntax-raw\n"} {
		k = start(t, "bash", "guise", "BLE_VERSION=1", "compopt() { echo \"+$*\" >>options; }")
		k.write("values", "prod\tit\n:"+directive+"\n")
		k.Type("guise use pr\t\r")
		k.See(`got:<use><prod>\n`)
		if got, _ := os.ReadFile(filepath.Join(k.dir, "options")); string(got) != want {
			t.Errorf("%s: %q", directive, got)
		}
	}
}

// TestDirectives: no space after the value; no files; files.
func TestDirectives(t *testing.T) {
	everyShell(t, func(t *testing.T, shell string) {
		k := start(t, shell, "guise")
		k.write("a file", "")
		for _, c := range []struct{ values, typed, want string }{
			{"prod\n:6\n", "use pr\t-x", "<use><prod-x>"},
			{"prod\n:4\n", "use pr\tx", "<use><prod><x>"},
			{":4\n", "use a\\ f\t", "<use><a f>"},
			{":0\n", "use a\\ f\t", "<use><a file>"},
			{":0\n", "use 'a f\t", "<use><a file>"},
			{":1\n", "use nothing-like-it\t", "<use><nothing-like-it>"},
			{"", "use x\t", "<use><x>"},
			{"x:9\n:4\n", "use x:\t", "<use><x:9>"},
			{":9\n:4\n", "use :\t", "<use><:9>"}, // looks like a directive, but is not the last
		} {
			if c.values == "prod\n:6\n" && (shell == "fish" || shell == "bash" && !compopt(t)) {
				continue // fish decides by itself; bash 3.2 knows no way
			}
			k.write("values", c.values)
			k.Type("guise " + c.typed + "\r")
			if got := k.See(`got:.*\n|> \n`)[0]; got != "got:"+c.want+"\n" {
				t.Errorf("%q with %q: %q, want %s", c.typed, c.values, got, c.want)
			}
			k.See("ready> ")
		}
	})
}

// TestPlaces: the command need not be the first word of the line, the cursor
// not at its end, and the function not be named guise.
func TestPlaces(t *testing.T) {
	everyShell(t, func(t *testing.T, shell string) {
		k := start(t, shell, "aws-as", map[string]string{
			"bash": `function aws-as() { command guise "$@"; }`,
			"zsh":  `function aws-as() { command guise "$@"; }`,
			"fish": `function aws-as; command guise $argv; end`,
		}[shell])
		k.write("values", "prod:admin\nother\n:4\n")
		for typed, want := range map[string]string{
			"aws-as use prod:a\t":                  "<use><prod:admin>",
			"true; aws-as use pr\t":                "<use><prod:admin>",
			"true && aws-as use pr\t":              "<use><prod:admin>",
			"A=1 aws-as use pr\t":                  "<use><prod:admin>",
			"aws-as use pr xy\x1b[D\x1b[D\x1b[D\t": "<use><prod:admin><xy>",
		} {
			if strings.HasPrefix(typed, "A=1") && shell == "bash" && !compopt(t) {
				continue // bash 3.2 takes A=1 for the command
			}
			k.Type(typed + "\r")
			if got := k.See(`got:.*\n`)[0]; got != "got:"+want+"\n" {
				t.Errorf("%q: %q, want %s", typed, got, want)
			}
			k.See("ready> ")
		}
	})
}

// TestOwnCommand: after -- a command of its own is completed by the shell: its
// files in all, its name and its words where the shell can.
func TestOwnCommand(t *testing.T) {
	everyShell(t, func(t *testing.T, shell string) {
		k := start(t, shell, "guise")
		k.write("values", ":0\n")
		k.write("a file", "")
		k.Type("guise exec prod -- ls a\\ f\t\r")
		k.See(`got:<exec><prod><--><ls><a file>\n`)
		k.See("ready> ")
		k.Type("guise exec prod -- printe\t\r")
		k.See(`got:<exec><prod><--><printenv>\n`)
		k.See("ready> ")
		k.Type("guise exec prod printe\t\r")
		k.See(`got:<exec><prod><printenv>\n`)
		k.See("ready> ")
		k.Type("guise exec prod --policy a\\ f\t\r") // a flag is no command
		k.See(`got:<exec><prod><--policy><a file>\n`)
		if shell != "bash" {
			return
		}
		k.See("ready> ")
		k.Type("guise exec prod -- 'printe\t\r")
		k.See(`got:<exec><prod><--><printenv>\n`)
		k.See("ready> ")
		k.Type("guise exec prod -- ./a\\ f\t\r")
		k.See(`got:<exec><prod><--><\./a file>\n`)
		// Its words, by bash-completion, of which each version has its own name for it.
		for _, name := range []string{"_command_offset", "_comp_command_offset"} {
			k.See("ready> ")
			k.Type("function " + name + `() { COMPREPLY=("` + name + `-$1-${COMP_WORDS[$1]}"); }` + "\r")
			k.See("ready> ")
			k.Type("guise exec a:b -- tool wo\t\r")
			k.See(`got:<exec><a:b><--><tool><` + name + `-6-tool>\n`)
		}
	})
}

// TestNoProgram: without guise on PATH, TAB says nothing.
func TestNoProgram(t *testing.T) {
	everyShell(t, func(t *testing.T, shell string) {
		k := start(t, shell, "guise")
		if err := os.Remove(filepath.Join(k.dir, "guise")); err != nil {
			t.Fatal(err)
		}
		k.Type("guise use x\t\x15echo fi''ne\r")
		k.See("fine\n")
		for _, word := range []string{"nknown", "not found"} {
			if strings.Contains(k.Everything(), word) {
				t.Errorf("%s was said", word)
			}
		}
	})
}
