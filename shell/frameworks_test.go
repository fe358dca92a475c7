//go:build unix

package shell

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"guise/internal/need"
)

// The frameworks that people load beside guise are played here by what they do: a few
// lines each.

// own returns the hook of one shell, and its plain way.
func own(t *testing.T, name string, o HookOptions) (d Dialect, hook string, argv []string) {
	t.Helper()
	d, err := Named(name)
	if err != nil {
		t.Fatal(err)
	}
	if hook, err = d.Hook(o); err != nil {
		t.Fatal(err)
	}
	return d, hook, append([]string{need.Program(t, name)}, ways()[name][0][1:]...)
}

// TestLaterHooksOnScreen: what another changes before each prompt, and was loaded after guise, is
// in the prompt, from the second on: guise's comes last again.
func TestLaterHooksOnScreen(t *testing.T) {
	for name, ways := range map[string][]string{
		"zsh": {"precmd_functions+=(late)", "precmd_functions=(__guise_prompt late)"},
		"bash": {
			`PROMPT_COMMAND="$PROMPT_COMMAND;late"`, `PROMPT_COMMAND="$PROMPT_COMMAND ; late"`, `PROMPT_COMMAND+=$'\nlate'`,
			"PROMPT_COMMAND+=(late)", "PROMPT_COMMAND=(true true __guise_prompt late)", `PROMPT_COMMAND="true; $PROMPT_COMMAND; late"`,
		},
		"fish": {"function late_event --on-event fish_prompt; late; end"},
	} {
		for _, way := range ways {
			t.Run(name+" "+way, func(t *testing.T) {
				t.Parallel()
				if name == "bash" && oldBash(t) && strings.Contains(way, "(") {
					return // it runs no array
				}
				d, hook, _ := own(t, name, HookOptions{})
				late := "late() { [[ ! -e set ]] || export AWS_PROFILE=$(<set); [[ -e set ]] || unset AWS_PROFILE; }\n"
				if name == "fish" {
					late = "function late; test -e set; and set -gx AWS_PROFILE (cat set); or set -e AWS_PROFILE; end\n"
				}
				s := open(t, d, prompts()[name]+hook+late+way+"\n", "exit 9")
				s.See("ready> ")
				for i := range 3 {
					s.Type(fmt.Sprintf("echo p%d | tee set >/dev/null\r", i))
					s.See(fmt.Sprintf(`\(p%d\) ready> `, i))
				}
				s.Type("rm set; echo g''one\r")
				s.See("gone\n")
				if left := s.See("(.*)ready> ")[1]; strings.Contains(left, "(") {
					t.Errorf("a segment is left: %q", left)
				}
			})
		}
	}
}

// TestSelfMovers: with another that takes the last place at each prompt, guise does not
// change places for ever; and not with those who draw the prompt there.
func TestSelfMovers(t *testing.T) {
	_, hook, argv := own(t, "zsh", HookOptions{NoCompletion: true})
	for _, name := range []string{"mover", "_p9k_precmd"} {
		mover := fmt.Sprintf("function %[1]s() { precmd_functions=(${precmd_functions:#%[1]s} %[1]s) }\n", name)
		round := "for f in $precmd_functions; do $f; done\nprint -r -- $precmd_functions\n"
		for _, order := range []string{"__guise_prompt " + name, name + " __guise_prompt"} {
			out, stderr, _ := run(t, argv, hook+mover+"precmd_functions=("+order+")\n"+strings.Repeat(round, 4), "exit 9")
			lines := strings.Split(strings.TrimSpace(out), "\n")
			if len(lines) != 4 || lines[2] != lines[3] || stderr != "" || lines[3] != "__guise_prompt "+name {
				t.Errorf("%s: %q %s", order, lines, stderr)
			}
		}
	}
	// bash-preexec, and others with it, count on being the last.
	_, hook, argv = own(t, "bash", HookOptions{NoCompletion: true})
	out, stderr, _ := run(t, argv, hook+"__bp_interactive_mode() { :; }\nPROMPT_COMMAND+=$'\\n__bp_interactive_mode'\n__guise_prompt\nprintf '%s|' \"${PROMPT_COMMAND[@]}\"\n", "exit 9")
	if out != "__guise_prompt\n__bp_interactive_mode|" || stderr != "" {
		t.Errorf("%q %s", out, stderr)
	}
}

