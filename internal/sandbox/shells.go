package sandbox

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"

	"guise/shell"
)

// posixRC is what POSIX shells read in the sandbox: ENV names it.
const posixRC = ".shrc"

// rcFile is what a shell reads at its start, below the home.
type rcFile struct{ path, text string }

// rcFiles load the hook in each shell that it speaks to, by the line that the user would
// write, and show the segment.
func rcFiles() (all []rcFile) {
	for name, lines := range map[string]struct{ before, after string }{
		"zsh": {
			"autoload -Uz compinit && compinit -u -d \"$HOME/.zcompdump\"\n",
			"setopt PROMPT_SUBST\nPROMPT='%F{cyan}${GUISE_PROMPT:+($GUISE_PROMPT) }%fdemo %# '\n",
		},
		"bash": {after: "PS1='\\[\\e[36m\\]${GUISE_PROMPT:+($GUISE_PROMPT) }\\[\\e[0m\\]demo \\$ '\n"},
		"fish": {after: `set -g fish_greeting
function fish_prompt
    set -q GUISE_PROMPT[1]; and test -n "$GUISE_PROMPT"; and printf '\e[36m(%s)\e[0m ' $GUISE_PROMPT
    printf 'demo > '
end
`},
		"tcsh":       {after: "set prompt = '%{\\033[36m%}%$GUISE_PROMPT%{\\033[0m%} demo %# '\n"},
		"xonsh":      {after: "$PROMPT = '{CYAN}{guise:({}) }{RESET}demo @ '\n"},
		"elvish":     {after: "set edit:prompt = { styled $E:GUISE_PROMPT cyan; put ' demo > ' }\nset edit:rprompt = { }\n"},
		"powershell": {}, // the hook shows the segment
		"nushell":    {after: "$env.config.show_banner = false\n$env.PROMPT_COMMAND = {|| $\"(ansi cyan)($env.GUISE_PROMPT)(ansi reset) demo\" }\n$env.PROMPT_INDICATOR = ' > '\n$env.PROMPT_COMMAND_RIGHT = ''\n"},
		"posix":      {after: "PS1='${AWS_PROFILE:+($AWS_PROFILE) }demo $ '\n"},
	} {
		d, err := shell.Named(name)
		if err != nil {
			continue // a test has each
		}
		s := d.Startup(func(string) string { return "" })
		path := s.Files[0]
		if name == "posix" {
			path = posixRC
		}
		all = append(all, rcFile{path, lines.before + s.Line + "\n" + lines.after})
	}
	return all
}

// Shell is the command of an interactive shell that the hook speaks to: the one of a
// name, or else the user's own, or else one that is here.
func (b *Sandbox) Shell(name string) ([]string, error) {
	candidates := []string{strings.TrimPrefix(filepath.Base(b.o.Caller), "-"), filepath.Base(b.outside("SHELL")), "zsh", "bash", "fish"}
	if name != "" {
		candidates = []string{name}
	}
	for _, name := range candidates {
		d, err := shell.Named(name)
		if err != nil {
			continue
		}
		words := d.Interactive()
		if path, err := exec.LookPath(words[0]); err == nil {
			return append([]string{path}, words[1:]...), nil
		}
	}
	return nil, fmt.Errorf("no shell to open: none of %s is here; name a command: guise demo -- CMD", strings.Join(candidates, ", "))
}
