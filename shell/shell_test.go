package shell

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"guise/internal/need"
	"guise/internal/printable"
	"guise/internal/standin"
)

// ways are shells with the options that people and scripts set in them.
func ways() map[string][][]string {
	zsh := [][]string{{"zsh", "-f"}}
	for _, option := range []string{
		"NO_UNSET", "ERR_EXIT", "KSH_ARRAYS", "SH_WORD_SPLIT", "KSH_GLOB", "SH_GLOB", "NO_CLOBBER", "GLOB_SUBST", "NULL_GLOB", "RC_QUOTES", "WARN_CREATE_GLOBAL", "ALIASES", "CSH_NULL_GLOB", "IGNORE_BRACES", "POSIX_BUILTINS", "EXTENDED_GLOB",
	} {
		zsh = append(zsh, []string{"zsh", "-f", "-o", option})
	}
	for _, other := range []string{"sh", "ksh", "csh"} {
		zsh = append(zsh, []string{"zsh", "--emulate", other, "-f"})
	}
	bash := [][]string{{"bash", "--noprofile", "--norc", "-e", "-u", "-o", "pipefail"}}
	for _, option := range []string{"noclobber", "noglob", "nounset", "posix"} {
		bash = append(bash, []string{"bash", "--noprofile", "--norc", "-o", option})
	}
	for _, option := range []string{"failglob", "nullglob", "extglob", "nocasematch"} {
		bash = append(bash, []string{"bash", "--noprofile", "--norc", "-O", option})
	}
	posix := [][]string{{"dash"}, {"dash", "-eu"}, {"busybox", "sh"}, {"ksh93", "-u"}, {"mksh", "-u"}, {"bash", "--posix"}}
	return map[string][][]string{"zsh": zsh, "bash": bash, "fish": {{"fish", "--no-config"}}, "posix": posix, "tcsh": {{"tcsh", "-f"}}}
}

// each runs a story in every shell, in every way; on a user's machine, of the options of zsh
// and bash, in a part of them, which is another in each test.
func each(t *testing.T, story func(t *testing.T, d Dialect, argv []string)) {
	for _, d := range dialects() {
		ways := ways()[d.name]
		if d.name == "zsh" || d.name == "bash" {
			ways = need.Part(t, 4, ways)
		}
		for _, argv := range ways {
			t.Run(strings.Join(argv, " "), func(t *testing.T) {
				t.Parallel()
				need.Program(t, argv[0])
				story(t, d, argv)
			})
		}
	}
}

// scripted are the shells whose hooks are functions, which these tests call. The others
// are played in package e2e.
func (d Dialect) scripted() bool { return d.name == "zsh" || d.name == "bash" || d.name == "fish" }

// prompting runs a story in every shell that runs something before a prompt, in every way.
func prompting(t *testing.T, story func(t *testing.T, d Dialect, argv []string)) {
	each(t, func(t *testing.T, d Dialect, argv []string) {
		if d.scripted() {
			story(t, d, argv)
		}
	})
}

// run runs a script with a stand-in for the program guise on PATH: it prints
// what the test wants evaluated, and says how it was called.
func run(t *testing.T, argv []string, script, program string) (out, stderr string, code int) {
	t.Helper()
	need.Long(t)
	dir := t.TempDir()
	standin.Program(t, filepath.Join(dir, "guise"), "#!/bin/sh\n"+program)
	file := filepath.Join(dir, "script")
	if err := os.WriteFile(file, []byte(script), 0o600); err != nil {
		t.Fatal(err)
	}
	c := exec.Command(argv[0], append(slices.Clone(argv[1:]), file)...)
	c.Env = []string{"PATH=" + dir + ":" + os.Getenv("PATH"), "HOME=" + dir, "LANG=C.UTF-8", "TERM=xterm"}
	var e strings.Builder
	c.Stderr = &e
	o, err := c.Output()
	if err != nil && c.ProcessState == nil {
		t.Fatal(err)
	}
	return string(o), e.String(), c.ProcessState.ExitCode()
}

func ugly() []string {
	var all strings.Builder
	for b := 1; b < 256; b++ {
		all.WriteByte(byte(b))
	}
	return []string{
		"plain", "", " ", "a b", "-n", "'", `"`, "''", `\`, `\\`, `\'`, "$(touch x)`id`'\";& é", "${HOME}", "a\nb\n", "\n", "!!", "~", "*", "日本", "\t", "%s%n", "#x", all.String(),
	}
}

