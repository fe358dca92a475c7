package cmd

import (
	"slices"

	"github.com/spf13/cobra"

	"guise/internal/adoption"
	"guise/internal/keys"
	"guise/internal/naming"
	"guise/shell"
)

func newKeysImport(m managing) *cobra.Command {
	var backup string
	c := &cobra.Command{
		Use:   "import [PROFILE…]",
		Short: "Move access keys out of ~/.aws/credentials",
		Long: `Move the access keys of profiles (by default of all) from the AWS files to the key
store, and have guise manage those profiles. guise removes a key from the file only
after the stored copy has worked in a call to AWS. "guise release PROFILE" restores
every byte. guise keeps no backup that contains the keys; --backup FILE writes one
(mode 0600): shred it when you are sure.`,
		Example: "  guise keys import --dry-run\n  guise keys import alice --backup /media/usb/credentials",
		RunE: func(c *cobra.Command, args []string) error {
			found, err := m.files()
			if err != nil {
				return err
			}
			plain := keys.Movable(found)
			if len(args) == 0 {
				args = plain
			} else if args, err = m.named(c, args, false, naming.Kind{}); err != nil {
				return err
			}
			if len(args) == 0 {
				m.result("no profile has an access key in the files")
				return nil
			}
			if err := keys.CanMove(found, args); err != nil {
				return err
			}
			moves := slices.ContainsFunc(args, func(name string) bool { return slices.Contains(plain, name) })
			backedUp := false
			if backup != "" && !m.dryRun && moves {
				if backedUp, err = m.user("").keys().BackUp(backup); err != nil {
					return fail("backup", err)
				}
			}
			err = m.adopt(c.Context(), args, adoption.Options{NewVault: true, FromSection: true})
			err = inTerminal(err, shell.Guise("keys import", args...))
			if backedUp {
				m.hint("shred -u " + shell.File(backup) + "   # when you are sure: the access keys are readable there")
			}
			return err
		},
		ValidArgsFunction: m.completeProfiles,
	}
	c.Flags().StringVar(&backup, "backup", "", "keep a copy of the credentials file there first")
	_ = c.MarkFlagFilename("backup")
	m.flags(c)
	return c
}
