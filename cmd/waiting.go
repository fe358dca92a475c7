package cmd

import (
	"io"

	"github.com/spf13/cobra"

	"guise/internal/arguments"
	"guise/internal/ask"
	"guise/internal/files"
	"guise/internal/person"
)

func newWaiting(a *app) *cobra.Command {
	var asJSON, lines bool
	c := &cobra.Command{
		Use:   "waiting",
		Short: "List pending requests: programs that wait for a code, a sign-in or your yes",
		Long: `List the pending requests: programs that need you, and have no terminal to ask you
on. "guise login" answers all of them. A shell with the hook shows them before its
next prompt.`,
		Example: "  guise waiting\n  guise login",
		Args:    arguments.Count,
		RunE: func(*cobra.Command, []string) error {
			if lines {
				a.pending()
				return nil
			}
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
	c.Flags().BoolVar(&lines, "lines", false, "say them as a hook does: for shells in which it cannot by itself")
	_ = c.Flags().MarkHidden("lines")
	return c
}

// pending says the requests, and the sessions that end soon, as the hooks of shells do.
func (a *app) pending() {
	notices := a.user("").endings().Show()
	for _, q := range person.Room(a.Runtime()).List() {
		notices = append(notices, q.Notice()...)
	}
	_, _ = io.WriteString(a.Err, a.look(a.Err).Text(notices...))
}

// runtimeDir makes the folder for what lives as long as the login, closed to others.
func (a *app) runtimeDir() (dir string, err error) { return files.MakeFirst(a.Runtime()) }
