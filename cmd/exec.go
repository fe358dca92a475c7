package cmd

import (
	"context"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"guise/internal/arguments"
	"guise/internal/awsconfig"
	"guise/internal/awsenv"
	"guise/internal/process"
	"guise/internal/profiles"
	"guise/internal/serve"
	"guise/session"
	"guise/shell"
)

// execCommand runs a command under a profile.
type execCommand struct {
	region        string
	export, serve bool

	in      io.Reader
	environ func() []string
	finding
	regionOf    func(ctx context.Context, what, text string) (string, error)
	credentials func(ctx context.Context, profile string) (session.Chain, session.Credentials, error)
	become      func(path string, argv, env []string) error
	server      func(profile string, f *awsconfig.Files) (*serve.Server, error)
}

func newExec(a *app) *cobra.Command {
	x := execCommand{
		in: a.In, environ: a.Environ, finding: a.finding(), regionOf: a.regions().One, credentials: a.credentials, become: a.Become, server: a.server,
	}
	c := &cobra.Command{
		Use:   "exec [PROFILE] [-r REGION] [--export|--serve] [--] CMD…",
		Short: "Run one command with a profile",
		Long: `Run one command with a profile: guise sets AWS_PROFILE in its environment, and removes
what SDKs would prefer to it. The exit status, signals and the terminal are the
command's own.

Two flags are for tools that do not know credential_process. --serve hands the
credentials out on 127.0.0.1 with a random token, as a container's metadata service
does, and renews them for as long as the command runs. --export puts them into the
environment, where they are not renewed and every program that the command starts can
read them. Both also set the profile's region, endpoints, CA bundle and retries,
unless the terminal has set them.

All words before -- are the profile, as in guise use. Without --, or if those words
are no profile, the first word is the profile and the rest is the command. Flags end
at the command. guise exits 127 if the command is not found, and 126 if it cannot be
executed.

With --serve, all profiles but [default] also work by their names.`,
		Example: `  guise exec prod -- aws s3 ls
  guise exec staging -r us-east-1 -- terraform plan
  guise exec -- make deploy                  with the active profile
  guise exec prod --serve -- old-tool
  guise exec prod --export -- older-tool`,
		Args: cobra.ArbitraryArgs,
		RunE: func(c *cobra.Command, args []string) error {
			line, err := arguments.OfExec(c, args)
			if err != nil {
				return usage{c, err}
			}
			if help, _ := c.Flags().GetBool("help"); help {
				return c.Help()
			}
			if len(line.Argv) == 0 {
				return usage{c, errors.New("a command is missing")}
			}
			if x.export && x.serve {
				return usage{c, errors.New("--export or --serve, not both")}
			}
			return x.run(c.Context(), line)
		},
		ValidArgsFunction: a.completeExec,
	}
	c.Flags().StringVarP(&x.region, "region", "r", "", "set AWS_REGION and AWS_DEFAULT_REGION too")
	c.Flags().BoolVar(&x.export, "export", false, "export the credentials, for tools that know nothing else")
	c.Flags().BoolVar(&x.serve, "serve", false, "serve the credentials on 127.0.0.1, as a container does, and renew them")
	// Flags end at the command. What completes a line has not seen all of it.
	c.Flags().SetInterspersed(slices.Contains(a.Args, cobra.ShellCompRequestCmd) || slices.Contains(a.Args, cobra.ShellCompNoDescRequestCmd))
	_ = c.RegisterFlagCompletionFunc("region", completeRegion)
	return c
}

func (x execCommand) run(ctx context.Context, line arguments.Exec) error {
	line = x.settled(line)
	argv := line.Argv
	path, err := process.Find(argv[0]) // before a code is asked for
	if err != nil {
		return notStarted(argv[0], err)
	}
	if x.region, err = x.regionOf(ctx, "exec", x.region); err != nil {
		return err
	}
	profile, err := x.profile(ctx, line)
	if err != nil {
		return err
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
		return notStarted(argv[0], x.become(path, argv, env.With(awsenv.Variable{Name: awsenv.Profile, Value: profile})))
	}
	files, err := x.files()
	if err != nil {
		return err
	}
	if x.export {
		return notStarted(argv[0], x.become(path, argv, env.With(awsenv.Session(creds)...).Carry(files, profile)))
	}
	server, err := x.server(profile, files)
	if err != nil {
		return fail(profile, err)
	}
	defer server.Close()
	if server.Hidden() {
		x.say(profile + ": the command sees no other profiles, since the credentials file has a [default], which SDKs would prefer")
	}
	return notStarted(argv[0], server.Run(&exec.Cmd{Path: path, Args: argv, Env: server.Environ(env), Stdin: x.in, Stdout: x.out, Stderr: x.err}))
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

// settled gives a -- that is the command's own back to it: where the words before it mean
// no profile, and the first one does (exec prod kubectl exec pod -- ls).
func (x execCommand) settled(line arguments.Exec) arguments.Exec {
	if !line.Dashed || len(line.Profile) < 2 {
		return line
	}
	query := strings.Join(line.Profile, " ")
	if _, err := x.Exact(query); err == nil {
		return line
	}
	if _, err := x.Exact(line.Profile[0]); err != nil {
		return line
	}
	if _, fits := profiles.Fitting(x.describeAll(), query); len(fits) > 0 {
		return line
	}
	return arguments.Exec{Profile: line.Profile[:1], Argv: slices.Concat(line.Profile[1:], []string{"--"}, line.Argv)}
}

// profile finds the profile that a line means. Without -- it is a whole name or alias,
// since the next word could as well be of its name as the command.
func (x execCommand) profile(ctx context.Context, line arguments.Exec) (string, error) {
	if line.Dashed {
		return x.ActiveOr(ctx, "exec", line.Profile)
	}
	name, err := x.Exact(line.Profile[0])
	if errors.As(err, new(*awsconfig.NoProfileError)) {
		words := append(slices.Clone(line.Profile), line.Argv...)
		for i, word := range words {
			words[i] = shell.Word(word)
		}
		hint := "" // the nearest names
		if x.world.Getenv(varProfile) != "" {
			hint = "guise exec -- " + strings.Join(words, " ")
		}
		return "", failure{what: line.Profile[0], err: errors.Unwrap(err), hint: hint}
	}
	return name, err
}

// notStarted is the failure of a command that was not found, or is no program.
func notStarted(name string, err error) error {
	if errors.As(err, new(process.Status)) || err == nil {
		return err
	}
	code := 0
	if e, ok := errors.AsType[*process.NotStartedError](err); ok {
		code = int(e.Status)
	}
	return failure{what: name, err: err, code: code}
}
