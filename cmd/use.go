package cmd

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"guise/ask"
	"guise/awsapi"
	"guise/awsconfig"
	"guise/internal/person"
	"guise/internal/profiles"
	"guise/session"
	"guise/shell"
)

type useOptions struct {
	app     *app
	query   string
	region  string
	noLogin bool
	device  bool
}

func newUse(a *app) *cobra.Command {
	o := useOptions{app: a}
	c := &cobra.Command{
		Use:   "use [QUERY]",
		Short: "Switch this terminal to a profile",
		Long: `Switch this terminal, and no other, to a profile: AWS_PROFILE is set, and exported
keys and other variables that would win over it are removed. Logs in first, so that
the calls made later need nobody. Where the login fails, nothing is changed.

Without QUERY there is a picker. An exact name or alias is taken at once; part of
a name where it fits one profile; where it fits several, the picker opens with it.`,
		Example: `  guise use                  pick a profile
  guise use prod             by its name
  guise use stag             by a part of it
  guise use -                the profile before
  guise use prod -r us-east-1`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) > 0 {
				o.query = args[0]
			}
			return o.run(c.Context())
		},
		ValidArgsFunction: a.completeProfile,
	}
	c.Flags().StringVarP(&o.region, "region", "r", "", "switch AWS_REGION and AWS_DEFAULT_REGION too")
	c.Flags().BoolVar(&o.noLogin, "no-login", false, "only switch; log in when the first call comes")
	deviceFlag(c, &o.device)
	_ = c.RegisterFlagCompletionFunc("region", completeRegion)
	return c
}

func (o useOptions) run(ctx context.Context) error {
	dialect, err := o.app.dialect("use")
	if err != nil {
		return err
	}
	if o.region != "" && !awsapi.IsRegion(o.region) {
		return failure{what: "use", err: errors.New("not the name of a region: " + o.region), code: exitUsage}
	}
	terminal := o.app.switches()
	name, err := o.choose(ctx, terminal.State.Previous)
	if err != nil {
		return err
	}
	if err := o.app.managing().offer(ctx, name, o.app.settings().Adopt, o.app.history()); err != nil {
		return about(name, err)
	}
	chain, left, err := o.login(ctx, name)
	if err != nil {
		return err
	}
	script, err := o.script(dialect, terminal, name, chain)
	if err != nil {
		return about(name, err)
	}
	o.app.history().Take(name, o.app.Now())
	if err := o.app.answer(script); err != nil {
		return err
	}
	o.app.resultf("%s%s", name, profiles.Summary(chain, o.app.regionShown(name, o.region), left))
	return nil
}

// choose finds the one profile that is meant.
func (o useOptions) choose(ctx context.Context, previous string) (string, error) {
	files, err := o.app.files()
	if err != nil {
		return "", err
	}
	switch o.query {
	case "":
		return o.app.pick(ctx, files, "")
	case "-":
		if previous == "" {
			return "", failure{what: "use -", err: errors.New("this terminal had no profile before"), code: exitUsage}
		}
		_, err := files.Profile(previous)
		return previous, fail(previous, err)
	}
	exact, err := files.Profile(o.query)
	if err == nil {
		return exact.Name, nil
	}
	switch found := profiles.Match(files.Profiles(), o.query); len(found) {
	case 0:
		return "", fail(o.query, err)
	case 1:
		return found[0], nil
	default:
		name, pickErr := o.app.pick(ctx, files, o.query)
		if errors.Is(pickErr, ask.ErrNoTerminal) {
			return "", failure{what: o.query, err: errors.New("fits several profiles: " + strings.Join(found, ", ")), hint: "give more of the name", code: exitUsage}
		}
		return name, pickErr
	}
}

// login makes sure of a session, where the person is, and tells how long it
// lasts; 0 where it has no end, or there is none.
func (o useOptions) login(ctx context.Context, name string) (session.Chain, time.Duration, error) {
	if !o.noLogin {
		chain, got, err := o.app.access(person.Options{For: name, Device: o.device}).credentials(ctx, name, session.Options{})
		if err != nil || got.Expires.IsZero() {
			return chain, 0, err
		}
		return chain, got.Left(o.app.Now()), nil
	}
	chain, err := o.app.chain(name)
	if errors.As(err, new(*awsconfig.SyntaxError)) {
		return nil, 0, err // SDKs may take another profile's settings for this one's
	}
	if err != nil {
		o.app.sayf("%v", err)
	}
	return chain, 0, nil
}

// script is the shell code of the switch.
func (o useOptions) script(dialect shell.Dialect, terminal shell.Terminal, name string, chain session.Chain) (string, error) {
	to := shell.Target{Profile: name, Region: o.region, Segment: dialect.Segment(ask.Sanitise(name))}
	if chain != nil {
		to.Status = o.app.status().Path(chain)
	}
	changes, removed := terminal.Use(to)
	if len(removed) > 0 {
		o.app.sayf("removed from this terminal, as it would win over the profile: %s", strings.Join(removed, ", "))
	}
	return dialect.Script(changes)
}
