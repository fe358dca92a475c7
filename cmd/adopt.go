package cmd

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"guise/ask"
	"guise/awsconfig"
	"guise/internal/keys"
	"guise/internal/secret"
	"guise/session"
	"guise/shell"
)

type adoptOptions struct {
	app                        *app
	all, dryRun, yes, keepKeys bool
	mayMakeVault               bool // where no OS keyring answers
}

func newAdopt(a *app) *cobra.Command {
	o := adoptOptions{app: a}
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
			if o.all == (len(args) > 0) {
				return usage{c, errors.New("name profiles, or --all")}
			}
			return o.run(c.Context(), args)
		},
		ValidArgsFunction: a.completeProfiles,
	}
	c.Flags().BoolVar(&o.all, "all", false, "every profile that guise can get credentials for")
	c.Flags().BoolVarP(&o.dryRun, "dry-run", "n", false, "show the change as a diff, and make none")
	c.Flags().BoolVarP(&o.yes, "yes", "y", false, "do not ask")
	c.Flags().BoolVar(&o.keepKeys, "keep-keys", false, "leave access keys in the file, in a section of their own")
	return c
}

func (o adoptOptions) run(ctx context.Context, names []string) error {
	files, err := o.app.files()
	if err != nil {
		return err
	}
	if err := files.Check(); err != nil {
		return fail("AWS config", err)
	}
	if names, err = o.selected(files, names); err == nil {
		names, err = o.lawful(files, names)
	}
	if err != nil {
		return err
	}
	moving := keysIn(files, names, awsconfig.KeysPlain)
	if err := o.noStore(moving); err != nil {
		return err
	}
	if !o.yes || o.dryRun {
		nothing := func(string, string, secret.Text) error { return nil }
		diff, err := files.Try(func(f *awsconfig.Files) error { return o.adopt(f, names, nothing) })
		if err != nil {
			return err
		}
		agreed, err := o.show(ctx, diff, o.adoptQuestion(names, moving))
		if err != nil || !agreed {
			return err
		}
	}
	changed, err := o.app.user("").keys().Move(ctx, o.mayMakeVault, func(f *awsconfig.Files, store keys.StoreFunc) error { return o.adopt(f, names, store) })
	if err != nil {
		return err
	}
	if !changed {
		o.app.say(nothingToDo)
		return nil
	}
	o.sayAdopted(names, moving)
	return nil
}

// selected gives the profiles to adopt: those named, or all that guise can get
// credentials for. Why others are left is told.
func (o adoptOptions) selected(files *awsconfig.Files, names []string) ([]string, error) {
	if !o.all {
		for _, name := range names {
			if _, err := o.app.resolve(files, name); err != nil {
				return nil, err
			}
		}
		return names, nil
	}
	noStore := error(nil)
	if !o.keepKeys {
		noStore = o.app.user("").keys().Available()
	}
	for _, plan := range session.ResolveAll(files, o.app.defaults()) {
		p := plan.Profile
		switch {
		case p.Own("expires") != "": // a session that `export` wrote
		case plan.Err != nil:
			o.app.sayf("guise: %v: left as it is", fail(p.Name, plan.Err))
		case p.SplitKeys() != nil:
			o.app.sayf("guise: %s: %v; left as it is", p.Name, p.SplitKeys())
		case p.KeysIn() == awsconfig.KeysPlain && noStore != nil:
			o.app.sayf("guise: %s: its access key is in the file, and there is no key store to move it to: left as it is (guise keys import makes a vault; or --keep-keys)", p.Name)
		default:
			names = append(names, p.Name)
		}
	}
	return names, nil
}

func (o adoptOptions) adopt(files *awsconfig.Files, names []string, store keys.StoreFunc) error {
	executable, err := o.app.Executable()
	if err != nil {
		return fail("adopt", err)
	}
	return ofProfile(files.Adopt(names, awsconfig.AdoptOptions{Executable: executable, KeepKeys: o.keepKeys, Store: store}))
}

