package cmd

import (
	"cmp"
	"context"
	"errors"
	"strings"

	"github.com/spf13/cobra"

	"guise/ask"
	"guise/internal/adoption"
	"guise/shell"
)

func newAdopt(a *app) *cobra.Command {
	var o adoption.Options
	var agreed agreement
	c := &cobra.Command{
		Use:   "adopt PROFILE…|--all",
		Short: "Have guise manage profiles, in ~/.aws/config",
		Long: `Have guise manage profiles: in ~/.aws/config one line, credential_process, is added
to each, and the settings that SDKs would prefer to it are hidden by a prefix.
All else stays as it is, byte for byte, and "guise release" is the exact reverse.

Access keys in a file win over credential_process in every SDK. guise tries them at
AWS and moves them to the key store (the OS keyring, or the vault) after that; or,
with --keep-keys, to a section [PROFILE.source] of the same file.

Whoever botocore and the Go SDK are as a profile, they are after it; guise looks
before it writes. Where the two differ already, both are after it what botocore
was: guise says so and asks, and --all leaves such a profile as it is.`,
		Example: "  guise adopt --all --dry-run     show what would change\n  guise adopt --all\n  guise adopt prod staging",
		RunE: func(c *cobra.Command, args []string) error {
			if o.All == (len(args) > 0) {
				return usage{c, errors.New("name profiles, or --all")}
			}
			return a.adopt(c.Context(), args, o, agreed)
		},
		ValidArgsFunction: a.completeProfiles,
	}
	c.Flags().BoolVar(&o.All, "all", false, "every profile that guise can get credentials for")
	agreed.flags(c)
	c.Flags().BoolVar(&o.KeepKeys, "keep-keys", false, "leave access keys in the file, in a section of their own")
	return c
}

// adopter is what adopts profiles and releases them.
func (a *app) adopter() adoption.Adopter {
	return adoption.Adopter{
		Keys: a.user("").keys(), Defaults: a.defaults(), Say: a.say,
		Executable: func() (string, error) {
			path, err := a.Executable()
			return path, fail("adopt", err)
		},
	}
}

// adopt has guise manage profiles, when that is agreed to.
func (a *app) adopt(ctx context.Context, names []string, o adoption.Options, agreed agreement) error {
	files, err := a.files()
	if err != nil {
		return err
	}
	change, err := a.adopter().Adopt(files, names, o)
	if err != nil {
		return ofFiles(err)
	}
	return a.change(ctx, change, agreed)
}

// agreement is what the flags of a command that changes the AWS files say beforehand.
type agreement struct{ dryRun, yes bool }

func (g *agreement) flags(c *cobra.Command) {
	c.Flags().BoolVarP(&g.dryRun, "dry-run", "n", false, "show the change as a diff, and make none")
	c.Flags().BoolVarP(&g.yes, "yes", "y", false, "do not ask")
}

// change shows a change, asks whether to make it, makes it, and says what came of it.
func (a *app) change(ctx context.Context, c *adoption.Change, agreed agreement) error {
	if agreed.dryRun || !agreed.yes {
		diff, err := c.Diff(ctx)
		switch {
		case err != nil:
			return ofFiles(err)
		case diff == "":
			a.result(nothingToDo)
			return nil
		case agreed.dryRun:
			return a.answerDiff(diff)
		}
		if err := a.agree(ctx, diff, c.Question); err != nil {
			return err
		}
	}
	result, err := c.Apply(ctx)
	if err != nil && result.Done == "" {
		return err
	}
	a.result(cmp.Or(result.Done, nothingToDo))
	for _, note := range result.Notes {
		a.say(note)
	}
	return err
}

const nothingToDo = "nothing to do"

// agree asks whether to make a change that a diff shows. Its error is ask.ErrCancelled
// where the answer is no.
func (a *app) agree(ctx context.Context, diff, question string) error {
	terminal, err := a.terminal()
	if err != nil {
		return failure{what: "AWS config", err: errors.New("you must agree to the change, and there is no terminal to ask you on"), hint: "--yes agrees beforehand; --dry-run shows the change", code: exitPerson}
	}
	defer func() { _ = terminal.Close() }()
	for line := range strings.SplitSeq(strings.TrimSuffix(diff, "\n"), "\n") {
		a.result(line)
	}
	yes, err := terminal.Confirm(ctx, question, true)
	if err == nil && !yes {
		err = ask.ErrCancelled
	}
	return err
}

// offerAdoption asks, once for a profile, whether guise shall manage it.
func (a *app) offerAdoption(ctx context.Context, name string) error {
	files, err := a.files()
	if err != nil {
		return err
	}
	p, err := files.Profile(name)
	if err != nil {
		return fail(name, err)
	}
	if p.BehindGuise() && len(p.Visible()) == 0 {
		return nil
	}
	agreed, err := a.adopter().Adoptable(files, name)
	if err != nil {
		return ofFiles(err)
	}
	switch wanted := a.settings().Adopt; {
	case agreed && wanted == "ask" && !a.history().Declined(name):
		if agreed, err = a.askAdoption(ctx, name); err != nil {
			return err
		}
	default:
		agreed = agreed && wanted == "always"
	}
	if !agreed {
		a.sayf("%s is not managed: SDKs get its credentials by themselves (guise adopt %s)", name, shell.Word(name))
		return nil
	}
	return a.adopt(ctx, []string{name}, adoption.Options{}, agreement{yes: true})
}

func (a *app) askAdoption(ctx context.Context, name string) (bool, error) {
	terminal, err := a.terminal()
	if err != nil {
		return false, nil //nolint:nilerr // nobody to ask: the switch is made without
	}
	defer func() { _ = terminal.Close() }()
	yes, err := terminal.Confirm(ctx, "guise does not manage "+name+" yet: adopt it in the AWS config file", true)
	if err == nil && !yes {
		a.history().Decline(name)
	}
	return yes, err
}