// TestQuote: a value goes through every shell, in every way, as it is.
func TestQuote(t *testing.T) {
	each(t, func(t *testing.T, d Dialect, argv []string) {
		var script, want strings.Builder // of all values: a shell that takes one for code gives others too
		for _, value := range ugly() {
			if slices.Contains(argv, "csh") && strings.Contains(value, "\n") {
				continue // there no quotes hold a newline; the hook evaluates under zsh's own options
			}
			if d.name == "tcsh" && strings.ContainsFunc(value, unicode.IsControl) {
				continue // Script refuses it
			}
			script.WriteString(d.script([]Change{{Name: "AWS_PROFILE", Value: value, Exported: true}}) + "printenv AWS_PROFILE\n")
			want.WriteString(value + "\n")
		}
		if out, stderr, code := run(t, argv, script.String(), ""); out != want.String() || stderr != "" || code != 0 {
			t.Errorf("%q came out as %q (%d, %s)", want.String(), out, code, stderr)
		}
	})
}

// TestHookIsQuiet: loading it, twice, prints nothing and fails nowhere.
func TestHookIsQuiet(t *testing.T) {
	each(t, func(t *testing.T, d Dialect, argv []string) {
		for _, o := range []HookOptions{{}, {Command: "aws-as"}, {NoPrompt: true}, {NoCompletion: true}} {
			if d.name == "posix" {
				o.Command = strings.ReplaceAll(o.Command, "-", "_")
			}
			hook, err := d.Hook(o)
			if err != nil {
				t.Fatal(err)
			}
			if slices.Contains(argv, "posix") && o.Command != "" {
				continue // there a function's name has no dash
			}
			out, stderr, code := run(t, argv, hook+"\n"+hook+"\ntrue\n", "exit 9")
			if out != "" || stderr != "" || code != 0 {
				t.Errorf("%+v: %d %q %q", o, code, out, stderr)
			}
		}
	})
}

// TestSwitch: what guise prints is evaluated; aliases, a strange IFS and the
// options of the shell do not come in between.
func TestSwitch(t *testing.T) {
	const value = "$(touch pwned) x'y"
	each(t, func(t *testing.T, d Dialect, argv []string) {
		hook, err := d.Hook(HookOptions{})
		if err != nil {
			t.Fatal(err)
		}
		code := d.script([]Change{
			{Name: "AWS_PROFILE", Value: value, Exported: true},
			{Name: "AWS_SESSION_TOKEN", Unset: true, Exported: true},
			{Name: "__guise_state", Value: "remembered 1"},
		})
		program := "case $1 in\nuse) echo \"$GUISE_SHELL:$GUISE_STATE:$2\" >&2; cat <<'END'\n" + code + "END\n;;\nfail) exit 7;;\n*) echo \"passed on: $*\";; esac\n"
		oddities := map[string]string{
			"zsh":   "alias eval=nonsense local=nonsense builtin=nonsense command=nonsense return=nonsense\nIFS=gu0\n",
			"bash":  "shopt -s expand_aliases; alias eval=nonsense local=nonsense builtin=nonsense command=nonsense return=nonsense\nIFS=gu0\n",
			"fish":  "",
			"posix": "alias eval=nonsense command=nonsense return=nonsense unset=nonsense export=nonsense guise=nonsense\nIFS=gu0\n",
		}[d.name]
		export := d.script([]Change{{Name: "AWS_SESSION_TOKEN", Value: "x", Exported: true}})
		script := oddities + hook + export + "guise use 'a b' || exit 1\nprintenv AWS_PROFILE\nprintenv AWS_SESSION_TOKEN || true\nprintenv __guise_state || true\nguise use - || exit 1\nguise list 'c d'\n"
		if d.name == "fish" {
			script = strings.ReplaceAll(script, "|| exit 1", "; or exit 1")
		}
		out, stderr, _ := run(t, argv, script, program)
		if want := value + "\npassed on: list c d\n"; out != want {
			t.Errorf("out %q, want %q", out, want)
		}
		if want := fmt.Sprintf("%[1]s::a b\n%[1]s:remembered 1:-\n", d.name); stderr != want {
			t.Errorf("stderr %q, want %q", stderr, want)
		}
	})
}

// TestSubshell: guise is told where it does not switch the terminal.
func TestSubshell(t *testing.T) {
	prompting(t, func(t *testing.T, d Dialect, argv []string) {
		hook, _ := d.Hook(HookOptions{})
		script := hook + "guise use a\nguise use b | cat\n(guise use c)\nguise use d\n"
		want := "a:\nb:1\nc:1\nd:\n"
		if d.name == "fish" { // it runs functions of a pipe in itself, and has no brackets
			script, want = strings.ReplaceAll(script, "(guise use c)\n", ""), "a:\nb:\nd:\n"
		}
		_, stderr, _ := run(t, argv, script, `echo "$2:$GUISE_SUBSHELL" >&2`)
		if stderr != want {
			t.Errorf("%q, want %q", stderr, want)
		}
	})
}