// TestBothProfiles: where AWS_PROFILE and AWS_DEFAULT_PROFILE differ, as after oh-my-zsh's
// asp, some SDKs take the one and some the other: the prompt has both.
func TestBothProfiles(t *testing.T) {
	prompting(t, func(t *testing.T, d Dialect, argv []string) {
		hook, _ := d.Hook(HookOptions{})
		export := func(name, value string) string {
			return d.script([]Change{{Name: name, Value: value, Exported: true}}) + "__guise_prompt\necho \"<$GUISE_PROMPT>\"\n"
		}
		script := hook + d.script(Terminal{}.Use(Target{Profile: "dev", Segment: "dev", Color: "31"}).Changes) +
			export("AWS_DEFAULT_PROFILE", "staging-us") + export("AWS_DEFAULT_PROFILE", "dev") + export("AWS_DEFAULT_PROFILE", "") +
			export("AWS_PROFILE", "a\x1b$(id)") + export("AWS_DEFAULT_PROFILE", "b\x1b`id`")
		out, stderr, _ := run(t, argv, script, "exit 9")
		got := strings.Split(out, "\n")
		if len(got) < 5 || got[0] != "<dev!staging-us>" || !strings.Contains(got[1], "dev") || strings.Contains(got[1], "!") || got[2] != got[1] || got[3] != "<a?$(id)>" || got[4] != "<a?$(id)!b?`id`>" || stderr != "" {
			t.Errorf("%q %s", got, stderr)
		}
	})
}

// TestExecOfTheShell: a shell that replaces itself (`exec zsh`, oh-my-zsh's `omz reload`)
// knows its switch; a child of it, which has its environment, does not. What somebody else
// has put into that variable is data.
func TestExecOfTheShell(t *testing.T) {
	shells(t, func(t *testing.T, d Dialect, _ []string) {
		const name = "$(touch pwned) it's:x"
		status := filepath.Join(t.TempDir(), "a:b status")
		if err := os.WriteFile(status, fmt.Appendf(nil, "%d 17:40\n", time.Now().Add(43*time.Minute+20*time.Second).Unix()), 0o600); err != nil {
			t.Fatal(err)
		}
		switched := d.script([]Change{
			{Name: "AWS_PROFILE", Value: name, Exported: true},
			{Name: "__guise_profile", Value: name},
			{Name: "__guise_segment", Value: name},
			{Name: "__guise_status", Value: status},
			{Name: "__guise_color", Value: ""},
			{Name: "__guise_state", Value: "remembered-1_"},
		})
		off := d.script([]Change{{Name: "AWS_PROFILE", Unset: true}, {Name: "__guise_profile", Value: ""}, {Name: "__guise_state", Value: "off"}})
		s := open(t, d, prompts()[d.name]+hookOf(t, d), "case $1 in use) cat <<'END'\n"+switched+"END\n;; region) echo \"state [$GUISE_STATE]\" >&2;; off) cat <<'END'\n"+off+"END\n;; esac\n")
		again := map[string]string{"zsh": "zsh -i", "bash": "bash --noprofile --rcfile .zshrc -i", "fish": "fish --no-config -i -C 'source .zshrc'"}[d.name]
		left := map[bool]string{false: " 43m", true: " until 17:40"}[d.name == "fish" || d.name == "bash" && oldBash(t)]
		s.See("ready> ")
		s.Type("guise use x\r")
		s.See(regexp.QuoteMeta("(" + name + left + ") ready> "))
		for range 2 {
			s.Type("exec " + again + "\r")
			s.See(regexp.QuoteMeta("(" + name + left + ") ready> "))
			s.Type("guise region\r")
			s.See(`state \[remembered-1_\]`)
			s.See("ready> ")
		}
		s.Type(again + "\r")
		s.See(regexp.QuoteMeta("(" + name + ") ready> "))
		s.Type("guise region; env | grep -c GUISE''_TERMINAL\r")
		s.See(`state \[\]`)
		s.See(`0\n`)
		s.See("ready> ")
		s.Type("exit\r")
		s.See("ready> ")
		s.Type("guise off; env | grep -c GUISE''_TERMINAL\r")
		s.See(`0\n`)
		s.See("ready> ")
		id, export := "$$", "export GUISE_TERMINAL="
		if d.name == "fish" {
			id, export = "$fish_pid", "set -gx GUISE_TERMINAL "
		}
		for _, forged := range []string{`\$(touch pwned)`, "`echo '$(touch pwned)'`", "a b", "x\\$(touch pwned):1;2:\\$(touch pwned):p"} {
			if d.name == "fish" && strings.Contains(forged, "`") {
				continue
			}
			s.Type(strings.TrimSpace(d.script([]Change{{Name: "AWS_PROFILE", Value: "p", Exported: true}})) + "; " + export + `"` + id + ":" + forged + `"; exec ` + again + "\r")
			s.See(`\(p\) ready> `)
			s.Type("guise region\r")
			s.See(`state \[\]`)
			s.See("ready> ")
		}
		if left, _ := filepath.Glob(filepath.Join(s.dir, "pwned*")); len(left) > 0 {
			t.Errorf("something ran: %q", left)
		}
	})
}
