package cmd

import (
	"github.com/spf13/cobra"

	"guise/internal/awsconfig"
)

// keyCommand is what the commands for access keys and MFA secrets have.
type keyCommand struct{ naming }

func (a *app) keyCommand() keyCommand { return keyCommand{a.naming()} }

// stored are the profiles whose access keys are in the key store.
func stored() kind {
	return kind{
		func(p awsconfig.Profile) bool { return p.KeysIn() == awsconfig.KeysInStore },
		"no profile has an access key in the key store", "guise keys import",
	}
}

func newKeys(a *app) *cobra.Command {
	x := a.keyCommand()
	c := &cobra.Command{
		Use:   "keys",
		Short: "Access keys, in the key store instead of ~/.aws/credentials",
		Long: `The access keys of IAM users, in the key store: the OS keyring or, where none
answers, a vault, whose passphrase is asked for once a boot.`,
		Example: "  guise keys import\n  guise keys rotate alice",
	}
	c.AddCommand(newKeysAdd(x), newKeysList(x), newKeysRemove(x), newKeysRotate(x), newKeysImport(a.managing()))
	return c
}
