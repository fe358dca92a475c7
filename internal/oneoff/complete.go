package oneoff

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"guise/internal/awsconfig"
	"guise/internal/partition"
	"guise/internal/profiles"
)

// complete says how the words of the flags are completed: by what the user's profiles have,
// as far as they can have it. files are the user's, of which some may be unreadable.
func (f *Flags) complete(c *cobra.Command, files func() (*awsconfig.Files, error)) {
	known := func(of func(f *awsconfig.Files, typed string) []string) cobra.CompletionFunc {
		return func(_ *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
			all, err := files()
			if err != nil {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			return of(all, typed), cobra.ShellCompDirectiveNoFileComp
		}
	}
	arns := known(policyCompletions)
	for flag, by := range map[string]cobra.CompletionFunc{
		"role-arn": known(profiles.RoleARNCompletions),
		"source":   known(func(all *awsconfig.Files, typed string) []string { return profiles.Completions(all, typed, nil) }),
		"account":  known(profiles.AccountCompletions),
		"role": known(func(all *awsconfig.Files, typed string) []string {
			return profiles.RoleCompletions(all, f.Account, typed)
		}),
		"policy": func(c *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
			if strings.HasPrefix(typed, "arn:") {
				return arns(c, args, typed)
			}
			return nil, cobra.ShellCompDirectiveDefault // files
		},
		"duration":     cobra.FixedCompletions([]string{"15m", "30m", "1h", "2h", "4h", "8h", "12h"}, cobra.ShellCompDirectiveNoFileComp),
		"external-id":  cobra.NoFileCompletions,
		"session-name": cobra.NoFileCompletions,
		"tag":          cobra.NoFileCompletions,
		"save-as":      cobra.NoFileCompletions,
	} {
		_ = c.RegisterFlagCompletionFunc(flag, by)
	}
}

// Alone reports whether the words of a command, as far as they are typed, leave no place for
// a PROFILE: see [Flags.Alone].
func Alone(c *cobra.Command) bool {
	return slices.ContainsFunc([]string{"role-arn", "account", "role"}, c.Flags().Changed)
}

// Command reports whether the words of exec, as far as they are typed, have come to its command.
func Command(c *cobra.Command, words []string) bool {
	return Alone(c) || slices.Contains(words, "--")
}

// policyCompletions are the policies that profiles have, and such of AWS's own as sessions are
// narrowed to: AWS managed policy reference guide.
func policyCompletions(f *awsconfig.Files, typed string) []string {
	all := profiles.PolicyCompletions(f, typed)
	cloud := partition.OfARN(typed).ID
	for _, name := range []string{
		"ReadOnlyAccess", "job-function/ViewOnlyAccess", "SecurityAudit", "PowerUserAccess", "IAMReadOnlyAccess",
		"AmazonS3ReadOnlyAccess", "AmazonEC2ReadOnlyAccess", "AmazonDynamoDBReadOnlyAccess", "AmazonRDSReadOnlyAccess",
		"AWSLambda_ReadOnlyAccess", "CloudWatchReadOnlyAccess", "CloudWatchLogsReadOnlyAccess", "AmazonEC2ContainerRegistryReadOnly",
	} {
		if arn := "arn:" + cloud + ":iam::aws:policy/" + name; strings.HasPrefix(arn, typed) {
			all = append(all, arn+"\tAWS's own")
		}
	}
	return all
}
