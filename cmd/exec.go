package cmd

import (
	"errors"
	"os/exec"
	"time"

	"github.com/spf13/cobra"

	"guise/internal/awsenv"
	"guise/session"
)

func newExec(a *app) *cobra.Command {
	var region string
	var exported, served bool
	c := &cobra.Command{
		Use:   "exec PROFILE [-r REGION] [--export|--serve] -- CMD…",
		Short: "Run one command under a profile",
		Long: `Run one command under a profile, by AWS_PROFILE: whatever wins over that is taken
out of its environment. The exit status, signals and the terminal are the
command's own.

For tools that do not know credential_process: --serve hands the credentials out
as a container's metadata service does, on 127.0.0.1 with a random token, renewed
for as long as the command runs; --export puts them into its environment, where they
do not renew and every program it starts can read them. Both also set the profile's
region, endpoints, CA bundle and retries, unless the terminal has set them.

Under --serve all profiles but [default] can still be used by their names.`,
		Example: `  guise exec prod -- aws s3 ls
  guise exec staging -r us-east-1 -- terraform plan
  guise exec prod --serve -- old-tool
  guise exec prod --export -- older-tool`,
		Args: cobra.MinimumNArgs(2),
		RunE: func(c *cobra.Command, args []string) error {
			if dash := c.ArgsLenAtDash(); dash > 1 {
				return usage{c, errors.New("one profile, then -- and the command")}
			}
			if exported && served {
				return usage{c, errors.New("--export or --serve, not both")}
			}
			name, argv := args[0], args[1:]
			path, err := exec.LookPath(argv[0]) // before a code is asked for
			if err != nil {
				return failure{what: argv[0], err: errors.New("not found on PATH")}
			}
			_, creds, err := a.user(name).credentials(c.Context(), name, session.Options{})
			if err != nil {
				return err
			}
			env := a.environment(region)
			switch {
			case exported:
				return fail(argv[0], a.Become(path, argv, a.carry(name, env.With(sessionVariables(creds)...))))
			case served:
				return a.runServed(name, path, argv, env.Without(awsenv.RivalsOfContainer()...))
			}
			return fail(argv[0], a.Become(path, argv, env.With(awsenv.Variable{Name: awsenv.Profile, Value: name})))
		},
		ValidArgsFunction: a.completeExec,
	}
	c.Flags().StringVarP(&region, "region", "r", "", "set AWS_REGION and AWS_DEFAULT_REGION too")
	c.Flags().BoolVar(&exported, "export", false, "by exported keys, for tools that know nothing else")
	c.Flags().BoolVar(&served, "serve", false, "by a container's credentials service on 127.0.0.1, renewed")
	c.Flags().SetInterspersed(true)
	_ = c.RegisterFlagCompletionFunc("region", a.completeRegion)
	return c
}

// environment is ours without a profile, and without what would win over one. A
// region that was asked for is set.
func (a *app) environment(region string) awsenv.Env {
	env := awsenv.Env(a.Environ()).Without(awsenv.Rivals()...).Without(awsenv.Profile, awsenv.DefaultProfile, "GUISE_STATE", "GUISE_SHELL")
	if region == "" {
		return env
	}
	return env.With(awsenv.Variable{Name: awsenv.Region, Value: region}, awsenv.Variable{Name: awsenv.DefaultRegion, Value: region})
}

// carry adds what a command that does not see the profile must be told of it.
func (a *app) carry(name string, env awsenv.Env, more ...awsenv.Variable) awsenv.Env {
	files, err := a.files()
	if err != nil {
		return env.WithTraced(more...)
	}
	p, err := files.Profile(name)
	if err != nil {
		return env.WithTraced(more...)
	}
	services, _ := files.Services(p.Get("services"))
	return env.WithTraced(append(awsenv.Carried(env, p, services), more...)...)
}

// sessionVariables are a session as SDKs read it from the environment.
func sessionVariables(c session.Credentials) []awsenv.Variable {
	all := []awsenv.Variable{
		{Name: awsenv.AccessKeyID, Value: c.AccessKeyID}, {Name: awsenv.SecretAccessKey, Value: c.SecretAccessKey.Reveal()},
	}
	if !c.SessionToken.Empty() {
		all = append(all, awsenv.Variable{Name: awsenv.SessionToken, Value: c.SessionToken.Reveal()})
	}
	if !c.Expires.IsZero() {
		all = append(all, awsenv.Variable{Name: awsenv.Expiration, Value: c.Expires.UTC().Format(time.RFC3339)})
	}
	return all
}
