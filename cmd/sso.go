package cmd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"guise/awsconfig"
	"guise/internal/person"
	"guise/session"
	"guise/shell"
)

func newSSO(a *app) *cobra.Command {
	c := &cobra.Command{
		Use:     "sso",
		Short:   "Profiles for all that an SSO session opens",
		Example: "  guise sso sync",
	}
	c.AddCommand(newSSOSync(a))
	return c
}

type syncOptions struct {
	app                          *app
	template, region             string
	dryRun, prune, asJSON        bool
	device                       bool
	templateGiven, regionIsGiven bool
}

// nameTemplate is how synced profiles are named unless the person says otherwise.
const nameTemplate = "{{.AccountName}}.{{.RoleName}}"

func newSSOSync(a *app) *cobra.Command {
	o := syncOptions{app: a}
	c := &cobra.Command{
		Use:   "sync [SESSION]",
		Short: "Write a profile for every account and role that an SSO session grants",
		Long: `Write a profile for every account and role that an [sso-session SESSION] grants,
each managed by guise at once. They stand in ~/.aws/config between two comments of
guise's own; nothing outside of them is touched, and a profile of your own with
the same name is left to you. What you add to a synced profile stays with it.

Names are made by --template from .AccountName, .AccountID, .AccountEmail,
.RoleName and .Session, with the functions lower and replace ("{{lower
.AccountName | replace \" \" \"_\"}}"); the block remembers it. Characters that do
not belong in a name become "-", and names that are the same get the account's id.`,
		Example: `  guise sso sync --dry-run
  guise sso sync acme --template '{{.AccountName}}/{{.RoleName}}'
  guise sso sync --prune        remove what is no longer granted`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			o.templateGiven, o.regionIsGiven = c.Flags().Changed("template"), c.Flags().Changed("region")
			return o.run(c.Context(), args)
		},
		ValidArgsFunction: a.completeSSOSession,
	}
	c.Flags().StringVar(&o.template, "template", nameTemplate, "how profiles are named")
	c.Flags().StringVarP(&o.region, "region", "r", "", "the region of new profiles (default: the session's sso_region)")
	c.Flags().BoolVarP(&o.dryRun, "dry-run", "n", false, "show the change as a diff, and make none")
	c.Flags().BoolVar(&o.prune, "prune", false, "remove profiles that are no longer granted")
	c.Flags().BoolVar(&o.asJSON, "json", false, "print what was changed as JSON")
	deviceFlag(c, &o.device)
	return c
}

func (o syncOptions) run(ctx context.Context, args []string) error {
	files, err := o.app.files()
	if err != nil {
		return err
	}
	name, err := o.sessionToSync(ctx, files, args)
	if err != nil {
		return err
	}
	if !o.templateGiven {
		remembered, err := files.SyncTemplate(name)
		if err != nil {
			return fail(name, err)
		}
		if remembered != "" {
			o.template = remembered
		}
	}
	names, err := awsconfig.NewNamer(o.template)
	if err != nil {
		return failure{what: "--template", err: err, hint: "--template '" + nameTemplate + "'", code: exitUsage}
	}
	link, err := session.SSOSession(files, name, o.app.defaults())
	if err != nil {
		return fail(name, err)
	}
	if !o.regionIsGiven {
		o.region = link.Region
	}
	granted, err := o.granted(ctx, link)
	if errors.Is(err, session.ErrNoPerson) {
		return failure{what: name, err: err, hint: "guise sso sync " + shell.Word(name) + "   # in a terminal"}
	}
	if err != nil {
		return fail(name, err)
	}
	want, err := names.Profiles(name, o.region, granted)
	if err != nil {
		return failure{what: "--template", err: err, code: exitUsage}
	}
	return o.write(files, name, want)
}

// sessionToSync settles which session is meant.
func (o syncOptions) sessionToSync(ctx context.Context, files *awsconfig.Files, args []string) (string, error) {
	all := files.SSOSessions()
	if len(args) > 0 && len(all) > 0 && !slices.Contains(all, args[0]) {
		return "", failure{what: args[0], err: errors.New("the AWS config file has no such [sso-session], but " + strings.Join(all, ", ")), hint: "guise sso sync " + shell.Word(all[0]), code: exitUsage}
	}
	if len(args) > 0 && len(all) > 0 {
		return args[0], nil
	}
	switch len(all) {
	case 0:
		return "", failure{what: "sso sync", err: errors.New("the AWS config file has no [sso-session]"), hint: "aws configure sso-session", code: exitUsage}
	case 1:
		return all[0], nil
	default:
		i, err := o.app.user("").person.Choose(ctx, "SSO session", all)
		if errors.Is(err, session.ErrNoPerson) {
			return "", failure{what: "sso sync", err: errors.New("there are several sessions: " + strings.Join(all, ", ")), hint: "guise sso sync " + shell.Word(all[0]), code: exitUsage}
		}
		if err != nil {
			return "", err
		}
		return all[i], nil
	}
}

