package cmd

import (
	"errors"
	"os/exec"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"guise/session"
)

func newExec(a *app) *cobra.Command {
	var region string
	c := &cobra.Command{
		Use:   "exec PROFILE [-r REGION] -- CMD…",
		Short: "Run one command under a profile",
		Long: `Run one command under a profile, by AWS_PROFILE: whatever wins over that is taken
out of its environment. The exit status, signals and the terminal are the
command's own.`,
		Example: "  guise exec prod -- aws s3 ls\n  guise exec staging -r us-east-1 -- terraform plan",
		Args:    cobra.MinimumNArgs(2),
		RunE: func(c *cobra.Command, args []string) error {
			if dash := c.ArgsLenAtDash(); dash > 1 {
				return usage{c, errors.New("one profile, then -- and the command")}
			}
			name, argv := args[0], args[1:]
			if _, _, err := a.credentials(c.Context(), name, session.Options{}); err != nil {
				return err
			}
			path, err := exec.LookPath(argv[0])
			if err != nil {
				return failure{what: argv[0], err: errors.New("not found on PATH")}
			}
			return runAs(path, argv, a.environment(name, region))
		},
		ValidArgsFunction: a.completeExec,
	}
	c.Flags().StringVarP(&region, "region", "r", "", "set AWS_REGION and AWS_DEFAULT_REGION too")
	c.Flags().SetInterspersed(true)
	_ = c.RegisterFlagCompletionFunc("region", a.completeRegion)
	return c
}

// environment is ours, with a profile in force and nothing that wins over it.
func (a *app) environment(profile, region string) []string {
	drop := append(rivals(), varProfile, "GUISE_STATE", "GUISE_SHELL")
	if region != "" {
		drop = append(drop, varRegion, varDefaultRegion)
	}
	var env []string
	for _, pair := range a.Environ() {
		if name, _, _ := strings.Cut(pair, "="); !slices.Contains(drop, name) {
			env = append(env, pair)
		}
	}
	env = append(env, varProfile+"="+profile)
	if region != "" {
		env = append(env, varRegion+"="+region, varDefaultRegion+"="+region)
	}
	return env
}
