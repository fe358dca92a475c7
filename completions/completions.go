// Package completions has the scripts by which shells complete guise's words.
//
// The scripts ask guise itself (its hidden command __complete) and hand it the
// words of the command line as they are: none is ever evaluated, so that
// completing a line with `$(…)` in it runs nothing. What comes back is data, and
// is quoted by the shell, or for bash by the script, when it is put in.
package completions

import (
	_ "embed"
	"errors"
	"fmt"
	"strings"
)

var (
	//go:embed completion.bash
	bash string
	//go:embed completion.zsh
	zsh string
	//go:embed completion.fish
	fish string
	//go:embed completion.tcsh
	tcsh string
	//go:embed completion.xonsh
	xonsh string
	//go:embed completion.elvish
	elvish string
	//go:embed completion.nushell
	nushell string
	//go:embed completion.powershell
	powershell string
)

// ErrNone: the shell completes no words of programs.
var ErrNone = errors.New("the shell has no completion")

// Script returns the script for a shell, for the function or
// program of a name. Its error is ErrNone for another shell.
func Script(shell, command string) (string, error) {
	text, ok := map[string]string{"bash": bash, "zsh": zsh, "fish": fish, "tcsh": tcsh, "xonsh": xonsh, "elvish": elvish, "nushell": nushell, "powershell": powershell}[shell]
	if !ok {
		return "", fmt.Errorf("%s: %w", shell, ErrNone)
	}
	return strings.ReplaceAll(text, "GUISE_COMMAND", command), nil
}
