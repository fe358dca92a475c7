//go:build unix

package shell

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// standIns are the frameworks of docs/prompts.md, by what they do with the prompt. They
// are read before the recipe.
func standIns() map[string]string {
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
	if len(recipes) != len(standIns()) {
		t.Errorf("%d recipes, %d stand-ins", len(recipes), len(standIns()))
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
			program := "case $1 in init) cat <<'HOOK'\n" + hookOf(t, d) + "HOOK\n;; use) cat <<'END'\n" + use + "END\n;; off) cat <<'END'\n" + off + "END\n;; esac\n"
			s := open(t, d, standIns()[r[1]]+r[3], program)
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
				s.Type("guise off\r")
				s.Type("echo \"[$GUISE_PROMPT]\"\r")
				s.See(`\[\]`)
			} else if shown := prompt("guise off"); strings.Contains(shown, "prod") {
				t.Errorf("after off: %q", shown)
			}
		})
	}
}
