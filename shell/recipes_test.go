//go:build unix

package shell

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"guise/internal/await"
	"guise/internal/need"
	"guise/internal/standin"
)

// standIns are the frameworks of docs/prompts.md, by what they do with the prompt. They
// are read before the recipe.
func standIns(block func(section, language string) string) map[string]string {
	return map[string]string{
		"zsh":       "[[ -n ${read-} ]] || PROMPT='ready> '; read=1\n", // nothing sets it again
		"oh-my-zsh": "autoload -Uz compinit; compinit -u -D; setopt PROMPT_SUBST; PROMPT='ready> '\n",
		"pure":      "draw() { PROMPT=${PROMPT%ready> }'ready> ' }\nprompt() { setopt PROMPT_SUBST; PROMPT='ready> '; precmd_functions+=(draw) }\nprompt pure\n",
		"powerlevel10k": `setopt PROMPT_SUBST; POWERLEVEL9K_LEFT_PROMPT_ELEMENTS=(dir)
prompt_dir() { p10k segment -t 'ready> ' }
p10k() { local c=x t; shift; while (($#)); do case $1 in -e) shift; continue;; -c) c=${(e)2};; -t) t=${(e)2};; esac; shift 2; done; [[ -z $c ]] || PROMPT+="$t " }
_p9k_precmd() { precmd_functions=(${precmd_functions:#_p9k_precmd} _p9k_precmd); PROMPT=; local e; for e in $POWERLEVEL9K_LEFT_PROMPT_ELEMENTS; do prompt_$e; done }
precmd_functions=(_p9k_precmd $precmd_functions)
`,
		"bash":       "[[ -n ${read-} ]] || PS1='ready> '; read=1\n",
		"oh-my-bash": "theme() { PS1='ready> '; }\n_omb_util_add_prompt_command() { [[ $PROMPT_COMMAND == *$1* ]] || PROMPT_COMMAND=\"$PROMPT_COMMAND; $1\"; }\nPROMPT_COMMAND=theme\n",
		"bash-it":    "theme() { PS1='ready> '; }\nall() { local f; for f in \"${precmd_functions[@]}\"; do $f; done; }\nprecmd_functions=(theme)\nPROMPT_COMMAND=all\n",
		"fish":       "function fish_greeting; end\nfunction fish_prompt; echo -n 'ready> '; end\n",
		// It draws in another fish, which has the functions of files, and of variables those
		// that are exported or universal. The hook is loaded in config.fish.
		"tide": `guise init fish | source
function fish_greeting; end
function _tide_print_item; set -e argv[1]; echo -ns '(' (string trim -- "$argv") ') '; end
function fish_prompt; fish --no-config -c (functions _tide_print_item _tide_item_guise | string collect)\n'_tide_item_guise'; echo -n 'ready> '; end
`,
		// It runs the commands of its file by a shell, as a child of its own.
		"starship": "draw() { PS1='ready> '; if sh -c \"$when\"; then PS1=\"[$(sh -c \"$command\")] $PS1\"; fi; }\nPROMPT_COMMAND=draw\n" + block("starship", "toml"),
		// It draws in a process of its own, before which set_poshcontext is called.
		"oh-my-posh": "set_poshcontext() { return }\n_omp_precmd() { set_poshcontext; PROMPT=\"$(sh -c 'echo \"$POSH_GUISE\"') ready> \" }\nprecmd_functions=(_omp_precmd)\n",
	}
}

