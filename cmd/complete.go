package cmd

import (
	"github.com/spf13/cobra"

	"guise/completions"
	"guise/internal/arguments"
	"guise/internal/awsapi"
	"guise/internal/oneoff"
	"guise/internal/profiles"
	"guise/shell"
)

// completeProfile offers the profiles that begin with what is typed.
func (x *plans) completeProfile(c *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 || oneoff.Alone(c) {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return x.completeProfiles(c, args, typed)
}

// completeExec offers profiles for the first word; the command is the shell's.
func (x *plans) completeExec(c *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 || oneoff.Command(c, x.world.Args) {
		return nil, cobra.ShellCompDirectiveDefault
	}
	return x.completeProfiles(c, args, typed)
}

// completeProfiles is completeProfile for commands that take several.
func (x *plans) completeProfiles(_ *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
	files, err := x.files()
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return profiles.Completions(files, typed, args), cobra.ShellCompDirectiveNoFileComp
}

func completeRegion(_ *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
	return awsapi.RegionsLike(typed), cobra.ShellCompDirectiveNoFileComp
}

func completeService(_ *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
	return awsapi.ServicesLike(typed), cobra.ShellCompDirectiveNoFileComp
}

// completeSSOSession offers the names of SSO sessions.
func (x *plans) completeSSOSession(_ *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
	files, err := x.files()
	if err != nil || len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return profiles.SSOCompletions(files, typed), cobra.ShellCompDirectiveNoFileComp
}

func newCompletion(a *app) *cobra.Command {
	return &cobra.Command{
		Use:     "completion SHELL",
		Short:   "Print the completion script for a shell (the hook has it already)",
		Long:    "Print the completion script for a shell, for packagers: the hook of `guise init`\nhas it already.",
		Example: "  guise completion fish > ~/.config/fish/completions/guise.fish",
		Args:    arguments.Count, ValidArgs: shell.Names(),
		RunE: func(_ *cobra.Command, args []string) error {
			dialect, err := shell.Named(args[0])
			if err != nil {
				return misuse("completion", err.Error(), "guise completion --help")
			}
			script, err := completions.Script(dialect.Name(), "guise")
			if err != nil {
				return fail("completion", err)
			}
			return a.answer(script)
		},
	}
}
