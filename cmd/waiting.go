package cmd

import (
	"github.com/spf13/cobra"

	"guise/internal/arguments"
	"guise/internal/ask"
	"guise/internal/files"
	"guise/internal/person"
)

func newWaiting(a *app) *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "waiting",
		Short: "List pending requests: programs that wait for an MFA code or a sign-in",
		Long: `List the pending requests: programs that need you, and have no terminal to ask you
on. "guise login" answers all of them. A shell with the hook shows them before its
next prompt.`,
		Example: "  guise waiting\n  guise login",
		Args:    arguments.Count,
		RunE: func(*cobra.Command, []string) error {
			all := person.Room(a.Runtime()).List()
			if asJSON {
				return a.answerJSON(append([]ask.Request{}, all...))
			}
			if len(all) == 0 {
				a.result("no pending requests")
				return nil
			}
			return a.answerTable(ask.Table(all, a.Home, a.Now()))
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return c
}

// runtimeDir makes the folder for what lives as long as the login, closed to others.
func (a *app) runtimeDir() (dir string, err error) { return files.MakeFirst(a.Runtime()) }
