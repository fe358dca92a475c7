// Package cmd is guise's commands: parse, call, print. newRoot lists them. It is the only
// package that knows all the others, reads the environment, prints, adds
// hints to errors and picks exit codes.
package cmd

import (
	"io"
	"slices"

	"guise/internal/build"
	"guise/internal/outcome"

	"guise/internal/arguments"
	"guise/internal/ask"
	"guise/internal/help"
	"guise/internal/oneoff"
	"guise/internal/process"
	"guise/internal/trace"
	"guise/shell"

	"github.com/spf13/cobra"
)

// Main runs guise and gives its exit code.
func Main(w World) int {
	process.CollectLate()
	ctx := ask.UntilEnded()
	a := newApp(w)
	root := newRoot(a)
	root.SetArgs(w.Args)
	err := root.ExecuteContext(ctx)
	if err != nil && ctx.Err() != nil {
		err = outcome.Interrupted{Err: err}
	}
	if err != nil {
		err = outcome.Typed{Words: w.Args, Getenv: a.Getenv, Err: outcome.Standing(err, a.standing)}
	}
	return a.report(err)
}

func newRoot(a *app) *cobra.Command {
	var debug bool
	root := &cobra.Command{
		Use:   "guise",
		Short: "Switch AWS profiles per terminal, and give every tool its session",
		Long: `guise switches the AWS profile of one terminal, and supplies each profile's
credentials through credential_process: every SDK and tool gets a session when it
needs one. Nobody exports keys.`,
		Example: `  guise setup                     load the hook, sign in, manage your profiles
  guise use prod                  switch this terminal
  guise use                       pick a profile
  guise off                       undo the switch
  guise demo                      try guise in a sandbox, without an AWS account`,
		SilenceErrors: true, SilenceUsage: true,
		PersistentPreRunE: func(c *cobra.Command, _ []string) error {
			return a.begin(c.Name(), debug)
		},
		CompletionOptions: cobra.CompletionOptions{DisableDefaultCmd: true},
	}
	root.SetIn(a.In)
	root.SetOut(a.Out)
	root.SetErr(a.Err)
	root.PersistentFlags().BoolVar(&a.streams.noColor, "no-color", false, "print without colours")
	root.PersistentFlags().BoolVar(&debug, "debug", false, "print each decision on stderr, with its time (GUISE_DEBUG=1)")
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error { return usage(c, arguments.Flag(c, err)) })
	root.SetHelpFunc(func(c *cobra.Command, _ []string) {
		w := a.Out
		if slices.Contains(switching, c.Name()) {
			w = a.Err // stdout of these is run by the shell: no place for help
		}
		_, _ = io.WriteString(w, help.Of(c, a.look(w)))
	})
	if arguments.Add(root, a, a.Args, commands()) {
		root.Version = build.Version()
		root.SetVersionTemplate(build.Line())
	}
	root.SetHelpCommand(arguments.Help(root, usage))
	arguments.Complain(root, usage)
	return root
}

// commands are those below guise, as help shows them.
func commands() []arguments.Group[*app] {
	type all = map[string]func(*app) *cobra.Command
	return []arguments.Group[*app]{
		{Title: "Daily:", Commands: all{"use": newUse, "off": newOff, "region": newRegion, "current": newCurrent, "exec": newExec, "console": newConsole, "whoami": newWhoami}},
		{Title: "Credentials:", Commands: all{
			"credential-process": newCredentialProcess, "login": newLogin, "logout": newLogout, "export": newExport, "waiting": newWaiting, "log": newLog,
			"keys": newKeys, "mfa": newMFA, "lock": newLock, "cache": newCache,
		}},
		{Title: "Profiles:", Commands: all{"list": newList, "explain": newExplain, "adopt": newAdopt, "release": newRelease, "sso": newSSO}},
		{Title: "Shell:", Commands: all{
			"init": newInit, "prompt": newPrompt, "completion": newCompletion, "doctor": newDoctor, "config": newConfig, "setup": newSetup, "demo": newDemo,
		}},
		{Commands: all{"version": newVersion, "sign-in": newSignIn, "keep-request": newKeepRequest, "finish": newFinish, "rows": newRows}},
	}
}

// quick are the commands that run for a program or at each prompt: they do what
// they are for, and nothing beside it.
var quick = []string{"credential-process", "prompt", "current", "rows", cobra.ShellCompRequestCmd, cobra.ShellCompNoDescRequestCmd}

// begin is what every command begins with.
func (a *app) begin(command string, debug bool) error {
	a.command = command
	if debug || a.Getenv("GUISE_DEBUG") == "1" {
		a.log = trace.To(a.Err, a.began, a.Now)
		a.log.Sayf("guise %s %s: %s", build.Version(), build.System, command)
	}
	if slices.Contains(homeless, command) {
		return nil
	}
	if err := process.CheckHome(a.Home); err != nil {
		return failure{what: "no home directory", err: err, hint: shell.Export("HOME", process.AccountHome())}
	}
	a.added = oneoff.Known(a.added, command)
	if !slices.Contains(quick, command) {
		a.warnOfSettings(command)
		a.sweep()
		a.user("").tellEndings()
		a.savedHooks().Freshen()
	}
	return nil
}

// warnOfSettings says which settings guise goes on without: `guise config` all of them, as
// doctor does, and which have another name; other commands those that matter to them.
func (a *app) warnOfSettings(command string) {
	if command == "doctor" { // it says more of them
		return
	}
	for _, err := range a.settings().Warnings(command == "config", slices.Contains(signing, command)) {
		a.sayf("%v", err)
	}
}

// signing are the commands that have a user sign in; of sso, too.
var signing = []string{"use", "login", "exec", "export", "console", "sync"}

// homeless are the commands that need no home.
var homeless = []string{"guise", "version", "help", "init", "completion", "demo", "off"}

// switching are the commands that print shell code: the hooks evaluate their
// stdout, and nobody else's.
var switching = []string{"use", "off", "region"}
