package cmd

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"guise/awsapi"
	"guise/awsconfig"
	"guise/internal/printable"
	"guise/internal/profiles"
	"guise/internal/secret"
	"guise/session"
	"guise/shell"
)

type consoleOptions struct {
	app                                   *app
	service, destination, region, browser string
	print                                 bool
}

func newConsole(a *app) *cobra.Command {
	o := consoleOptions{app: a}
	c := &cobra.Command{
		Use:   "console [PROFILE]",
		Short: "Open the AWS console in the browser, signed in as a profile",
		Long: `Open the AWS console in the browser, signed in as a profile (without one: this
terminal's), for as long as AWS allows.

--browser (or the setting of that name) may be a command, or keep several accounts
apart side by side: firefox-containers (with the add-on "Open external links in a
container"), or chrome-profiles, chromium-profiles, edge-profiles, brave-profiles.`,
		Example: `  guise console prod
  guise console prod --service ec2
  guise console --browser firefox-containers staging
  guise console --print prod | qrencode -t utf8`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			names, err := a.orCurrent("console", args)
			if err != nil {
				return err
			}
			return o.run(c.Context(), names[0])
		},
		ValidArgsFunction: a.completeProfile,
	}
	c.Flags().StringVarP(&o.service, "service", "s", "", "the service to open, such as ec2, s3 or logs")
	c.Flags().StringVar(&o.destination, "destination", "", "the https address of a page of the console")
	c.Flags().StringVarP(&o.region, "region", "r", "", "the region (default: the terminal's or the profile's)")
	c.Flags().StringVarP(&o.browser, "browser", "b", "", "the browser, or how it keeps accounts apart")
	c.Flags().BoolVar(&o.print, "print", false, "print the address instead: it signs in whoever has it")
	_ = c.RegisterFlagCompletionFunc("region", completeRegion)
	_ = c.RegisterFlagCompletionFunc("service", completeService)
	return c
}

func (o consoleOptions) run(ctx context.Context, name string) error {
	page, err := o.page(name)
	if err != nil {
		return err
	}
	chain, creds, err := o.app.user(name).credentials(ctx, name, session.Options{})
	if err != nil {
		return err
	}
	if chain.Last().Kind == session.Login && o.print {
		return o.app.answer(page + "\n")
	}
	if chain.Last().Kind == session.Login {
		return o.open(ctx, name, secret.New(page), "the console, where your browser is signed in already")
	}
	address, d, err := o.signIn(ctx, chain, creds, page)
	if err != nil {
		return about(name, fail(name, err))
	}
	if o.print {
		return o.app.answer(address.Reveal() + "\n")
	}
	lasts := ""
	if d > 0 {
		lasts = ", for " + printable.Rough(d)
	}
	return o.open(ctx, name, address, "the console"+profiles.Summary(chain, o.app.regionShown(name, ""), 0)+lasts)
}

// page is where the sign-in leads.
func (o *consoleOptions) page(name string) (string, error) {
	files, err := o.app.files()
	if err != nil {
		return "", err
	}
	p, err := files.Profile(name)
	if err != nil {
		return "", fail(name, err)
	}
	if o.region == "" {
		o.region = awsapi.RegionFrom(o.app.Getenv)(session.Link{Region: p.Get("region")})
	}
	switch {
	case !awsapi.IsRegion(o.region):
		return "", failure{what: "console", err: errors.New("not the name of a region: " + o.region), code: exitUsage}
	case o.destination != "" && o.service != "":
		return "", failure{what: "console", err: errors.New("--service or --destination, not both"), code: exitUsage}
	case o.destination != "":
		if u, err := url.Parse(o.destination); err != nil || u.Scheme != "https" || u.Host == "" {
			return "", failure{what: "console", err: errors.New("not an https address: " + o.destination), code: exitUsage}
		}
		return o.destination, nil
	case strings.Trim(o.service, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-/") != "":
		return "", failure{what: "console", err: errors.New("not the name of a service: " + o.service), code: exitUsage}
	}
	return awsapi.ConsoleURL(o.region, awsapi.ServicePage(o.service)), nil
}

// signIn gets the address that signs in, and for how long; 0 is as long as the
// credentials.
func (o consoleOptions) signIn(ctx context.Context, chain session.Chain, creds session.Credentials, page string) (secret.Text, time.Duration, error) {
	profile := chain.Last().Profile
	user := o.app.user(profile)
	api, err := user.api()
	if err != nil {
		return secret.Text{}, 0, err
	}
	return api.ConsoleSignIn(ctx, session.Link{Region: o.region, Endpoint: o.app.signinEndpoint(profile)}, awsapi.ConsoleVisit{
		Chain: chain, Credentials: creds, Page: page, User: o.app.User(),
		Keys: func() (session.Credentials, error) {
			return user.retriever().Retrieve(ctx, chain[:1], session.Options{})
		},
	})
}

func (a *app) signinEndpoint(profile string) string {
	files, err := a.files()
	if err != nil {
		return ""
	}
	p, err := files.Profile(profile)
	if err != nil {
		p = awsconfig.Profile{}
	}
	return a.endpoint(p, "signin")
}

// handOver is how long the browser may take to fetch the address.
const handOver = time.Minute

// open opens an address in the browser, in a place of the profile's own where the
// browser has such, and waits until it is there.
func (o consoleOptions) open(ctx context.Context, name string, address secret.Text, what string) error {
	b := o.app.user(name).person.Browser()
	if o.browser != "" {
		b.Command = o.browser
	}
	hint := "guise console --print " + shell.Word(name)
	page, err := b.Open(address, name)
	if err != nil {
		return failure{what: "console", err: err, hint: hint}
	}
	defer page.Close()
	o.app.resultf("%s: opening %s", name, what)
	select {
	case <-page.Taken:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(handOver):
		return failure{what: "console", err: errors.New("no browser came for the page"), hint: hint}
	}
}

func completeService(_ *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
	var names []string
	for _, s := range awsapi.Services {
		if s.Name != "" && strings.HasPrefix(s.Name, typed) {
			names = append(names, fmt.Sprintf("%s\t%s", s.Name, s.Path))
		}
	}
	slices.Sort(names)
	return names, cobra.ShellCompDirectiveNoFileComp
}
