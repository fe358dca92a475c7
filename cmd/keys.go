package cmd

import (
	"github.com/spf13/cobra"
)

// keyCommand is what the commands for access keys and MFA secrets have.
type keyCommand struct {
	*streams
	*plans
	user func(about string) access
}

func (a *app) keyCommand() keyCommand { return keyCommand{a.streams, a.plans, a.user} }

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
