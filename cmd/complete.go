package cmd

import (
	"github.com/spf13/cobra"

	"guise/internal/awsapi"
	"guise/internal/profiles"
)

// completeProfile offers the profiles that begin with what is typed.
func (x *plans) completeProfile(_ *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return x.profilesLike(typed, nil), cobra.ShellCompDirectiveNoFileComp
}

// completeProfiles is completeProfile for commands that take several.
func (x *plans) completeProfiles(_ *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
	return x.profilesLike(typed, args), cobra.ShellCompDirectiveNoFileComp
}

// completeExec offers profiles for the first word; the command is the shell's.
func (x *plans) completeExec(_ *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveDefault
	}
	return x.profilesLike(typed, nil), cobra.ShellCompDirectiveNoFileComp
}

func (x *plans) profilesLike(typed string, but []string) []string {
	files, err := x.files()
	if err != nil {
		return nil
	}
	return profiles.Completions(files, typed, but)
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
