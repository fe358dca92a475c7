// Package cmd is guise's commands: parse, call, print. newRoot lists them. It is the only
// package that knows all the others, reads the environment, prints, adds
// hints to errors and picks exit codes.
package cmd

import (
	"io"
	"runtime/debug"
	"slices"

	"guise/internal/outcome"

	"guise/internal/arguments"
	"guise/internal/ask"
	"guise/internal/help"
	"guise/internal/trace"

	"github.com/spf13/cobra"
)

// Main runs guise and gives its exit code.
func Main(w World) int {
	// A command's life is short: it collects garbage seldom, if at all.
	debug.SetGCPercent(400)
	ctx := ask.UntilEnded()
	a := newApp(w)
	root := newRoot(a)
	root.SetArgs(w.Args)
	err := root.ExecuteContext(ctx)
	if err != nil && ctx.Err() != nil {
		err = outcome.Interrupted{Err: err}
	}
	if err != nil {
		err = outcome.Typed{Words: w.Args, Err: err}
	}
	return a.report(err)
}

const (
	groupDaily       = "daily"
	groupCredentials = "credentials"
	groupProfiles    = "profiles"
	groupShell       = "shell"
)

func newRoot(a *app) *cobra.Command {
	var debug bool
	root := &cobra.Command{
		Use:   "guise",
		Short: "Switch AWS profiles per terminal, and give every tool its session",
		Long: `guise switches the AWS profile of one terminal, and supplies each profile's
credentials through credential_process: every SDK and tool gets a session when it
needs one. Nobody exports keys.`,
		Example: `  guise setup                     load the hook, sign in, have guise manage your profiles
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
	root.Version = version()
	root.SetVersionTemplate(versionLine())
	root.SetIn(a.In)
	root.SetOut(a.Out)
	root.SetErr(a.Err)
	root.PersistentFlags().BoolVar(&a.streams.noColor, "no-color", false, "print without colours")
	root.PersistentFlags().BoolVar(&debug, "debug", false, "print each decision on stderr, with its time (GUISE_DEBUG=1)")
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error { return usage(c, arguments.Flag(c, err)) })
	root.AddGroup(
		&cobra.Group{ID: groupDaily, Title: "Daily:"},
		&cobra.Group{ID: groupCredentials, Title: "Credentials:"},
		&cobra.Group{ID: groupProfiles, Title: "Profiles:"},
		&cobra.Group{ID: groupShell, Title: "Shell:"},
	)
	add := func(group string, commands ...*cobra.Command) {
		for _, c := range commands {
			c.GroupID = group
			root.AddCommand(c)
		}
	}
	add(groupDaily, newUse(a), newOff(a), newRegion(a), newCurrent(a), newExec(a), newConsole(a), newWhoami(a))
	add(groupCredentials, newCredentialProcess(a), newLogin(a), newLogout(a), newExport(a), newWaiting(a), newKeys(a), newMFA(a), newLock(a), newCache(a))
	add(groupProfiles, newList(a), newExplain(a), newAdopt(a.managing()), newRelease(a.managing()), newSSO(a))
	add(groupShell, newInit(a), newPrompt(a), newCompletion(a), newDoctor(a), newConfig(a), newSetup(a), newDemo(a))
	root.AddCommand(newVersion(a), newSignIn(a), newKeepRequest(a), newFinish(a), newRows(a))
	root.SetHelpFunc(func(c *cobra.Command, _ []string) {
		w := a.Out
		if slices.Contains(switching, c.Name()) {
			w = a.Err // stdout of these is run by the shell: no place for help
		}
		_, _ = io.WriteString(w, help.Of(c, a.look(w)))
	})
	root.SetHelpCommand(arguments.Help(root, usage))
	arguments.Complain(root, usage)
	return root
}

// quick are the commands that run for a program or at each prompt: they do what
// they are for, and nothing beside it.
var quick = []string{"credential-process", "prompt", "current", "rows", cobra.ShellCompRequestCmd, cobra.ShellCompNoDescRequestCmd}

// begin is what every command begins with.
func (a *app) begin(command string, debug bool) error {
	a.command = command
	if debug || a.Getenv("GUISE_DEBUG") == "1" {
		a.log = trace.To(a.Err, a.began, a.Now)
		a.log.Sayf("guise %s %s: %s", version(), system, command)
	}
	if slices.Contains(homeless, command) {
		return nil
	}
	if err := needsHome(a.Home); err != nil {
		return err
	}
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

// switching are the commands that print shell code: the hooks evaluate their
// stdout, and nobody else's.
var switching = []string{"use", "off", "region"}
