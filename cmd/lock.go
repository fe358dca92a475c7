package cmd

import (
	"guise/internal/arguments"

	"github.com/spf13/cobra"
)

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
