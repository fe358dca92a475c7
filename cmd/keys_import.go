package cmd

import (
	"bytes"
	"slices"

	"github.com/spf13/cobra"

	"guise/awsconfig"
	"guise/internal/adoption"
	"guise/internal/files"
	"guise/internal/keys"
	"guise/shell"
)

func newKeysImport(a *app) *cobra.Command {
	var agreed agreement
	var backup string
	c := &cobra.Command{
		Use:   "import [PROFILE…]",
		Short: "Move access keys out of ~/.aws/credentials",
		Long: `Move the access keys of profiles (without any: of all) from the AWS files to the key
store, and have guise manage those profiles. guise tries each key at AWS, stores it
and reads it back before the file loses it. "guise release PROFILE" gives every byte
back; guise keeps no version of the file that held the keys. --backup FILE keeps one
where you say (mode 0600), to be shredded when you are sure.`,
		Example: "  guise keys import --dry-run\n  guise keys import alice --backup /media/usb/credentials",
		RunE: func(c *cobra.Command, args []string) error {
			found, err := a.files()
			if err != nil {
				return err
			}
			plain := a.plainKeys(found)
			if len(args) == 0 {
				args = plain
			}
			if len(args) == 0 {
				a.result("no profile has an access key in the files")
				return nil
			}
			moves := slices.ContainsFunc(args, func(name string) bool { return slices.Contains(plain, name) })
			backedUp := false
			if backup != "" && !agreed.dryRun && moves {
				if backedUp, err = a.backUp(backup); err != nil {
					return fail("backup", err)
				}
			}
			err = a.adopt(c.Context(), args, adoption.Options{NewVault: true}, agreed)
			if backedUp {
				a.hint("shred -u " + shell.Word(backup) + "   # when you are sure: the access keys are readable there")
			}
			return err
		},
		ValidArgsFunction: a.completeProfiles,
	}
	c.Flags().StringVar(&backup, "backup", "", "keep a copy of the credentials file there first")
	_ = c.MarkFlagFilename("backup")
	agreed.flags(c)
	return c
}

// plainKeys gives the profiles whose access keys are in the files.
func (a *app) plainKeys(found *awsconfig.Files) []string {
	var names []string
	for _, p := range found.Profiles() {
		if p.KeysIn() == awsconfig.KeysPlain && p.SessionToken().Empty() && p.Own("expires") == "" {
			names = append(names, p.Name)
		}
	}
	return names
}

// backUp copies the credentials file, and reports whether the copy holds access keys.
func (a *app) backUp(path string) (holdsKeys bool, err error) {
	_, credentials := a.configPaths()
	data, err := files.Read(credentials, files.ConfigLimit)
	if err != nil {
		return false, err
	}
	return bytes.Contains(bytes.ToLower(data), []byte("aws_secret_access_key")), keys.BackUp(path, data)
}
