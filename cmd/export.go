package cmd

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"guise/awsapi"
	"guise/awsconfig"
	"guise/session"
	"guise/shell"
)

type exportOptions struct {
	app        *app
	format, to string
}

// exportFormats are what a session can be printed as.
func exportFormats() []string {
	return []string{"env", "fish", "powershell", "json", "dotenv", "credentials-file"}
}

func newExport(a *app) *cobra.Command {
	o := exportOptions{app: a}
	c := &cobra.Command{
		Use:   "export [PROFILE]",
		Short: "Print a profile's session, for a tool that knows nothing else",
		Long: `Print the temporary credentials of a profile, on purpose: whoever reads them can use
them until their end, and they do not renew themselves. Tools that know AWS_PROFILE
need none of this.

With --format credentials-file they are written to a profile of another name in the
AWS credentials file (--to NAME, or destination_profile in the profile): for tools
that read that file alone. Run it again to renew it. A profile of either file
that has credentials and was not written by this is not touched.`,
		Example: `  eval "$(guise export prod)"
  guise export prod --format fish | source
  guise export prod --format json
  guise export alice --format credentials-file --to alice-mfa`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			names, err := a.orCurrent("export", args)
			if err != nil {
				return err
			}
			return o.run(c, names[0])
		},
		ValidArgsFunction: a.completeProfile,
	}
	c.Flags().StringVar(&o.format, "format", "env", strings.Join(exportFormats(), ", "))
	c.Flags().StringVar(&o.to, "to", "", "the profile to write, with credentials-file")
	_ = c.RegisterFlagCompletionFunc("format", cobra.FixedCompletions(exportFormats(), cobra.ShellCompDirectiveNoFileComp))
	return c
}

func (o exportOptions) run(c *cobra.Command, name string) error {
	var write func(string, session.Credentials) error
	format, ok := shell.FormatNamed(o.format)
	switch {
	case ok:
		write = o.variablesIn(format)
	case o.format == "json":
		write = o.json
	case o.format == "credentials-file":
		write = o.file
	default:
		return usage{c, fmt.Errorf("no format %q: %s", o.format, strings.Join(exportFormats(), ", "))}
	}
	if o.to != "" && o.format != "credentials-file" {
		return usage{c, errors.New("--to goes with --format credentials-file")}
	}
	return o.withCredentials(c.Context(), name, write)
}

func (o exportOptions) withCredentials(ctx context.Context, name string, write func(string, session.Credentials) error) error {
	_, creds, err := o.app.user(name).credentials(ctx, name, session.Options{})
	if err != nil {
		return err
	}
	return write(name, creds)
}

// variables are a session as SDKs read it from the environment.
func (o exportOptions) variables(name string, c session.Credentials) []shell.Change {
	var all []shell.Change
	for _, v := range sessionVariables(c) {
		all = append(all, shell.Change{Name: v.Name, Value: v.Value})
	}
	if files, err := o.app.files(); err == nil {
		if p, err := files.Profile(name); err == nil && awsapi.IsRegion(p.Get("region")) {
			all = append(all, shell.Change{Name: varRegion, Value: p.Get("region")}, shell.Change{Name: varDefaultRegion, Value: p.Get("region")})
		}
	}
	return all
}

// variablesIn prints a session as variables in a format.
func (o exportOptions) variablesIn(format shell.Format) func(string, session.Credentials) error {
	return func(name string, c session.Credentials) error {
		text, err := format.Write(o.variables(name, c))
		if err != nil {
			return failure{what: name, err: err, hint: "guise export " + shell.Word(name) + " --format json"}
		}
		return o.app.answer(text)
	}
}

func (o exportOptions) json(_ string, c session.Credentials) error { return o.app.printForSDK(c) }

// file writes the session to the credentials file, under another profile's name.
func (o exportOptions) file(name string, c session.Credentials) error {
	files, err := o.app.files()
	if err != nil {
		return err
	}
	p, err := files.Profile(name)
	if err != nil {
		return fail(name, err)
	}
	if o.to == "" {
		o.to = p.Get("destination_profile")
	}
	region := p.Get("region")
	if !awsapi.IsRegion(region) {
		region = ""
	}
	if o.to == "" {
		return failure{what: "export", err: errors.New("no profile to write to: --to NAME, or destination_profile in the profile"), code: exitUsage}
	}
	if o.to == name {
		return failure{what: "export", err: errors.New("a session cannot take the place of the keys that it is made with"), hint: "--to another name, such as " + shell.Word(name+"-session"), code: exitUsage}
	}
	if err := shell.INI(o.variables(name, c)); err != nil {
		return failure{what: name, err: err, hint: "guise export " + shell.Word(name) + " --format json"}
	}
	_, err = o.app.rewrite(func(f *awsconfig.Files) error {
		return f.Export(o.to, awsconfig.Exported{AccessKeyID: c.AccessKeyID, SecretAccessKey: c.SecretAccessKey, SessionToken: c.SessionToken, Expires: c.Expires, Region: region})
	})
	if err != nil {
		return err
	}
	until := ""
	if !c.Expires.IsZero() {
		until = ", until " + c.Expires.Local().Format("15:04")
	}
	o.app.resultf("%s: its session stands in the credentials file as %s%s: readable, and not renewed", name, o.to, until)
	return nil
}
