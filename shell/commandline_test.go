package shell

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"guise/internal/need"
	"guise/internal/printable"
	"guise/internal/standin"
)

// typists are the programs that read a file of lines as a user types them, by their dialects.
// Those that know comments in files alone are interactive.
func typists() map[string][]string {
	return map[string][]string{
		"zsh": {"zsh", "-fi"}, "bash": {"bash", "--norc"}, "fish": {"fish", "--no-config"},
		"dash": {"dash"}, "busybox": {"busybox", "sh"}, "ksh": {"ksh93"}, "mksh": {"mksh"},
		"tcsh": {"tcsh", "-fi"}, "xonsh": {"xonsh", "--no-rc"}, "elvish": {"elvish", "-norc"}, "nushell": {"nu", "--no-config-file"},
	}
}

// eachTypist types into every shell what a story proposes, and wants the program and the words
// that it gets by it; "" where it runs none.
func eachTypist(t *testing.T, story func(c CommandLine, types func(line string, want ...string))) {
	for name, argv := range typists() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			need.Long(t)
			const npm = "../e2e/testdata/js/node_modules/@nushell/linux-x64/bin/nu" // where npm has put it
			if path, err := filepath.Abs(npm); err == nil && name == "nushell" {
				if _, err := os.Stat(path); err == nil {
					argv[0] = path
				}
			}
			need.Program(t, argv[0])
			home := t.TempDir()
			said, file := filepath.Join(home, "said"), filepath.Join(home, "typed")
			for _, program := range []string{"vi", "guise", "code", "hx", "an editor"} {
				standin.Program(t, filepath.Join(home, program), "#!/bin/sh\nprintf '%s\\0' \"${0##*/}\" \"$@\" ${GUISE_TYPED+\"GUISE_TYPED=$GUISE_TYPED\"} END >>"+quotePOSIX(said)+"\n")
			}
			dialect, err := Named(name)
			if err != nil {
				t.Fatal(err)
			}
			var lines []string
			var wanted [][]string
			story(CommandLine{Dialect: dialect, Home: home}, func(line string, want ...string) {
				line, _, _ = strings.Cut(line, "\n") // a note is not typed
				lines = append(lines, line)
				if want[0] != "" {
					wanted = append(wanted, want)
				}
			})
			if err := os.WriteFile(file, []byte(strings.Join(lines, "\n")+"\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			input, err := os.Open(file)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = input.Close() }()
			c := exec.Command(argv[0], append(slices.Clone(argv[1:]), file)...)
			if dialect.uncommented {
				c = exec.Command(argv[0], argv[1:]...)
				c.Stdin = input
			}
			c.Dir = home
			c.Env = []string{"PATH=" + home + ":" + os.Getenv("PATH"), "HOME=" + home, "LANG=C.UTF-8", "TERM=xterm"}
			if out, err := c.CombinedOutput(); err != nil || len(out) > 0 && !dialect.uncommented { // which prompts
				t.Errorf("%v %s", err, out)
			}
			data, _ := os.ReadFile(said)
			got := strings.Split(strings.TrimSuffix(string(data), "END\x00"), "END\x00")
			if len(got) != len(wanted) {
				t.Fatalf("%d lines ran a program, not %d: %q", len(got), len(wanted), got)
			}
			for i, want := range wanted {
				if words := strings.Split(strings.TrimSuffix(got[i], "\x00"), "\x00"); !slices.Equal(words, want) {
					t.Errorf("%q, want %q", words, want)
				}
			}
		})
	}
}

// TestTypedInEachShell: what guise proposes, typed into each shell, runs the program with the
// words that are meant, whatever is in them, and nothing else.
func TestTypedInEachShell(t *testing.T) {
	eachTypist(t, func(c CommandLine, types func(line string, want ...string)) {
		for _, editor := range []struct {
			value string
			words func(path string) []string
		}{
			{"", func(path string) []string { return []string{"vi", "+3", path} }},
			{"code --wait", func(path string) []string { return []string{"code", "--wait", "--goto", path + ":3"} }},
			{"hx", func(path string) []string { return []string{"hx", path + ":3"} }},
			{"'" + c.Home + "/an editor' -n 'a $b'", func(path string) []string { return []string{"an editor", "-n", "a $b", path} }},
		} {
			c.Editors = []string{editor.value}
			names := []string{"config", "a'b$c\"d!e", "a b", "it's", "$HOME", "`id`", `back\slash`, "a,b", "~", "*", "é", "(x)", "#"}
			if editor.value != "" {
				names = names[:2]
			}
			for _, name := range names {
				path := filepath.Join(c.Home, ".aws", name)
				types(c.Typed(Edit(path, 3)+note+"do it"), editor.words(path)...)
			}
		}
		for _, name := range append(ugly(), "=ls", "@x", "+3", "012", "x@read-only", "a=b", "true", "1..3", "{a,b}", "-x.y", "%1", "^x") {
			switch {
			case strings.ContainsFunc(name, unicode.IsControl): // is not shown as it is
			case strings.HasPrefix(name, "-"):
				types(c.Typed(Guise("explain", name)), "guise", "explain", "--", name)
			default:
				types(c.Typed(Guise("explain", name)+note+"what it is"), "guise", "explain", name)
			}
		}
		for _, value := range []string{"plain", "it's $HOME"} { // what a program sees of it
			types(c.Typed(Export("GUISE_TYPED", value)), "")
			types("guise", "guise", "GUISE_TYPED="+value)
		}
		types(c.Typed("unset GUISE_TYPED"), "")
		types("guise", "guise")
		types(c.Typed(Exec("--export", "-odd", []string{"guise", "a b"})), "guise", "exec", "--export", "--", "guise", "a b")
	})
}

