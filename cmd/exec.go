package cmd

import (
	"cmp"
	"context"
	"io"
	"os/exec"
	"slices"

	"github.com/spf13/cobra"

	"guise/internal/arguments"
	"guise/internal/awsconfig"
	"guise/internal/awsenv"
	"guise/internal/filecopy"
	"guise/internal/oneoff"
	"guise/internal/person"
	"guise/internal/process"
	"guise/internal/serve"
	"guise/session"
	"guise/shell"
)

// execCommand runs a command under a profile.
type execCommand struct {
	region                   string
	export, serve, longLived bool

	in      io.Reader
	environ func() []string
	finding
	regionOf    func(ctx context.Context, what, text string) (string, error)
	credentials func(ctx context.Context, profile string, later bool) (session.Chain, session.Credentials, error)
	exportable  func(ctx context.Context, profile string, longLived bool, again string) (session.Credentials, error)
	become      func(path string, argv, env []string) error
	codeLeft    func() error
	server      func(profile string, f *awsconfig.Files, alone bool) (*serve.Server, error)
	guarded     func(profile string) bool
	oneOff      oneoff.Maker
}

func newExec(a *app) *cobra.Command {
	x := execCommand{
		in: a.In, environ: a.Environ, finding: a.finding(), regionOf: a.regions().One, credentials: a.credentials, exportable: a.exportable, become: a.Become, codeLeft: a.codeLeft, server: a.server, guarded: func(profile string) bool { return a.user(profile).gate().Guarded(profile) },
	}
	c := &cobra.Command{
		Use:   "exec [PROFILE] [-r REGION] [--export|--serve] [--] [CMD…]",
		Short: "Run a command, or your shell, with a profile",
		Long:  oneoff.ExecHelp,
		Example: `  guise exec prod -- aws s3 ls
  guise exec staging -r us-east-1 -- terraform plan
  guise exec -- make deploy                  with the active profile
  guise exec prod                            your shell, until you leave it
  guise exec prod --serve -- old-tool
  guise exec prod --export -- older-tool
  guise exec prod --read-only -- python3 report.py
  guise exec --role-arn arn:aws:iam::123456789012:role/Ops --source prod -- make
  guise exec --account 123456789012 --role ReadOnly -- aws s3 ls`,
		Args: cobra.ArbitraryArgs,
		RunE: func(c *cobra.Command, args []string) error {
			line, err := arguments.OfExec(c, args, func() bool { return x.oneOff.Alone() })
			if err != nil {
				return usage(c, err)
			}
			if help, _ := c.Flags().GetBool("help"); help {
				return c.Help()
			}
			if err := cmp.Or(arguments.Wrong(x.export && x.serve, "--export or --serve, not both"), arguments.Wrong(x.longLived && !x.export, "--long-lived goes with --export"), x.oneOff.Check(line.Profile)); err != nil {
				return usage(c, err)
			}
			return x.run(c.Context(), line)
		},
		ValidArgsFunction: a.completeExec,
	}
	// Flags end at the command. What completes a line has not seen all of it.
	c.Flags().SetInterspersed(slices.Contains(a.Args, cobra.ShellCompRequestCmd) || slices.Contains(a.Args, cobra.ShellCompNoDescRequestCmd))
	x.flags(c)
	x.oneOff = a.oneOff(c, &oneoff.Flags{})
	a.codeFlag(c)
	a.yesFlag(c)
	return c
}

func (x *execCommand) flags(c *cobra.Command) {
	c.Flags().StringVarP(&x.region, "region", "r", "", "set AWS_REGION and AWS_DEFAULT_REGION too")
	c.Flags().BoolVar(&x.export, "export", false, "export the credentials, for tools that know nothing else")
	c.Flags().BoolVar(&x.longLived, "long-lived", false, "with --export: export an access key itself, which does not expire")
	c.Flags().BoolVar(&x.serve, "serve", false, "serve the credentials on 127.0.0.1, as a container does, and renew them")
	_ = c.RegisterFlagCompletionFunc("region", completeRegion)
}

