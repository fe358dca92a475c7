package cmd

import "github.com/spf13/cobra"

func newLock(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "lock",
		Short: "Forget the passphrase that opened the stored keys",
		Long: `Forget the key that the passphrase opened, on a system without a secret store: the
passphrase is asked for again at the next need. Sessions go on; guise logout --all
ends those too.`,
		Example: "  guise lock",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if !a.vault().Exists() {
				a.say("there is no passphrase to forget: keys are in the secret store")
				return nil
			}
			a.vault().Lock()
			a.say("locked: the passphrase is asked for at the next need")
			return nil
		},
	}
}
