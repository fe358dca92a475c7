package cmd

import (
	"errors"
	"os"
	"os/exec"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"guise/session"
	"guise/shell"
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
do not renew and every program it starts can read them.`,
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
			_, creds, err := a.credentials(c.Context(), name, session.Options{})
			if err != nil {
				return err
			}
			path, err := exec.LookPath(argv[0])
			if err != nil {
				return failure{what: argv[0], err: errors.New("not found on PATH")}
			}
			env := a.environment(name, region)
			switch {
			case exported:
				return runAs(path, argv, exportInto(env, exportOptions{app: a}.variables(name, creds), region))
			case served:
				return a.runServed(name, path, argv, env)
			}
			return runAs(path, argv, env)
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

// exportInto puts a session into an environment, in the place of the profile. A region
// that was asked for stays.
func exportInto(env []string, variables []shell.Change, region string) []string {
	env = slices.DeleteFunc(env, func(pair string) bool { return strings.HasPrefix(pair, varProfile+"=") })
	for _, v := range variables {
		if region != "" && (v.Name == varRegion || v.Name == varDefaultRegion) {
			continue
		}
		env = append(env, v.Name+"="+v.Value)
	}
	return env
}

// runServed runs a command that gets the credentials from us for as long as it runs.
func (a *app) runServed(name, path string, argv, env []string) error {
	served, closeIt, err := a.serve(name)
	if err != nil {
		return fail(name, err)
	}
	defer closeIt()
	env = slices.DeleteFunc(env, func(pair string) bool { return strings.HasPrefix(pair, varProfile+"=") })
	env = append(append(env, a.asContainer(name, env)...), served...)
	c := &exec.Cmd{Path: path, Args: argv, Env: env, Stdin: a.In, Stdout: a.Out, Stderr: a.Err}
	return fail(argv[0], attend(c, func(s os.Signal) os.Signal { return s }))
}

// asContainer is what else an SDK needs to be told, to take what is served: the region
// of the profile, which it does not see any more, and no default profile, which would
// come first.
func (a *app) asContainer(name string, env []string) (more []string) {
	files, err := a.files()
	if err != nil {
		return nil
	}
	hasRegion := slices.ContainsFunc(env, func(pair string) bool { return strings.HasPrefix(pair, varRegion+"=") })
	if p, err := files.Profile(name); err == nil && !hasRegion && isRegion(p.Get("region")) {
		more = append(more, varRegion+"="+p.Get("region"), varDefaultRegion+"="+p.Get("region"))
	}
	if _, err := files.Profile("default"); err == nil {
		more = append(more, "AWS_CONFIG_FILE="+os.DevNull, "AWS_SHARED_CREDENTIALS_FILE="+os.DevNull)
	}
	return more
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
