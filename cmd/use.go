package cmd

import (
	"context"
	"errors"
	"time"

	"github.com/spf13/cobra"

	"guise/internal/approval"
	"guise/internal/ask"
	"guise/internal/awsconfig"
	"guise/internal/guard"
	"guise/internal/history"
	"guise/internal/naming"
	"guise/internal/profiles"
	"guise/internal/settings"
	"guise/session"
	"guise/shell"
)

// useCommand switches the terminal to a profile.
type useCommand struct {
	region                    string
	noLogin, device, readOnly bool

	switcher
	name     func(ctx context.Context, what string, words ...string) (string, error)
	pick     func(ctx context.Context, what string, of ...naming.Kind) (string, error)
	regionOf func(ctx context.Context, what, text string) (string, error)
	managing managing
	login    func(ctx context.Context, profile string, device bool, o session.Options) (session.Chain, session.Credentials, error)
	history  func() *history.History
	settings func() settings.Settings
	confirm  func(ctx context.Context, profile string) (guard.Guard, error)
	pending  func()
	gate     func(profile string) approval.Gate
}

func newUse(a *app) *cobra.Command {
	x := useCommand{
		switcher: a.switcher(), regionOf: a.regions().One, login: a.login, history: a.history, settings: a.settings, confirm: a.confirmed, pending: a.pending, managing: a.managing(),
		gate: func(profile string) approval.Gate { return a.user(profile).gate() },
	}
	named := a.finding().in(&x.region)
	x.name, x.pick = named.One, named.Pick
	c := &cobra.Command{
		Use:   "use [QUERY]",
		Short: "Switch this terminal to a profile",
		Long: `Switch this terminal, and no other, to a profile: set AWS_PROFILE, and remove exported
keys and other variables that SDKs would prefer to it. guise gets a session first, so
that later calls need nothing from you. If that fails, nothing changes.

Without QUERY you pick a profile. An exact name or alias is taken at once, and so is a
part of a name, alias, account or role that only one profile has. Any other QUERY opens
the picker. Several words are one query.

--read-only switches to the profile that guise_read_only names, else to NAME@read-only:
guise writes that profile, once, and asks first. It is NAME with AWS' ReadOnlyAccess as
session policy, which still reads your data. A profile that takes no session policy
(SSO, aws login, an IAM user with MFA) is refused.`,
		Example: `  guise use                  pick a profile
  guise use prod             by its name
  guise use stag             by a part of it
  guise use team ops         by parts of it
  guise use -                the previous profile
  guise use prod -r us-east-1
  guise use prod --read-only`,
		Args: cobra.ArbitraryArgs,
		RunE: func(c *cobra.Command, args []string) error {
			return x.run(c.Context(), args)
		},
		ValidArgsFunction: a.completeProfile,
	}
	c.Flags().StringVarP(&x.region, "region", "r", "", "switch AWS_REGION and AWS_DEFAULT_REGION too")
	c.Flags().BoolVar(&x.noLogin, "no-login", false, "only switch; sign in when the first call needs it")
	c.Flags().BoolVar(&x.readOnly, "read-only", false, "switch to what only reads: see above")
	deviceFlag(c, &x.device)
	a.codeFlag(c)
	a.yesFlag(c)
	_ = c.RegisterFlagCompletionFunc("region", completeRegion)
	return c
}

func (x *useCommand) run(ctx context.Context, words []string) error {
	dialect, err := x.dialect("use")
	if err != nil {
		return err
	}
	if x.region, err = x.regionOf(ctx, "use", x.region); err != nil {
		return err
	}
	terminal := x.switches()
	name, err := x.choose(ctx, words, terminal.State.Previous)
	if err != nil {
		return err
	}
	name, g, err := x.guarded(ctx, name)
	if err != nil {
		return about(name, err)
	}
	if x.settings().ExportRegion && x.region == "" {
		x.region = x.regionOfProfile(name)
	}
	if err := x.managing.offer(ctx, name, x.settings().Adopt, x.history()); err != nil {
		return about(name, err)
	}
	chain, left, err := x.session(ctx, name)
	if err != nil {
		return err
	}
	script, err := x.script(dialect, terminal, name, g)
	if err == nil && x.atTerminal() {
		err = fail(name, x.gate(name).Use(name, chain))
	}
	if err != nil {
		return about(name, err)
	}
	x.history().Take(name, x.world.Now())
	if err := x.answer(script); err != nil {
		return err
	}
	region := x.regionShown(name, x.region)
	x.result(name + profiles.Summary(chain, region, left))
	if region == "" {
		x.sayf("%s has no region: some SDKs fail without one, some take us-east-1", name)
		x.hint("guise region")
	}
	if x.world.Getenv("GUISE_SUBSHELL") != "" {
		x.say("this is a subshell, of a pipe or in brackets: only it is switched")
	}
	if dialect.Silent() {
		x.pending()
	}
	return nil
}

// guarded is the profile, or what only reads of it, once the user has confirmed its use.
func (x *useCommand) guarded(ctx context.Context, was string) (name string, g guard.Guard, err error) {
	name = was
	if g, err = x.confirm(ctx, was); err == nil && x.readOnly {
		name, err = x.managing.readOnly(ctx, was, x.settings().Adopt)
		if p, _ := x.profileNamed(name); err == nil && name != was && p.Own("of") != was { // another one, with guards of its own
			g, err = x.confirm(ctx, name)
		}
	}
	return name, g, err
}

// choose finds the one profile that is meant.
func (x useCommand) choose(ctx context.Context, words []string, previous string) (string, error) {
	switch {
	case len(words) == 0:
		return x.pick(ctx, "use")
	case len(words) > 1 || words[0] != "-":
		return x.name(ctx, "use", words...)
	case previous == "":
		return "", misuse("use -", "no profile to go back to: this terminal has had no other one", "guise use")
	}
	_, err := x.profileNamed(previous)
	return previous, fail(previous, err)
}

// session makes sure of a session, where the user is, and tells how long it
// lasts; 0 where it has no end, or there is none.
func (x useCommand) session(ctx context.Context, name string) (session.Chain, time.Duration, error) {
	if !x.noLogin {
		chain, got, err := x.login(ctx, name, x.device, session.Options{})
		if err != nil || got.Expires.IsZero() {
			return chain, 0, err
		}
		return chain, got.Left(x.world.Now()), nil
	}
	chain, err := x.chain(name)
	if errors.As(err, new(*awsconfig.SyntaxError)) {
		return nil, 0, err // SDKs may take another profile's settings for this one's
	}
	if err != nil {
		x.sayf("%v", err)
	}
	return chain, 0, nil
}

// script is the shell code of the switch.
func (x useCommand) script(dialect shell.Dialect, terminal shell.Terminal, name string, g guard.Guard) (string, error) {
	to := shell.Target{Profile: name, Region: x.region, Segment: dialect.Segment(ask.Sanitise(name)), Status: x.statusFile(name), Lease: g.Lease, Now: x.world.Now(), Title: x.settings().TerminalTitle}
	if !x.plain() {
		to.Color = guard.SGR(g.Color)
	}
	did := terminal.Use(to)
	for _, line := range did.Notes(dialect) {
		x.say(line)
	}
	return dialect.Script(did.Changes)
}