func (x execCommand) run(ctx context.Context, line arguments.Exec) error {
	line = line.Settled(x.Known, x.Fits)
	argv := line.Argv
	if len(argv) == 0 {
		argv = []string{shell.Own(x.world.Getenv)}
	}
	path, err := process.Find(argv[0]) // before a code is asked for
	if err != nil && (line.Dashed || len(line.Argv) == 0) {
		return fail(argv[0], err)
	}
	missing := fail(argv[0], err)
	if x.region, err = x.regionOf(ctx, "exec", x.region); err != nil {
		return err
	}
	x.finding = x.finding.in(&x.region)
	profile, err := x.oneOff.Profile(ctx, func(ctx context.Context) (string, error) {
		return x.ForCommand(ctx, "exec", line.Profile, line.Argv, line.Dashed)
	})
	if err = cmp.Or(err, missing); err != nil {
		return err
	}
	var creds session.Credentials
	if x.export {
		creds, err = x.exportable(ctx, profile, x.longLived, shell.Exec("--export --long-lived", profile, argv))
	} else {
		_, creds, err = x.credentials(ctx, profile, true)
	}
	if err == nil {
		err = x.codeLeft() // what follows it on stdin is the command's
	}
	if err != nil {
		return err
	}
	return x.start(profile, path, argv, creds)
}

// start runs the command under a profile. creds are for exporting.
func (x execCommand) start(profile, path string, argv []string, creds session.Credentials) error {
	env, alone := awsenv.Env(x.environ()).Under(profile, x.region), x.oneOff.Apart(profile)
	if !x.export && !x.serve && !alone {
		return fail(argv[0], x.become(path, argv, env.With(awsenv.Variable{Name: awsenv.Profile, Value: profile}, awsenv.Variable{Name: awsenv.ExecStatus, Value: x.statusFile(profile)})))
	}
	files, err := x.files()
	if err != nil {
		return err
	}
	if !alone && x.guarded(profile) {
		alone = true
		x.say(profile + ": the command sees no profiles, since this one is guarded")
	}
	if x.export {
		return fail(argv[0], x.become(path, argv, env.With(awsenv.Session(creds)...).Carry(files, profile, filecopy.Alone(alone)...)))
	}
	server, err := x.server(profile, files, alone)
	if err != nil {
		return fail(profile, err)
	}
	defer server.Close()
	if server.Hidden() {
		x.say(profile + ": the command sees no other profiles, since the credentials file has a [default], which SDKs would prefer")
	}
	return fail(argv[0], server.Run(&exec.Cmd{Path: path, Args: argv, Env: server.Environ(env), Stdin: x.in, Stdout: x.out, Stderr: x.err}))
}

// server begins to serve a profile's credentials. Each look at what is at hand reads
// the files as they are then. alone is for a command that sees no profile.
func (a *app) server(profile string, f *awsconfig.Files, alone bool) (*serve.Server, error) {
	config, _ := a.configPaths()
	look := func() *app { now := newApp(a.World); now.added = a.added; return now }
	return serve.Start(serve.Options{
		Profile: profile, Files: f, Config: config, Alone: alone, Dir: a.runtimeDir, Environ: a.Environ, Err: a.Err, Now: a.Now,
		Codes: map[process.Status]string{exitPerson: "UserNeeded", exitCancelled: "Cancelled"},
		Cached: func(pid int) (held serve.Held, ok bool) {
			now := look().access(person.Options{For: profile, Serves: pid})
			chain, err := now.gate().Admitted(profile)
			if err != nil {
				return held, false
			}
			held.Credentials, held.Fresh, ok = now.retriever().Servable(chain)
			held.Gave = func() { now.handOut(profile, chain, held.Credentials, nil) }
			return held, ok
		},
	})
}
