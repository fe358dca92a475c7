package shell

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"guise/internal/need"
)

// shells runs a story in each shell that runs something before a prompt, in its plain way.
func shells(t *testing.T, story func(t *testing.T, d Dialect, argv []string)) {
	for _, d := range dialects() {
		if !d.scripted() {
			continue
		}
		t.Run(d.name, func(t *testing.T) {
			t.Parallel()
			argv := ways()[d.name][0]
			need.Program(t, argv[0])
			story(t, d, argv)
		})
	}
}

func hookOf(t *testing.T, d Dialect) string {
	t.Helper()
	hook, err := d.Hook(HookOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return hook
}

// lines returns commands that say the status of each.
func lines(d Dialect, commands ...string) string {
	form := "%s && echo status 0 || echo status $?\n"
	if d.name == "fish" {
		form = "%s; echo status $status\n"
	}
	var b strings.Builder
	for _, c := range commands {
		b.WriteString(strings.Replace(form, "%s", c, 1))
	}
	return b.String()
}

// TestNoProgram: one line, and the status that shells have for it.
func TestNoProgram(t *testing.T) {
	shells(t, func(t *testing.T, d Dialect, argv []string) {
		gone := d.script([]Change{{Name: "PATH", Value: "/nowhere", Exported: true}})
		out, stderr, _ := run(t, argv, hookOf(t, d)+gone+lines(d, "guise use x", "guise list"), "exit 9")
		if out != "status 127\nstatus 127\n" || stderr != strings.Repeat("guise: the program is not on PATH\n", 2) {
			t.Errorf("%q %q", out, stderr)
		}
	})
}

// TestOnlyVerbsAreEvaluated: what guise prints for any other line is for eyes.
// Help has commands in it that nobody has asked for.
func TestOnlyVerbsAreEvaluated(t *testing.T) {
	shells(t, func(t *testing.T, d Dialect, argv []string) {
		const program = "echo 'echo evaluated; true'\n"
		script := hookOf(t, d) + lines(d, "guise use x", "guise --no-color off", "guise --help use", "guise -h region", "guise help use", "guise -- use x", "guise list use", "guise ''", "guise")
		out, stderr, _ := run(t, argv, script, program)
		want := strings.Repeat("evaluated\nstatus 0\n", 2) + strings.Repeat("echo evaluated; true\nstatus 0\n", 7)
		if out != want || stderr != "" {
			t.Errorf("%q %q", out, stderr)
		}
	})
}

// TestNothingToEvaluate: a program that has nothing to say leaves the shell's
// own input alone.
func TestNothingToEvaluate(t *testing.T) {
	shells(t, func(t *testing.T, d Dialect, argv []string) {
		script := hookOf(t, d) + "echo 'echo from input' | guise use --help\n" + lines(d, "guise use --help")
		if out, stderr, _ := run(t, argv, script, "exit 0"); out != "status 0\n" || stderr != "" {
			t.Errorf("%q %q", out, stderr)
		}
	})
}

// TestNothingElseIsExported: neither the hook's own variables nor the prompt (but for what
// an exec of the shell needs: see TestExecOfTheShell),
// even where all that is set is exported; and the program alone is told of the
// shell and its state.
func TestNothingElseIsExported(t *testing.T) {
	shells(t, func(t *testing.T, d Dialect, argv []string) {
		changes := d.script([]Change{
			{Name: "AWS_PROFILE", Value: "prod", Exported: true},
			{Name: "__guise_profile", Value: "prod"},
			{Name: "__guise_segment", Value: "prod"},
			{Name: "__guise_state", Value: "remembered"},
			{Name: "__guise_status", Value: ""},
		})
		program := "case $1 in use) cat <<'END'\n" + changes + "END\n;; *) echo \"$GUISE_SHELL $GUISE_STATE\";; esac\n"
		all := "set -a\n"
		if d.name == "fish" {
			all = "set -gx __guise_state old\n"
		}
		script := all + hookOf(t, d) + "guise use x\n__guise_prompt\necho \"<$GUISE_PROMPT>\"\nguise list\nprintenv\n"
		out, stderr, _ := run(t, argv, script, program)
		said := strings.Split(out, "\n")
		if !slices.Contains(said, "<prod>") || !slices.Contains(said, d.name+" remembered") || !slices.Contains(said, "AWS_PROFILE=prod") || stderr != "" {
			t.Errorf("%q %q", out, stderr)
		}
		for _, line := range said {
			if strings.HasPrefix(line, "GUISE_") && !strings.HasPrefix(line, "GUISE_TERMINAL=") || strings.HasPrefix(line, "__guise") && !strings.Contains(line, "()") {
				t.Errorf("exported: %s", line)
			}
		}
	})
}

// TestPromptOfOthers: a profile set by other means is shown as it is, less what
// could do something to the prompt or the terminal.
func TestPromptOfOthers(t *testing.T) {
	shells(t, func(t *testing.T, d Dialect, argv []string) {
		for value, want := range map[string]string{
			"é日本":         "é日本",
			"a\x1b[31mb":  "a?[31mb",
			"a\nb\tc":     "a?b?c",
			"$(id)`id`\\": "$(id)`id`\\",
			"50%n":        map[string]string{"zsh": "50%%n"}[d.name],
		} {
			if want == "" {
				want = value
			}
			set := d.script([]Change{{Name: "AWS_PROFILE", Value: value, Exported: true}})
			out, stderr, _ := run(t, argv, hookOf(t, d)+set+"__guise_prompt\nprintf '%s\\n' \"$GUISE_PROMPT\"\n", "exit 9")
			if out != want+"\n" || stderr != "" {
				t.Errorf("%q became %q, want %q; %s", value, out, want, stderr)
			}
		}
	})
}

// TestOtherHooks: those that bash has already stay, and run before ours.
func TestOtherHooks(t *testing.T) {
	bash := need.Program(t, "bash")
	d, err := Named("bash")
	if err != nil {
		t.Fatal(err)
	}
	for before, want := range map[string]string{
		"":                          "__guise_prompt|",
		"PROMPT_COMMAND=''":         "__guise_prompt|",
		"PROMPT_COMMAND='a; b;'":    "a; b;\n__guise_prompt|",
		"PROMPT_COMMAND='a # why'":  "a # why\n__guise_prompt|",
		"PROMPT_COMMAND=(a)":        "a\n__guise_prompt|",
		"PROMPT_COMMAND=(a 'b; c')": "a|b; c|__guise_prompt|",
		// Hooks that took themselves out of the array again.
		"PROMPT_COMMAND=(x a 'b; c'); unset 'PROMPT_COMMAND[0]'":                "a|b; c|__guise_prompt|",
		"PROMPT_COMMAND=(x y a); unset 'PROMPT_COMMAND[0]' 'PROMPT_COMMAND[1]'": "a|__guise_prompt|",
	} {
		hook := hookOf(t, d)
		argv := []string{bash, "--noprofile", "--norc", "-e", "-u"}
		out, stderr, _ := run(t, argv, before+"\n"+hook+hook+"printf '%s|' \"${PROMPT_COMMAND[@]}\"\n", "exit 9")
		if out != want || stderr != "" {
			t.Errorf("%s: %q, want %q; %s", before, out, want, stderr)
		}
	}
}

// TestLaterHooks: a hook that is added after ours, and changes AWS_PROFILE, is seen: in fish
// at once, in zsh from the next prompt on.
func TestLaterHooks(t *testing.T) {
	for name, script := range map[string]string{
		"zsh":  "late() { export AWS_PROFILE=late$((++n)) }\nprecmd_functions+=(late)\nfor i in 1 2 3; do for f in $precmd_functions; do $f; done; done\necho \"$AWS_PROFILE $GUISE_PROMPT $precmd_functions\"\n",
		"fish": "function late --on-event fish_prompt; set -gx AWS_PROFILE late3; end\nemit fish_prompt\necho \"$AWS_PROFILE $GUISE_PROMPT\"\n",
	} {
		argv := ways()[name][0]
		need.Program(t, argv[0])
		d, err := Named(name)
		if err != nil {
			t.Fatal(err)
		}
		want := map[string]string{"zsh": "late3 late3 late __guise_prompt\n", "fish": "late3 late3\n"}[name]
		if out, stderr, _ := run(t, argv, hookOf(t, d)+script, "exit 9"); out != want || stderr != "" {
			t.Errorf("%s: %q, want %q; %s", name, out, want, stderr)
		}
	}
}

// TestInstantPrompt: while powerlevel10k shows its instant prompt, nothing is said.
func TestInstantPrompt(t *testing.T) {
	argv := ways()["zsh"][0]
	need.Program(t, argv[0])
	d, err := Named("zsh")
	if err != nil {
		t.Fatal(err)
	}
	room := t.TempDir()
	if err := os.WriteFile(filepath.Join(room, "one"), fmt.Appendf(nil, "%d\nguise: tf needs a code: guise login prod\n", os.Getpid()), 0o600); err != nil {
		t.Fatal(err)
	}
	hook, err := d.Hook(HookOptions{Rooms: []string{room}})
	if err != nil {
		t.Fatal(err)
	}
	_, stderr, _ := run(t, argv, hook+"__p9k_instant_prompt_active=1\n__guise_prompt\necho first >&2\nunset __p9k_instant_prompt_active\n__guise_prompt\n", "exit 9")
	if stderr != "first\nguise: tf needs a code\nhint: guise login prod\n" {
		t.Errorf("%q", stderr)
	}
}

// TestLint: what the shells' own tools say of the hooks: nothing.
func TestLint(t *testing.T) {
	need.Long(t)
	for _, line := range []string{"shellcheck hook.bash", "shellcheck hook.posix", "dash -n hook.posix", "zsh -n hook.zsh", "fish_indent --check hook.fish"} {
		t.Run(line, func(t *testing.T) {
			argv := strings.Fields(line)
			if out, err := exec.Command(need.Program(t, argv[0]), argv[1:]...).CombinedOutput(); err != nil || len(out) > 0 {
				t.Errorf("%v: %s", err, out)
			}
		})
	}
}