// TestFailureChangesNothing: of a call that failed, nothing is evaluated.
func TestFailureChangesNothing(t *testing.T) {
	each(t, func(t *testing.T, d Dialect, argv []string) {
		hook, _ := d.Hook(HookOptions{})
		body := "guise use x && echo done || echo \"code $?\"\nprintenv AWS_PROFILE || true\n"
		if d.name == "fish" {
			body = "guise use x; echo \"code $status\"\nprintenv AWS_PROFILE; or true\n"
		}
		out, stderr, _ := run(t, argv, hook+body, "echo 'AWS_PROFILE=bad; export AWS_PROFILE'; exit 130")
		if out != "code 130\n" || stderr != "" {
			t.Errorf("%q %q", out, stderr)
		}
	})
}

// TestPrompt: what the prompt hook makes of the variables and the status file.
func TestPrompt(t *testing.T) {
	prompting(t, func(t *testing.T, d Dialect, argv []string) {
		hook, _ := d.Hook(HookOptions{})
		status := filepath.Join(t.TempDir(), "status")
		set := func(name, value string, exported bool) string {
			return d.script([]Change{{Name: name, Value: value, Exported: exported}})
		}
		show := "__guise_prompt\necho \"<$GUISE_PROMPT>\"\n"
		script := hook + show +
			set("GUISE_EXEC_PROFILE", "ex\x1bec", true) + show + set("AWS_ACCESS_KEY_ID", "AKIA", true) + show +
			set("AWS_ACCESS_KEY_ID", "", true) + set("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://x", true) + show +
			set("AWS_PROFILE", "other\x1b[31m", true) + show +
			set("AWS_PROFILE", "prod", true) + set("__guise_profile", "prod", false) + set("__guise_segment", "prod", false) + set("__guise_status", status, false) + show +
			"echo 99999999999 17:40 >" + status + "\n" + show + "echo 1 17:40 >|" + status + "\n" + show + "echo nonsense >|" + status + "\n" + show
		if d.name == "fish" {
			script = strings.ReplaceAll(script, ">|", ">")
		}
		out, stderr, _ := run(t, argv, script, "exit 9")
		want := []string{"<>", "<>", "<ex?ec>", "<ex?ec>", "<other?[31m>", "<prod>"}
		if d.name == "fish" || d.name == "bash" && exec.Command("bash", "-c", "((BASH_VERSINFO[0] < 4))").Run() == nil {
			want = append(want, "<prod until 17:40>", "<prod until 17:40>", "<prod>")
		} else {
			want = append(want, "HOURS", "<prod expired>", "<prod>")
		}
		got := strings.Split(strings.TrimSpace(out), "\n")
		for i := range got {
			if strings.HasPrefix(got[i], "<prod ") && strings.HasSuffix(got[i], "h>") {
				got[i] = "HOURS"
			}
		}
		if !slices.Equal(got, want) || stderr != "" {
			t.Errorf("%q, want %q; %s", got, want, stderr)
		}
	})
}

// TestPromptColor: the segment has the profile's colour, in the way in which each shell's
// prompt has one, and nothing else that is in the variable.
func TestPromptColor(t *testing.T) {
	want := map[string]string{"bash": "<\x01\x1b[31m\x02prod\x01\x1b[0m\x02>", "zsh": "<%F{1}prod%f>", "fish": "<\x1b[31mprod\x1b[0m>"}
	prompting(t, func(t *testing.T, d Dialect, argv []string) {
		hook, _ := d.Hook(HookOptions{})
		switched := Terminal{}.Use(Target{Profile: "prod", Segment: "prod", Color: "31"}).Changes
		show := "__guise_prompt\necho \"<$GUISE_PROMPT>\"\n"
		wrong := d.script([]Change{{Name: "__guise_color", Value: "1m\x1b[2J"}})
		out, stderr, _ := run(t, argv, hook+d.script(switched)+show+wrong+show+d.script(Terminal{}.Off())+show, "exit 9")
		if out != want[d.name]+"\n<prod>\n<>\n" || stderr != "" {
			t.Errorf("%q %s", out, stderr)
		}
	})
}