// ofProfile says of an error of several profiles which one it is about.
func ofProfile(err error) error {
	if one, ok := errors.AsType[*awsconfig.ProfileError](err); ok {
		return fail(one.Profile, one.Err)
	}
	return err
}

// rewrite edits the user's files, under a lock and with the old ones kept.
func (a *app) rewrite(edit func(*awsconfig.Files) error) (changed bool, err error) {
	config, credentials := a.configPaths()
	changed, err = awsconfig.Rewrite(config, credentials, a.backups(), edit)
	a.filesOnce = nil
	if changed {
		a.syncCopies()
	}
	return changed, fail("AWS config", err)
}

const nothingToDo = "nothing to do"

// show shows what would change and, unless it is to be shown only, asks for it.
func (o adoptOptions) show(ctx context.Context, diff, question string) (agreed bool, err error) {
	switch {
	case diff == "":
		o.app.say(nothingToDo)
		return false, nil
	case o.dryRun:
		return false, o.app.answerDiff(diff)
	}
	terminal, err := o.app.terminal()
	if err != nil {
		return false, failure{what: "AWS config", err: errors.New("you must agree to the change, and there is no terminal to ask you on"), hint: "--yes agrees beforehand; --dry-run shows the change", code: exitPerson}
	}
	defer func() { _ = terminal.Close() }()
	for line := range strings.SplitSeq(strings.TrimSuffix(diff, "\n"), "\n") {
		o.app.say(line)
	}
	yes, err := terminal.Confirm(ctx, question, true)
	if err == nil && !yes {
		err = ask.ErrCancelled
	}
	return yes, err
}

// answerDiff writes a diff, with colours where there are eyes.
func (a *app) answerDiff(diff string) error {
	var b strings.Builder
	for line := range strings.SplitSeq(strings.TrimSuffix(diff, "\n"), "\n") {
		text := ask.Sanitise(strings.TrimSuffix(line, "\r"))
		switch {
		case !a.colour():
		case strings.HasPrefix(line, "+"):
			text = "\x1b[32m" + text + "\x1b[0m"
		case strings.HasPrefix(line, "-"):
			text = "\x1b[31m" + text + "\x1b[0m"
		}
		b.WriteString(text + "\n")
	}
	return a.answer(b.String())
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// offerAdoption asks, once for a profile, whether guise shall manage it.
func (o useOptions) offerAdoption(ctx context.Context, name string) error {
	files, err := o.app.files()
	if err != nil {
		return err
	}
	p, err := files.Profile(name)
	if err != nil {
		return fail(name, err)
	}
	s := o.app.settings()
	if p.BehindGuise() && len(p.Visible()) == 0 {
		return nil
	}
	_, err = o.app.resolve(files, name)
	if errors.As(err, new(*awsconfig.SyntaxError)) {
		return err
	}
	possible := err == nil && (p.KeysIn() != awsconfig.KeysPlain || o.app.user(name).keys().Available() == nil) && len(o.app.clashes(files, []string{name})) == 0
	if possible && s.Adopt == "ask" && !o.app.history().Declined(name) {
		possible, err = o.askAdoption(ctx, name)
		if err != nil {
			return err
		}
	} else {
		possible = possible && s.Adopt == "always"
	}
	if !possible {
		o.app.sayf("guise: guise does not manage %s: SDKs get its credentials by themselves (guise adopt %s)", name, shell.Word(name))
		return nil
	}
	adopt := adoptOptions{app: o.app, yes: true}
	return adopt.run(ctx, []string{name})
}

func (o useOptions) askAdoption(ctx context.Context, name string) (bool, error) {
	terminal, err := o.app.terminal()
	if err != nil {
		return false, nil //nolint:nilerr // nobody to ask: the switch is made without
	}
	defer func() { _ = terminal.Close() }()
	yes, err := terminal.Confirm(ctx, "guise does not manage "+name+" yet: adopt it in the AWS config file", true)
	if err == nil && !yes {
		o.app.history().Decline(name)
	}
	return yes, err
}
