package cmd

import (
	"cmp"
	"context"
	"errors"
	"strings"

	"github.com/spf13/cobra"

	"guise/internal/adoption"
	"guise/internal/ask"
	"guise/internal/awsconfig"
	"guise/internal/naming"
	"guise/shell"
)

func newAdopt(a *app) *cobra.Command {
	m, o := a.managing(), adoption.Options{}
	c := &cobra.Command{
		Use:   "adopt [PROFILE…|--all]",
		Short: "Have guise manage profiles, in ~/.aws/config",
		Long: `Have guise manage profiles: guise adds one line, credential_process, to each of them
in ~/.aws/config, and hides the settings that SDKs would prefer to it by a prefix.
Every other byte stays as it is, and "guise release" is the exact reverse.

Access keys in a file win over credential_process in every SDK. guise tries them at
AWS, then moves them to the key store (the OS keyring or the vault); with --keep-keys,
to a section [PROFILE.source] of the same file.

A profile keeps its identity: guise checks, before it writes, that botocore and the
Go SDK act as the same user or role afterwards. If the two differ already, both act
as botocore did: guise says so and asks, and --all skips such a profile.

Older clients, such as restic and programs on the JavaScript SDK v2 or the Go SDK v1, read
~/.aws/credentials alone. With --for-older-clients guise adds the line there too; a profile
whose access key stays in that file does not get it.`,
		Example: "  guise adopt --all --dry-run     show what would change\n  guise adopt --all\n  guise adopt prod staging\n  guise adopt backup --for-older-clients",
		RunE: func(c *cobra.Command, args []string) error {
			names, err := m.named(c, args, o.All, naming.Kind{
				Is:   o.Changes,
				None: "guise manages every profile already", Hint: "guise list",
			})
			if err != nil {
				return err
			}
			return m.adopt(c.Context(), names, o)
		},
		ValidArgsFunction: m.completeProfiles,
	}
	c.Flags().BoolVar(&o.All, "all", false, "every profile that guise can get credentials for")
	m.flags(c)
	c.Flags().BoolVar(&o.ForOlderClients, "for-older-clients", false, "add the line to ~/.aws/credentials too, for clients that read it alone")
	c.Flags().BoolVar(&o.KeepKeys, "keep-keys", false, "keep access keys in the file, in a section of their own")
	return c
}

// managing is what commands have that have guise manage profiles, or give them back:
// their access keys move with them.
type managing struct {
	keyCommand
	dryRun, yes bool
}

func (a *app) managing() managing { return managing{keyCommand: a.keyCommand()} }

// agreed is the same where the user need not be asked.
func (m managing) agreed() managing {
	m.yes = true
	return m
}

func (m *managing) flags(c *cobra.Command) {
	c.Flags().BoolVarP(&m.dryRun, "dry-run", "n", false, "show the change as a diff, and write nothing")
	c.Flags().BoolVarP(&m.yes, "yes", "y", false, "do not ask")
}

// named are the profiles that a command is to change: those of the words, or without any
// those that are picked; none with --all.
func (m managing) named(c *cobra.Command, words []string, all bool, of naming.Kind) ([]string, error) {
	switch {
	case all && len(words) > 0:
		return nil, usage(c, errors.New("--all and names of profiles: give one of the two"))
	case all:
		return nil, nil
	}
	if m.yes && len(words) > 0 {
		m.Finder = m.Whole()
	}
	return m.Each(c.Context(), strings.TrimPrefix(c.CommandPath(), "guise "), words, of)
}

func (m managing) adopter() adoption.Adopter {
	return adoption.Adopter{
		Keys: m.user("").keys(), Defaults: m.defaults(), Say: m.say, MayRelease: func(names ...string) error { return m.user("").gate().Yours("release it", names...) },
		Executable: func() (string, error) {
			path, err := m.world.Executable()
			return path, fail("adopt", err)
		},
	}
}

func (m managing) adopt(ctx context.Context, names []string, o adoption.Options) error {
	return m.change(ctx, func(f *awsconfig.Files) (*adoption.Change, error) { return m.adopter().Adopt(f, names, o) })
}

// change plans a change of the AWS files and carries it out.
func (m managing) change(ctx context.Context, plan func(*awsconfig.Files) (*adoption.Change, error)) error {
	files, err := m.files()
	if err != nil {
		return err
	}
	c, err := plan(files)
	if err != nil {
		return ofFiles(err)
	}
	return m.carryOut(ctx, c)
}

const nothingToDo, dryRun = "nothing to do: ", " (dry run, nothing was written)"

// carryOut shows a change, asks whether to make it, makes it, and says what came of it.
func (m managing) carryOut(ctx context.Context, c *adoption.Change) (err error) {
	diff := ""
	if m.dryRun || !m.yes {
		if diff, err = c.Diff(ctx); err != nil {
			return ofFiles(err)
		}
	}
	switch {
	case m.dryRun && diff == "", !m.yes && diff == "":
		m.result(nothingToDo + c.Nothing)
		return m.tell(c.Left, nil)
	case m.dryRun:
		err := m.answerDiff(diff)
		m.result(c.Would + dryRun)
		return m.tell(c.Left, err)
	case !m.yes:
		if err := m.agree(ctx, diff, c); err != nil {
			return err
		}
	}
	result, err := c.Apply(ctx)
	if err != nil && result.Done == "" {
		return err
	}
	m.result(cmp.Or(result.Done, nothingToDo+c.Nothing))
	if m.yes {
		_ = m.tell(c.Left, nil)
	}
	return m.tell(result.Notes, err)
}

// agree asks whether to make a change that a diff shows. Its error is ask.Declined where
// the answer is no.
func (m managing) agree(ctx context.Context, diff string, c *adoption.Change) error {
	err := m.consent(ctx, c.Question, true, func() {
		m.sayDiff(diff)
		_ = m.tell(c.Left, nil)
	})
	if errors.Is(err, ask.ErrNoTerminal) {
		hint := shell.Again(m.world.Args, "--dry-run") + "   # shows the change; --yes agrees to it"
		if c.Again != "" {
			hint = c.Again
		}
		return failure{what: c.About, err: errors.New("the change needs your consent, and there is no terminal to ask you on"), hint: hint, code: exitPerson}
	}
	return err
}