// TestRecipes: what docs/prompts.md says of each framework shows the segment once, also
// where the rc file is read twice, and no more after off.
func TestRecipes(t *testing.T) {
	page, err := os.ReadFile("../docs/prompts.md")
	if err != nil {
		t.Fatal(err)
	}
	recipes := regexp.MustCompile("(?s)\n## ([^\n]*)\n[^#]*?```(zsh|bash|fish)\n(.*?)```").FindAllStringSubmatch(string(page), -1)
	standIns := standIns(func(section, language string) string {
		_, text, _ := strings.Cut(string(page), "\n## "+section+"\n")
		_, text, _ = strings.Cut(text, "```"+language+"\n")
		text, _, _ = strings.Cut(text, "```")
		// of TOML what is shell, too: NAME = "text"
		return strings.Join(regexp.MustCompile(`(?m)^\w+ = ["'].*$`).FindAllString(text, -1), "\n") + "\n"
	})
	for name, text := range standIns {
		standIns[name] = strings.NewReplacer("when = ", "when=", "command = ", "command=", "format = ", "format=", "style = ", "style=").Replace(text)
	}
	if len(recipes) != len(standIns) {
		t.Errorf("%d recipes, %d stand-ins", len(recipes), len(standIns))
	}
	for _, r := range recipes {
		t.Run(r[1], func(t *testing.T) {
			t.Parallel()
			d, err := Named(r[2])
			if err != nil {
				t.Fatal(err)
			}
			use := d.script([]Change{{Name: "AWS_PROFILE", Value: "prod", Exported: true}, {Name: "__guise_profile", Value: "prod"}, {Name: "__guise_segment", Value: "prod"}})
			off := d.script([]Change{{Name: "AWS_PROFILE", Unset: true}, {Name: "__guise_profile", Value: ""}})
			program := "case $1 in init) cat <<'HOOK'\n" + hookOf(t, d) + "HOOK\n;; use) cat <<'END'\n" + use + "END\n;; off) cat <<'END'\n" + off + "END\n;; prompt) [ -z \"$AWS_PROFILE\" ] || echo \"$AWS_PROFILE\";; esac\n"
			s := open(t, d, standIns[r[1]]+r[3], program)
			s.See("ready> ")
			prompt := func(after string) string {
				t.Helper()
				s.Type(after + "; echo o''k\r")
				s.See("ok\n")
				if r[2] == "fish" { // at the right, and drawn as often as fish likes
					return s.See(`\(prod\)`)[0]
				}
				return s.See(`([^\n]*)ready> `)[1]
			}
			for _, after := range []string{"guise use x", "source ./.zshrc", "true"} {
				if shown := prompt(after); strings.Count(shown, "prod") != 1 {
					t.Errorf("%s: %q", after, shown)
				}
			}
			if r[2] == "fish" {
				s.Type("guise off; echo g''one\r")
				s.See("gone\n")
				if shown := s.See("(?s)(.*?)ready> ")[1]; r[1] == "tide" && strings.Contains(shown, "prod") {
					t.Errorf("after off: %q", shown)
				}
				s.Type("echo \"[$GUISE_PROMPT]\"\r")
				s.See(`\[\]`)
			} else if shown := prompt("guise off"); strings.Contains(shown, "prod") {
				t.Errorf("after off: %q", shown)
			}
		})
	}
}

// TestRecipeOfTmux: the status line of a real tmux gets the segment of its pane, and of a
// name nothing runs there.
func TestRecipeOfTmux(t *testing.T) {
	need.Long(t)
	need.Program(t, "tmux")
	page, err := os.ReadFile("../docs/prompts.md")
	if err != nil {
		t.Fatal(err)
	}
	_, recipe, _ := strings.Cut(string(page), "\n## tmux\n")
	_, recipe, _ = strings.Cut(recipe, "```zsh\n")
	recipe, _, _ = strings.Cut(recipe, "```")
	d, err := Named("zsh")
	if err != nil {
		t.Fatal(err)
	}
	const name = "50% #(touch pwned) $(touch pwned)`touch pwned`"
	use := d.script([]Change{{Name: "AWS_PROFILE", Value: name, Exported: true}, {Name: "__guise_profile", Value: name}, {Name: "__guise_segment", Value: d.Segment(name)}})
	off := d.script([]Change{{Name: "AWS_PROFILE", Unset: true}, {Name: "__guise_profile", Value: ""}})
	dir := t.TempDir()
	standin.Program(t, filepath.Join(dir, "guise"), "#!/bin/sh\ncase $1 in init) cat <<'HOOK'\n"+hookOf(t, d)+"HOOK\n;; use) cat <<'END'\n"+use+"END\n;; off) cat <<'END'\n"+off+"END\n;; esac\n")
	if err := os.WriteFile(filepath.Join(dir, ".zshrc"), []byte(recipe), 0o600); err != nil {
		t.Fatal(err)
	}
	short, err := os.MkdirTemp("/tmp", "tmux") // a socket's path is short, and TMPDIR may not be
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(short) })
	tmux := func(args ...string) string {
		t.Helper()
		c := exec.Command("tmux", append([]string{"-S", filepath.Join(short, "socket"), "-f", "/dev/null"}, args...)...)
		c.Dir = dir
		c.Env = []string{"PATH=" + dir + ":" + os.Getenv("PATH"), "HOME=" + dir, "ZDOTDIR=" + dir, "LANG=C.UTF-8", "TERM=xterm", "SHELL=/bin/sh"}
		out, err := c.CombinedOutput()
		if err != nil {
			t.Fatalf("tmux %q: %s %v", args, out, err)
		}
		return strings.TrimSuffix(string(out), "\n")
	}
	tmux("new-session", "-d", "-x", "120", "-y", "10", "zsh -i")
	t.Cleanup(func() { tmux("kill-server") })
	tmux("set", "-g", "status-right", "<#{@guise}>")
	for _, step := range []struct{ typed, shown string }{{"guise use x", name}, {"guise off", ""}} {
		tmux("send-keys", step.typed, "Enter")
		await.That(t, "the status line: "+step.shown, func() bool { return tmux("display-message", "-p", "#{@guise}") == step.shown })
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "pwned*")); len(left) > 0 {
		t.Errorf("something ran: %q", left)
	}
}
