package cmd

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"guise/internal/awsapi"
	"guise/internal/awsconfig"
	"guise/internal/awsenv"
	"guise/internal/source"
	"guise/session"
	"guise/shell"
)

// exportCommand prints a session, or writes it to the credentials file.
type exportCommand struct {
	format, to string

	*streams
	files       func() (*awsconfig.Files, error)
	credentials func(ctx context.Context, profile string) (session.Chain, session.Credentials, error)
	rewrite     func(edit func(*awsconfig.Files) error) (changed bool, err error)
}

// exportFormats are what a session can be printed as.
var exportFormats = []string{"env", "fish", "powershell", "json", "dotenv", "credentials-file"}

func newExport(a *app) *cobra.Command {
	x := exportCommand{streams: a.streams, files: a.files, credentials: a.credentials, rewrite: a.rewrite}
	c := &cobra.Command{
		Use:   "export [PROFILE]",
		Short: "Print a profile's session, for tools that do not know profiles",
		Long: `Print the session of a profile. Whoever reads it can use it until it expires, and it
is not renewed. Tools that know AWS_PROFILE do not need this.

With --format credentials-file guise writes the session to a profile of another name
in the AWS credentials file (--to NAME, or destination_profile in the profile), for
tools that only read that file. Run it again to renew it. guise does not write to a
profile that has credentials of its own.`,
		Example: `  eval "$(guise export prod)"
  guise export prod --format fish | source
  guise export prod --format json
  guise export alice --format credentials-file --to alice-mfa`,
		Args: cobra.ArbitraryArgs,
		RunE: func(c *cobra.Command, args []string) error {
			if err := x.check(); err != nil {
				return usage{c, err}
			}
			profile, err := a.finding().ActiveOr(c.Context(), "export", args)
			if err != nil {
				return err
			}
			return x.run(c.Context(), profile)
		},
		ValidArgsFunction: a.completeProfile,
	}
	c.Flags().StringVar(&x.format, "format", "env", strings.Join(exportFormats, ", "))
	c.Flags().StringVar(&x.to, "to", "", "the profile to write, with credentials-file")
	_ = c.RegisterFlagCompletionFunc("format", cobra.FixedCompletions(exportFormats, cobra.ShellCompDirectiveNoFileComp))
	return c
}

const (
	formatJSON = "json"
	formatFile = "credentials-file"
)

// check is what is wrong with the flags.
func (x exportCommand) check() error {
	if _, ok := shell.FormatNamed(x.format); !ok && x.format != formatJSON && x.format != formatFile {
		return fmt.Errorf("no format %q: %s", x.format, strings.Join(exportFormats, ", "))
	}
	if x.to != "" && x.format != formatFile {
		return errors.New("--to goes with --format credentials-file")
	}
	return nil
}

func (x exportCommand) run(ctx context.Context, profile string) error {
	_, creds, err := x.credentials(ctx, profile)
	if err != nil {
		return err
	}
	files, err := x.files()
	if err != nil {
		return err
	}
	p, err := files.Profile(profile)
	if err != nil {
		return fail(profile, err)
	}
	region := p.Get("region")
	if !awsapi.IsRegion(region) {
		region = ""
	}
	switch x.format {
	case formatJSON:
		text, err := source.Print(creds)
		if err != nil {
			return fail(profile, err)
		}
		return x.answer(text)
	case formatFile:
		if x.to == "" {
			x.to = p.Get("destination_profile")
		}
		return x.write(profile, region, creds)
	}
	format, _ := shell.FormatNamed(x.format)
	variables := awsenv.SessionIn(creds, region)
	text, err := format.Write(shell.Exports(variables, awsenv.OfSession))
	if err != nil {
		return unwritable(profile, err)
	}
	return x.answer(text)
}

func unwritable(profile string, err error) error {
	return failure{what: profile, err: err, hint: "guise export " + shell.Word(profile) + " --format json"}
}

// write puts the session into the credentials file, under another profile's name.
func (x exportCommand) write(profile, region string, creds session.Credentials) error {
	if x.to == "" {
		return misuse("export", "no profile to write to: --to NAME, or destination_profile in the profile", "guise export "+shell.Word(profile)+" --format credentials-file --to "+shell.Word(profile+"-session"))
	}
	if x.to == profile {
		return misuse("export", "a session cannot replace the access key that it is made with", "guise export "+shell.Word(profile)+" --format credentials-file --to "+shell.Word(profile+"-session"))
	}
	variables := awsenv.SessionIn(creds, region)
	if err := shell.INI(shell.Exports(variables, awsenv.OfSession)); err != nil {
		return unwritable(profile, err)
	}
	_, err := x.rewrite(func(f *awsconfig.Files) error {
		return f.Export(x.to, awsconfig.Exported{AccessKeyID: creds.AccessKeyID, SecretAccessKey: creds.SecretAccessKey, SessionToken: creds.SessionToken, Expires: creds.Expires, Region: region})
	})
	if err != nil {
		return err
	}
	until := ""
	if !creds.Expires.IsZero() {
		until = ", until " + creds.Expires.Local().Format("15:04")
	}
	x.resultf("%s: wrote its session to the credentials file as %s%s: in plain text, and not renewed", profile, x.to, until)
	return nil
}
