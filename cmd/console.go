package cmd

import (
	"cmp"
	"context"
	"time"

	"github.com/spf13/cobra"

	"guise/internal/arguments"
	"guise/internal/awsapi"
	"guise/internal/oneoff"
	"guise/internal/printable"
	"guise/internal/profiles"
	"guise/internal/secret"
	"guise/session"
	"guise/shell"
)

// consoleCommand opens the console in the browser, or prints the address that does.
type consoleCommand struct {
	service, destination, region, browser string
	print                                 bool
	lasts                                 time.Duration // that the sign-in is to last; 0: as long as it may

	*streams
	*plans
	credentials func(ctx context.Context, profile string, later bool) (session.Chain, session.Credentials, error)
	user        func(about string) access
}

func (a *app) consoleCommand() consoleCommand {
	return consoleCommand{streams: a.streams, plans: a.plans, credentials: a.credentials, user: a.user}
}

func newConsole(a *app) *cobra.Command {
	x := a.consoleCommand()
	var off oneoff.Maker
	c := &cobra.Command{
		Use:   "console [PROFILE]",
		Short: "Open the AWS console in the browser, signed in as a profile",
		Long: `Open the AWS console in the browser, signed in as a profile (by default the active
one), for as long as AWS allows.

The browser is that of --browser, else the profile's guise_browser, else the setting
console_browser, else the guise_browser of its SSO session, else the setting browser.
Each is a browser (chrome), one with a profile (chrome:Work), a command ("mine --as
{profile} {url}"), or a way to keep several accounts open side by side:
firefox-containers (with the add-on "Open external links in a container"),
chrome-profiles, chromium-profiles, edge-profiles, brave-profiles.`,
		Example: `  guise console prod
  guise console prod --service ec2
  guise console --browser firefox-containers staging
  guise console --account 123456789012 --role ReadOnly
  guise console --print prod | qrencode -t utf8`,
		Args: cobra.ArbitraryArgs,
		RunE: func(c *cobra.Command, args []string) error {
			if err := cmp.Or(arguments.Wrong(x.service != "" && x.destination != "", "--service or --destination, not both"), off.Check(args)); err != nil {
				return usage(c, err)
			}
			profile, err := off.Profile(c.Context(), func(ctx context.Context) (string, error) {
				return a.finding().in(&x.region).ActiveOr(ctx, "console", args)
			})
			if err != nil {
				return err
			}
			x.lasts = off.Lasts()
			if x.region, err = a.regions().One(c.Context(), "console", x.region); err != nil {
				return err
			}
			return x.run(c.Context(), profile)
		},
		ValidArgsFunction: a.completeProfile,
	}
	c.Flags().StringVarP(&x.service, "service", "s", "", "the service to open, such as ec2, s3 or logs")
	c.Flags().StringVar(&x.destination, "destination", "", "the https address of a page of the console")
	c.Flags().StringVarP(&x.region, "region", "r", "", "the region (default: the terminal's or the profile's)")
	c.Flags().StringVarP(&x.browser, "browser", "b", "", "the browser, or how it keeps accounts apart")
	c.Flags().BoolVar(&x.print, "print", false, "print the address instead: whoever has it is signed in")
	a.yesFlag(c)
	off = a.oneOff(c, &oneoff.Flags{Console: true})
	_ = c.RegisterFlagCompletionFunc("region", completeRegion)
	_ = c.RegisterFlagCompletionFunc("service", completeService)
	return c
}

func (x consoleCommand) run(ctx context.Context, profile string) error {
	p, err := x.profileNamed(profile)
	if err != nil {
		return fail(profile, err)
	}
	region := cmp.Or(x.regionShown(profile, x.region), "us-east-1")
	page, err := awsapi.ConsolePage(region, x.service, x.destination)
	if err != nil {
		return failure{what: "console", err: err, code: exitUsage}
	}
	chain, creds, err := x.credentials(ctx, profile, false)
	if err != nil {
		return err
	}
	address, what := secret.New(page), "the console, where your browser is signed in already"
	if chain.Last().Kind != session.Login {
		var lasts time.Duration
		if address, lasts, err = x.user(profile).consoleSignIn(ctx, chain, creds, region, page, x.lasts); err != nil {
			return about(profile, fail(profile, err))
		}
		what = "the console" + profiles.Summary(chain, x.regionShown(profile, ""), 0)
		if lasts < x.lasts {
			x.sayf("%s: AWS allows this sign-in less than %s: it lasts %s", profile, printable.Rough(x.lasts), printable.Rough(lasts))
		}
		if lasts > 0 {
			what += ", for " + printable.Rough(lasts)
		}
	}
	if x.print {
		return x.answer(address.Reveal() + "\n")
	}
	err = x.user(profile).person.ConsoleBrowser(x.browser, p, chain[0]).Show(ctx, address, func() { x.resultf("%s: opening %s", profile, what) })
	if err != nil && ctx.Err() == nil {
		err = failure{what: "console", err: err, hint: shell.Guise("console --print", profile)}
	}
	return err
}
