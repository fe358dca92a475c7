package cmd

import (
	"errors"
	"strings"

	"github.com/spf13/cobra"

	"guise/completions"
	"guise/internal/arguments"
	"guise/internal/person"
	"guise/shell"
)

func newInit(a *app) *cobra.Command {
	var o shell.HookOptions
	c := &cobra.Command{
		Use:   "init [SHELL]",
		Short: "Print the hook for a shell's rc file",
		Long: `Print the hook for a shell: it defines the guise function and its completion, and
keeps $GUISE_PROMPT up to date. Loading it twice is harmless. By default it is for
the shell that runs this command.`,
		Example: `  eval "$(guise init zsh)"           in ~/.zshrc
  eval "$(guise init bash)"          in ~/.bashrc
  guise init fish | source           in ~/.config/fish/config.fish
  eval "$(guise init posix)"         dash, ksh, busybox: docs/shells.md
  guise init tcsh                    and xonsh, elvish: docs/shells.md
  eval "$(guise init zsh --cmd aws-as)"`,
		Args:      arguments.Count,
		ValidArgs: shell.Names(),
		RunE: func(c *cobra.Command, args []string) error {
			dialect, err := shellFor("init", a.World, strings.Join(args, ""))
			if err != nil {
				return err
			}
			hook, err := a.hook(dialect, o)
			if err != nil {
				return usage(c, err)
			}
			return a.answer(hook)
		},
	}
	c.Flags().StringVar(&o.Command, "cmd", "guise", "name of the shell function")
	c.Flags().BoolVar(&o.NoPrompt, "no-prompt-hook", false, "do not keep $GUISE_PROMPT up to date")
	c.Flags().BoolVar(&o.NoCompletion, "no-completion", false, "do not complete the words after the command")
	return c
}

// hook is what a shell loads.
func (a *app) hook(d shell.Dialect, o shell.HookOptions) (hook string, err error) {
	if !o.NoCompletion {
		if o.Completion, err = completions.Script(d.Name(), o.Command); err != nil && !errors.Is(err, completions.ErrNone) {
			return "", err
		}
	}
	o.Rooms = person.Room(a.Runtime()).Paths()
	return d.Hook(o)
}

// shellFor is the dialect of the shell that is named, or else of the one that calls.
func shellFor(typed string, w World, named string) (shell.Dialect, error) {
	if named != "" {
		dialect, err := shell.Named(named)
		return dialect, fail(typed, err)
	}
	dialect, ok := shell.Detect(append(w.Callers(), w.Getenv("SHELL"))...)
	if !ok {
		return dialect, misuse(typed, "name a shell: "+strings.Join(shell.Names(), ", "), "guise "+typed+" --help")
	}
	return dialect, nil
}
