package cmd

import (
	"github.com/spf13/cobra"
	"guise/internal/arguments"

	"guise/internal/awsconfig"
	"guise/internal/naming"
)

// keyCommand is what the commands for access keys and MFA secrets have.
type keyCommand struct{ finding }

func (a *app) keyCommand() keyCommand { return keyCommand{a.finding()} }

// stored are the profiles whose access keys are in the key store.
func stored() naming.Kind {
	return naming.Kind{
		Is:   func(p awsconfig.Profile) bool { return p.KeysIn() == awsconfig.KeysInStore },
		None: "no profile has an access key in the key store", Hint: "guise keys import",
	}
}

func newKeys(a *app) *cobra.Command {
	x := a.keyCommand()
	c := &cobra.Command{
		Use:   "keys",
		Short: "Manage access keys in the key store, instead of ~/.aws/credentials",
		Long: `Manage the access keys of IAM users in the key store: the OS keyring or, if there is
none, a vault, whose passphrase guise asks for once after each boot.`,
		Example: "  guise keys import\n  guise keys rotate alice",
	}
	c.AddCommand(newKeysAdd(x), newKeysList(x), newKeysRemove(x), newKeysRotate(x), newKeysImport(a.managing()))
	return c
}

func newLock(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "lock",
		Short: "Lock the vault: guise asks for its passphrase when it next needs a stored key",
		Long: `Lock the vault: guise asks for its passphrase when it next needs a stored key.
Existing sessions keep working; "guise logout --all" ends them.`,
		Example: "  guise lock",
		Args:    arguments.Count,
		RunE: func(*cobra.Command, []string) error {
			vault := a.user("").vault()
			if err := vault.Lock(); err != nil { // also where its file cannot be seen now
				return fail("lock", err)
			}
			if !vault.Exists() {
				a.result("there is no vault to lock")
				return nil
			}
			a.result("the vault is locked: guise asks for its passphrase when it next needs a stored key")
			return nil
		},
	}
}
