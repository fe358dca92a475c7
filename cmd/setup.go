package cmd

import (
	"context"
	"path/filepath"

	"github.com/spf13/cobra"

	"guise/internal/adoption"
	"guise/internal/arguments"
	"guise/internal/files"
	"guise/internal/person"
	"guise/internal/setup"
	"guise/internal/ssosession"
	"guise/session"
	"guise/shell"
)

func newSetup(a *app) *cobra.Command {
	m := a.managing()
	var named string
	var undo bool
	c := &cobra.Command{
		Use:   "setup",
		Short: "Set guise up: the hook, a first sign-in, your profiles",
		Long: `Set guise up, a step at a time. guise shows each change as a diff, and asks:

  1. the file that your shell reads at its start loads the hook, between two marks;
  2. without any profile yet, you sign in, with a start URL (SSO) or an access key;
  3. guise manages your profiles ("guise adopt --all").

Run again, it does what is missing. --undo takes guise's lines out of the files of all
your shells, byte for byte. With --yes it asks nothing, and does not sign in.`,
		Example: "  guise setup --dry-run     show what would change\n  guise setup\n  guise setup --shell fish",
		Args:    arguments.Count,
		RunE: func(c *cobra.Command, _ []string) error {
			g, err := a.guide(m)
			if err != nil {
				return fail("setup", err)
			}
			var next []string
			if undo {
				next, err = g.Undo(c.Context(), named)
			} else if d, unknown := shellFor("setup", a.World, named); unknown != nil {
				err = unknown
			} else {
				next, err = g.Run(c.Context(), d)
			}
			for _, command := range next {
				a.hint(command)
			}
			return fail("setup", person.Answer(err))
		},
	}
	c.Flags().StringVar(&named, "shell", "", "the shell to set up (default: the one that runs this command)")
	_ = c.RegisterFlagCompletionFunc("shell", cobra.FixedCompletions(shell.Programs(), cobra.ShellCompDirectiveNoFileComp))
	c.Flags().BoolVar(&undo, "undo", false, "take guise's lines out again")
	m.flags(c)
	return c
}

// guide is what leads through the set-up.
func (a *app) guide(m managing) (setup.Guide, error) {
	executable, err := a.Executable()
	return setup.Guide{
		Place: setup.Place{
			Getenv: a.Getenv, Environ: a.Environ(), Home: a.Home, ConfigHome: filepath.Dir(a.Config), Copies: a.savedHooks(),
			Versions: files.Versions{Dir: filepath.Join(a.State, "start-files")}, Executable: executable,
		},
		Yes: m.yes, DryRun: m.dryRun, Say: a.result, Terminal: a.terminal, Files: a.files, KeptIn: a.user("").keys().KeptIn, Vault: a.user("").vault().Path,
		Carry: m.carryOut,
		Adopt: func(ctx context.Context) error { return m.adopt(ctx, nil, adoption.Options{All: true}) },
		AddSSO: func(ctx context.Context, url string) (string, error) {
			name, _, err := a.addSSO(ctx, ssosession.New{StartURL: url})
			return name, err
		},
		Sync: func(ctx context.Context, names ...string) error {
			return a.onSession(ctx, "sso sync", names, false, func(s ssosession.Sessions, l session.Link) error {
				return syncCommand{streams: a.streams, plans: a.plans}.run(ctx, s, l)
			})
		},
		AddKey: func(ctx context.Context, name string) error {
			return keysAddCommand{keyCommand: m.keyCommand}.run(ctx, name)
		},
		CheckName: func(name string) error { return a.user("").keys().CanAdd(name, executable) },
	}, err
}

// savedHooks are what shells load at their start, once `guise setup` has saved them.
func (a *app) savedHooks() setup.Copies {
	return setup.Copies{
		Folder: files.Folder{Root: a.Data, Below: "hooks"}, Getenv: a.Getenv,
		Hook: func(d shell.Dialect) (string, error) { return a.hook(d, shell.HookOptions{Command: "guise"}) },
	}
}
