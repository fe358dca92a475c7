package cmd

import (
	"github.com/spf13/cobra"

	"guise/internal/accesslog"
	"guise/internal/profiles"
	"guise/internal/settings"
)

func newLog(a *app) *cobra.Command {
	var since string
	v := accesslog.View{Path: accesslog.Path(a.State), Home: a.Home, Write: a.answer, Say: a.say}
	c := &cobra.Command{
		Use:   "log [PROFILE]",
		Short: "Show which program asked for which profile, when, and how it was answered",
		Long:  accesslog.Help,
		Example: `  guise log prod --since yesterday
  guise log --follow
  guise log --json | jq -r 'select(.result == "refused").program'`,
		Args: cobra.ArbitraryArgs,
		RunE: func(c *cobra.Command, args []string) (err error) {
			if v.Since, err = accesslog.Since(since, a.Now()); err != nil {
				return usage(c, err)
			}
			v.Look, v.Level, v.From = a.look(a.out), a.settings().LogLevel(), a.settings().Origin(settings.Log).String()
			var name func([]string) (string, error)
			if len(args) > 0 {
				name = func(logged []string) (string, error) {
					find := a.finding().showing()
					find.Former = logged
					return find.One(c.Context(), "log", args...)
				}
			}
			return fail("log", v.Show(c.Context(), name))
		},
		ValidArgsFunction: func(c *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
			found, directive := a.completeProfile(c, args, typed)
			if f, err := a.files(); err == nil && len(args) == 0 { // one that was removed, or stood in no file
				found = append(found, profiles.FormerCompletions(f, typed, accesslog.Logged(v.Path))...)
			}
			return found, directive
		},
	}
	c.Flags().StringVar(&since, "since", "", "only from then on: 24h, 7d, 2026-11-22, yesterday")
	c.Flags().BoolVarP(&v.Follow, "follow", "f", false, "go on with what is logged from now on, until Ctrl-C")
	c.Flags().BoolVar(&v.JSON, "json", false, "print the lines of the log themselves: JSON, one in a line")
	_ = c.RegisterFlagCompletionFunc("since", cobra.FixedCompletions([]string{"1h", "24h", "7d", "today", "yesterday"}, cobra.ShellCompDirectiveNoFileComp))
	return c
}