// TestPromptTimeLeft: the prompt says how long a session lasts as guise does elsewhere.
func TestPromptTimeLeft(t *testing.T) {
	prompting(t, func(t *testing.T, d Dialect, argv []string) {
		if d.name == "fish" || d.name == "bash" && exec.Command("bash", "-c", "((BASH_VERSINFO[0] < 5))").Run() == nil {
			return // it has no clock of its own
		}
		hook, _ := d.Hook(HookOptions{})
		set := func(name, value string, exported bool) string {
			return d.script([]Change{{Name: name, Value: value, Exported: exported}})
		}
		script := hook + set("AWS_PROFILE", "prod", true) + set("__guise_profile", "prod", false) + set("__guise_segment", "prod", false)
		var want []string
		for _, minutes := range []int{1, 2, 43, 59, 60, 65, 119, 120, 185, 239, 240, 599, 600, 719, 720} {
			left := time.Duration(minutes)*time.Minute + 10*time.Second // not near the next minute, while the shell starts
			status := filepath.Join(t.TempDir(), "status")
			if err := os.WriteFile(status, fmt.Appendf(nil, "%d 17:40\n", time.Now().Add(left).Unix()), 0o600); err != nil {
				t.Fatal(err)
			}
			script += set("__guise_status", status, false) + "__guise_prompt\necho \"$GUISE_PROMPT\"\n"
			want = append(want, "prod "+printable.Rough(left))
		}
		out, stderr, _ := run(t, argv, script, "exit 9")
		if got := strings.Split(strings.TrimSpace(out), "\n"); !slices.Equal(got, want) || stderr != "" {
			t.Errorf("%q, want %q; %s", got, want, stderr)
		}
	})
}

// TestPromptStartsNothing: a hundred prompts, and no process.
func TestPromptStartsNothing(t *testing.T) {
	strace := need.Program(t, "strace")
	for _, d := range dialects() {
		if !d.scripted() {
			continue
		}
		t.Run(d.name, func(t *testing.T) {
			t.Parallel()
			argv := ways()[d.name][0]
			need.Program(t, argv[0])
			room := t.TempDir()
			notice(t, filepath.Join(room, "ends-1"), -time.Minute, time.Minute, "guise: a", "hint: b")
			notice(t, filepath.Join(room, "ends-2"), time.Hour, 2*time.Hour, "guise: a", "hint: b")
			hook, _ := d.Hook(HookOptions{NoCompletion: true, Rooms: []string{room}})
			status := filepath.Join(t.TempDir(), "status")
			if err := os.WriteFile(status, []byte("99999999999 17:40\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			var script strings.Builder
			script.WriteString(hook + d.script([]Change{{Name: "AWS_PROFILE", Value: "p", Exported: true}, {Name: "GUISE_LEASE", Value: "9999999999:p", Exported: true}, {Name: "__guise_profile", Value: "p"}, {Name: "__guise_segment", Value: "p"}, {Name: "__guise_status", Value: status}}))
			before := script.String()
			count := func(script string) int {
				_, trace, _ := run(t, append([]string{strace, "-f", "--seccomp-bpf", "-e", "trace=clone,clone3,fork,vfork,execve"}, argv...), script, "exit 9")
				n := 0
				for line := range strings.SplitSeq(trace, "\n") {
					if strings.Contains(line, "(") && !strings.Contains(line, "CLONE_THREAD") && !strings.Contains(line, "resumed") {
						n++
					}
				}
				return n
			}
			for range 100 {
				script.WriteString("__guise_prompt\n")
			}
			if without, with := count(before), count(script.String()); with != without {
				t.Errorf("%d processes with a hundred prompts, %d without", with, without)
			}
		})
	}
}

func TestNames(t *testing.T) {
	for name, want := range map[string]string{"zsh": "zsh", "-zsh": "zsh", "/bin/bash": "bash", "/usr/bin/fish": "fish"} {
		if d, err := Named(name); err != nil || d.Name() != want {
			t.Errorf("%s: %v %v", name, d.Name(), err)
		}
	}
	if _, err := Named("dos"); err == nil {
		t.Error("there is no such shell")
	}
	for _, name := range []string{"a b", "-x", "x;y", "$(x)", "1x"} {
		if _, err := dialects()[0].Hook(HookOptions{Command: name}); err == nil {
			t.Errorf("%q was taken as a function's name", name)
		}
	}
	if hook, _ := dialects()[0].Hook(HookOptions{Command: "aws-as"}); !strings.Contains(hook, "function aws-as()") {
		t.Error("the function is not named aws-as")
	}
}