// granted reads what a session opens, signing in where that is needed.
func (o syncOptions) granted(ctx context.Context, link session.Link) ([]awsconfig.Grant, error) {
	sso, err := o.app.access(person.Options{Device: o.device}).sso()
	if err != nil {
		return nil, err
	}
	bar := o.app.progress("reading the roles of accounts")
	defer bar.end()
	portal := session.Link{Kind: session.SSORole, Region: link.Region, Endpoint: o.app.endpoint(awsconfig.Profile{}, "sso")}
	return sso.Granted(ctx, link, portal, session.BaseOptions{For: "sso sync"}, bar.show)
}

func (o syncOptions) write(files *awsconfig.Files, name string, want []awsconfig.Synced) error {
	executable, err := o.app.Executable()
	if err != nil {
		return fail("sso sync", err)
	}
	var changes awsconfig.SyncChanges
	sync := func(f *awsconfig.Files) (err error) {
		changes, err = f.Sync(name, o.template, executable, want, o.prune)
		return err
	}
	changed := false
	if o.dryRun {
		if err := files.Check(); err != nil {
			return fail("AWS config", err)
		}
		diff, err := files.Try(sync)
		if err != nil {
			return fail(name, err)
		}
		if !o.asJSON && diff != "" {
			if err := o.app.answerDiff(diff); err != nil {
				return err
			}
		}
	} else if changed, err = o.app.rewrite(sync); err != nil {
		return err
	}
	for _, taken := range changes.Taken {
		o.app.sayf("%s: there is a profile of this name already, which is not of %s's sync: left as it is", taken, name)
	}
	for _, stale := range changes.Stale {
		o.app.sayf("%s is no longer granted (--prune removes it)", stale)
	}
	o.app.result(summaryOf(name, changes, o.dryRun))
	if o.asJSON {
		return o.app.answerJSON(syncAnswer{
			orNone(changes.Added), orNone(changes.Removed), append([][2]string{}, changes.Renamed...), orNone(changes.Stale), orNone(changes.Taken), changes.Unchanged, changed,
		})
	}
	return nil
}

// syncAnswer is what `sso sync --json` prints.
type syncAnswer struct {
	Added     []string    `json:"added"`
	Removed   []string    `json:"removed"`
	Renamed   [][2]string `json:"renamed"` // from, to
	Stale     []string    `json:"stale"`   // no longer granted, and still there
	Taken     []string    `json:"taken"`   // names of profiles that are not of this session's sync
	Unchanged int         `json:"unchanged"`
	Written   bool        `json:"written"`
}

func orNone(list []string) []string { return append([]string{}, list...) }

func summaryOf(name string, c awsconfig.SyncChanges, dryRun bool) string {
	wouldBe := ""
	if dryRun {
		wouldBe = "would be "
	}
	var parts []string
	for _, part := range []struct {
		n    int
		word string
	}{{len(c.Added), wouldBe + "added"}, {len(c.Removed), wouldBe + "removed"}, {len(c.Renamed), wouldBe + "renamed"}, {c.Unchanged, "unchanged"}} {
		if part.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", part.n, part.word))
		}
	}
	if len(parts) == 0 {
		parts = []string{"it opens no accounts"}
	}
	return name + ": " + strings.Join(parts, ", ")
}

// progress shows, where stderr is for eyes, how far long work is.
func (a *app) progress(what string) *progress {
	f, ok := a.Err.(*os.File)
	return &progress{a: a, what: what, on: ok && term.IsTerminal(int(f.Fd()))} //nolint:gosec // a file descriptor is small
}

type progress struct {
	a    *app
	what string
	on   bool
}

func (p *progress) show(done, of int) {
	if of == 0 {
		p.end()
		return
	}
	if !p.on {
		return
	}
	const width = 24
	full := width * done / of
	_, _ = fmt.Fprintf(p.a.Err, "\r[%s%s] %s: %d of %d ", strings.Repeat("=", full), strings.Repeat(" ", width-full), p.what, done, of)
}

// end takes the bar away.
func (p *progress) end() {
	if p.on {
		_, _ = io.WriteString(p.a.Err, "\r\x1b[K")
	}
}