// TestTyped: how a command is written for each command line.
func TestTyped(t *testing.T) {
	at := func(name string) CommandLine {
		d, err := Named(name)
		if err != nil {
			t.Fatal(err)
		}
		return CommandLine{Dialect: d, Home: "/home/al"}
	}
	onWindows := func(c CommandLine) CommandLine { c.Windows, c.Home = true, `C:\Users\al`; return c }
	editing := func(c CommandLine, editors ...string) CommandLine { c.Editors = editors; return c }
	config := Edit("/home/al/.aws/config", 3)
	for _, test := range []struct {
		at              CommandLine
		proposed, typed string
	}{
		{at("bash"), config, "vi +3 ~/.aws/config"},
		{CommandLine{}, config, "vi +3 /home/al/.aws/config"},
		{at("bash"), Edit("/home/al/.aws/config", 0), "vi ~/.aws/config"},
		{at("bash"), Edit("/home/al/a b", 3) + note + "do it", "vi +3 '/home/al/a b'   # do it"},
		{at("bash"), Edit("/home/alice/config", 3), "vi +3 /home/alice/config"},
		{at("bash"), Edit("-x", 3) + "; " + Edit("+x", 3), "${EDITOR:-vi} +3 ./-x; ${EDITOR:-vi} +3 ./+x"}, // more than words stays
		{at("bash"), "guise use '${EDITOR:-vi}'", "guise use '${EDITOR:-vi}'"},
		{at("bash"), "'${EDITOR:-vi}' +3 x", "'${EDITOR:-vi}' +3 x"},
		// VISUAL before EDITOR; what is no editor's command, or does not show, is not taken.
		{editing(at("bash"), "vim -n", "nano"), config, "vim -n +3 ~/.aws/config"},
		{editing(at("bash"), "", "nano"), config, "nano +3 ~/.aws/config"},
		{editing(at("bash"), " ", "\t"), config, "vi +3 ~/.aws/config"},
		{editing(at("bash"), "x\x1b[2Jy", "nano"), config, "nano +3 ~/.aws/config"},
		{editing(at("bash"), "vim\nrm -rf x", "\u202evim"), config, "vi +3 ~/.aws/config"},
		{editing(at("bash"), "vim; rm x", "$(rm x)"), config, "vi +3 ~/.aws/config"},
		{editing(at("bash"), "vim 'x", `vim "$x"`), config, "vi +3 ~/.aws/config"},
		{editing(at("bash"), "-x", "A=b vim"), config, "vi +3 ~/.aws/config"},
		{editing(at("bash"), `"my editor" -a "" '$x;'`), config, `'my editor' -a '' '$x;' ~/.aws/config   # line 3`},
		{editing(at("bash"), `"my\editor\"" "\$x"`), config, `'my\editor"' '$x' ~/.aws/config   # line 3`},
		{editing(at("fish"), `my\ editor it\'s`), config + note + "do it", `'my editor' 'it\'s' ~/.aws/config   # line 3: do it`},
		// Each editor's own form, and none where guise does not know it.
		{editing(at("bash"), "/usr/bin/vim.basic"), config, "/usr/bin/vim.basic +3 ~/.aws/config"},
		{editing(at("bash"), "emacsclient -t"), config, "emacsclient -t +3 ~/.aws/config"},
		{editing(at("bash"), "micro"), config, "micro +3 ~/.aws/config"},
		{editing(at("bash"), "code --wait"), config, "code --wait --goto ~/.aws/config:3"},
		{editing(at("bash"), "hx"), Edit("/a b", 3), "hx '/a b:3'"},
		{editing(at("bash"), "subl -w"), config, "subl -w ~/.aws/config:3"},
		{editing(at("bash"), "zed --wait"), config, "zed --wait ~/.aws/config:3"},
		{editing(at("bash"), "idea --wait"), config, "idea --wait --line 3 ~/.aws/config"},
		{editing(at("bash"), "mate -w"), config, "mate -w -l 3 ~/.aws/config"},
		{editing(at("bash"), "open -t"), config, "open -t ~/.aws/config   # line 3"},
		{editing(at("bash"), "open -t"), Edit("/x", 0), "open -t /x"},
		// Windows, where cmd.exe is where no other shell is found.
		{onWindows(CommandLine{}), Edit(`C:\Users\al\.aws\config`, 3), "notepad C:\\Users\\al\\.aws\\config\n# line 3"},
		{onWindows(CommandLine{}), Edit(`C:\Users\a l\.aws\config`, 3), `notepad "C:\Users\a l\.aws\config"` + "\n# line 3"},
		{editing(onWindows(at("pwsh")), `'C:\Program Files\n\notepad++.exe'`), Edit(`C:\Users\al\c`, 3), `& 'C:\Program Files\n\notepad++.exe' -n3 C:\Users\al\c`},
		{onWindows(CommandLine{}), "unset AWS_PROFILE", "set AWS_PROFILE="},
		{onWindows(CommandLine{}), Guise("use", `a & b`), `guise use "a & b"`},
		{onWindows(CommandLine{}), Guise("use", `a" & calc & "`), `guise use ^"a\^" ^& calc ^& \^"^"`},
		{onWindows(CommandLine{}), Guise("use", `%PATH%`), `guise use ^"^%PATH^%^"`},
		{onWindows(CommandLine{}), Guise("use", `a b\`), `guise use "a b\\"`},
		// A line end in a name or in a note makes no second line.
		{at("bash"), Edit("/a\nrm -rf x\n", 3) + note + "do\nit", "vi +3 '/a rm -rf x '   # do it"},
		{at("zsh"), Edit("/a\nb\nc", 3) + note + "do\nit", "vi +3 '/a b c'\n# do it"},
		{at("bash"), "eval x\ny" + note + "do\nit", "eval x y   # do it"},
		// Names and variables in each shell.
		{at("pwsh"), Guise("console", "012345678901"), "guise console '012345678901'"},
		{at("pwsh"), Guise("use", "it's"), "guise use 'it''s'"},
		{at("fish"), "unset AWS_PROFILE" + note + "so", "set -e AWS_PROFILE   # so"},
		{at("tcsh"), "unset AWS_PROFILE" + note + "so", "unsetenv AWS_PROFILE\n# so"},
		{at("zsh"), Guise("login", "a\nb\x1b[2J") + note + "c\nd", "guise login 'a b\ufffd[2J'\n# c d"},
		{at("nu"), Guise("login", "a\nb") + note + "c\nd", `guise login "a\nb"   # c d`},
		{at("zsh"), "guise login" + note + "in a terminal", "guise login\n# in a terminal"},
		{at("zsh"), config, "vi +3 ~/.aws/config"},
		{at("xonsh"), "unset AWS_PROFILE", "del $AWS_PROFILE"},
		{at("elvish"), "unset AWS_PROFILE", "unset-env AWS_PROFILE"},
		{at("nu"), "unset AWS_PROFILE", "hide-env AWS_PROFILE"},
		{at("pwsh"), "unset AWS_PROFILE", "Remove-Item Env:AWS_PROFILE"},
		{at("ksh"), "unset AWS_PROFILE", "unset AWS_PROFILE"},
		{at("bash"), Export("HOME", "/a b"), "export 'HOME=/a b'"},
		{at("fish"), Export("HOME", "/a b"), "set -gx HOME '/a b'"},
		{at("tcsh"), Export("HOME", "/home/al"), "setenv HOME /home/al"},
		{at("xonsh"), Export("HOME", "/home/al"), "$HOME = '/home/al'"},
		{at("elvish"), Export("HOME", "/home/al"), "set-env HOME /home/al"},
		{at("nu"), Export("HOME", "/home/al"), `$env.HOME = "/home/al"`},
		{at("pwsh"), Export("HOME", "/home/al"), "$Env:HOME = '/home/al'"},
		{onWindows(CommandLine{}), Export("HOME", `C:\a`), `set HOME=C:\a`},
		{at("fish"), Export("HOME", ""), ""},
		{at("fish"), "guise unset x", "guise unset x"},
		{at("fish"), "", ""},
	} {
		if got := test.at.Typed(test.proposed); got != test.typed {
			t.Errorf("%s: %s\n%s, want\n%s", test.at.Dialect.name, test.proposed, got, test.typed)
		}
	}
	for _, d := range dialects() {
		got := (CommandLine{Dialect: d}).Typed(d.load + note + "and put it into ~/.profile")
		if command, about, _ := strings.Cut(got, "# and put"); strings.TrimRight(command, " \n") != d.load || about != " it into ~/.profile" {
			t.Errorf("%s: %s", d.name, got)
		}
	}
}

// TestCommandLineHere: the shell at hand is the one whose hook calls, or else that of the
// programs above us, or else the login shell.
func TestCommandLineHere(t *testing.T) {
	for _, test := range []struct{ hook, callers, login, want string }{
		{"fish", "bash", "/bin/zsh", "fish"},
		{"", "make sh -zsh login", "/bin/bash", "zsh"},
		{"", "make", "/usr/bin/elvish", "elvish"},
		{"", "", "", ""},
		{"none", "nu", "", "nushell"},
	} {
		env := map[string]string{"GUISE_SHELL": test.hook, "SHELL": test.login, "VISUAL": "v", "EDITOR": "e"}
		c := CommandLineHere(func(name string) string { return env[name] }, func() []string { return strings.Fields(test.callers) }, "/h", "windows")
		if c.Dialect.Name() != test.want || !c.Windows || c.Home != "/h" || !slices.Equal(c.Editors, []string{"v", "e"}) {
			t.Errorf("%+v: %+v", test, c)
		}
	}
}

// FuzzTyped: whatever is in a name, a path, a note or EDITOR, what is to be typed is one line that
// shows as it is, with at most a comment below it; and cmd.exe takes it for words alone.
func FuzzTyped(f *testing.F) {
	for _, s := range append(ugly(), `a" & calc & "`, "%PATH%", `a\" b`, "a\nrm x\nb", "a   # b", `^"&`, `a b\`) {
		f.Add(s, s, s)
	}
	f.Fuzz(func(t *testing.T, name, about, editor string) {
		all := []CommandLine{{}, {Windows: true}}
		for _, d := range dialects() {
			all = append(all, CommandLine{Dialect: d}, CommandLine{Dialect: d, Windows: true})
		}
		for _, c := range all {
			c.Home, c.Editors = "/"+name, []string{editor}
			for _, proposed := range []string{Guise("use", name), Guise("use", name) + note + about, Edit(name, 3) + note + about, Edit("/"+name+"/x", 0), Export("HOME", name)} {
				typed, below, two := strings.Cut(c.Typed(proposed), "\n")
				if !printable.Text(typed) || !printable.Text(below) || two && !strings.HasPrefix(below, "# ") {
					t.Errorf("%s: %q: %q", c.Dialect.name, proposed, typed+"\n"+below)
				}
			}
			if typed := c.Typed(Guise("use", "x"+name)); c.isCmd() && printable.Text(name) && utf8.ValidString(name) {
				words, ok := readCmd(typed)
				if want := []string{"guise", "use", "x" + name}; !ok || !slices.Equal(words, want) {
					t.Errorf("%q: cmd.exe takes %s for %q", name, typed, words)
				}
			}
		}
	})
}

// readCmd reads a line as cmd.exe does at its prompt, and the words as a program of Windows'
// reads them. ok is false where something is special to cmd.exe that is no word's.
func readCmd(line string) (words []string, ok bool) {
	var plain strings.Builder
	for i, quoted := 0, false; i < len(line); i++ {
		switch {
		case line[i] == '^' && !quoted:
			i++
		case line[i] == '"':
			quoted = !quoted
		case line[i] == '%', !quoted && strings.IndexByte("&|<>()", line[i]) >= 0:
			return nil, false
		}
		plain.WriteString(line[i : i+1])
	}
	word, inWord, quoted := "", false, false
	rest := plain.String()
	for i := 0; i < len(rest); i++ {
		slashes := len(rest[i:]) - len(strings.TrimLeft(rest[i:], `\`))
		switch at := i + slashes; {
		case slashes > 0 && at < len(rest) && rest[at] == '"':
			word, inWord, i = word+strings.Repeat(`\`, slashes/2), true, at-1
			if slashes%2 == 1 {
				word, i = word+`"`, at
			}
		case slashes > 0:
			word, inWord, i = word+rest[i:at], true, at-1
		case rest[i] == '"':
			quoted, inWord = !quoted, true
		case rest[i] == ' ' && !quoted:
			if inWord {
				words = append(words, word)
			}
			word, inWord = "", false
		default:
			word, inWord = word+rest[i:i+1], true
		}
	}
	if inWord {
		words = append(words, word)
	}
	return words, true
}
