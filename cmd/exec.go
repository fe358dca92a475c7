package cmd

import (
	"context"
	"errors"
	"io"
	"os/exec"

	"github.com/spf13/cobra"

	"guise/awsconfig"
	"guise/internal/awsenv"
	"guise/internal/process"
	"guise/internal/serve"
	"guise/session"
)

// execCommand runs a command under a profile.
type execCommand struct {
	region        string
	export, serve bool

	*streams
	in          io.Reader
	environ     func() []string
	files       func() (*awsconfig.Files, error)
	credentials func(ctx context.Context, profile string) (session.Chain, session.Credentials, error)
	become      func(path string, argv, env []string) error
	server      func(profile string, f *awsconfig.Files) (*serve.Server, error)
}

func newExec(a *app) *cobra.Command {
	x := execCommand{
		streams: a.streams, in: a.In, environ: a.Environ, files: a.files, credentials: a.credentials, become: a.Become, server: a.server,
	}
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
			if x.export && x.serve {
				return usage{c, errors.New("--export or --serve, not both")}
			}
			return x.run(c.Context(), args[0], args[1:])
		},
		ValidArgsFunction: a.completeExec,
	}
	c.Flags().StringVarP(&x.region, "region", "r", "", "set AWS_REGION and AWS_DEFAULT_REGION too")
	c.Flags().BoolVar(&x.export, "export", false, "by exported keys, for tools that know nothing else")
	c.Flags().BoolVar(&x.serve, "serve", false, "by a container's credentials service on 127.0.0.1, renewed")
	c.Flags().SetInterspersed(true)
	_ = c.RegisterFlagCompletionFunc("region", completeRegion)
	return c
}

func (x execCommand) run(ctx context.Context, profile string, argv []string) error {
	path, err := exec.LookPath(argv[0]) // before a code is asked for
	if err != nil {
		return failure{what: argv[0], err: errors.New("not found on PATH")}
	}
	_, creds, err := x.credentials(ctx, profile)
	if err != nil {
		return err
	}
	env := awsenv.Env(x.environ()).Unswitched()
	if x.region != "" {
		env = env.With(awsenv.InRegion(x.region)...)
	}
	if !x.export && !x.serve {
		return fail(argv[0], x.become(path, argv, env.With(awsenv.Variable{Name: awsenv.Profile, Value: profile})))
	}
	files, err := x.files()
	if err != nil {
		return err
	}
	if x.export {
		return fail(argv[0], x.become(path, argv, env.With(awsenv.Session(creds)...).Carry(files, profile)))
	}
	server, err := x.server(profile, files)
	if err != nil {
		return fail(profile, err)
	}
	defer server.Close()
	if server.Hidden() {
		x.say(profile + ": the command sees no other profiles: the credentials file has a [default], which SDKs would take first")
	}
	return fail(argv[0], server.Run(&exec.Cmd{Path: path, Args: argv, Env: server.Environ(env), Stdin: x.in, Stdout: x.out, Stderr: x.err}))
}

// server begins to serve a profile's credentials. Each look at what is at hand reads
// the files as they are then.
func (a *app) server(profile string, f *awsconfig.Files) (*serve.Server, error) {
	config, _ := a.configPaths()
	return serve.Start(serve.Options{
		Profile: profile, Files: f, Config: config, Dir: a.runtimeDir, Environ: a.Environ, Err: a.Err, Now: a.Now,
		Codes: map[process.Status]string{exitPerson: "UserNeeded", exitCancelled: "Cancelled"},
		Cached: func() (got session.Credentials, fresh, ok bool) {
			now := newApp(a.World)
			chain, err := now.chain(profile)
			if err != nil {
				return got, false, false
			}
			r := now.user("").retriever()
			if got, ok := r.Fresh(chain.Key()); ok {
				return got, true, true
			}
			got, ok = r.Spare(chain)
			return got, false, ok
		},
	})
}
