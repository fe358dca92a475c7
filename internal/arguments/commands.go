package arguments

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// A Group is commands that help shows under one title; without one, those that it shows
// last or not at all. Each is built of A when it is needed; its name is its first word.
type Group[A any] struct {
	Title    string
	Commands map[string]func(A) *cobra.Command
}

// Add builds commands below root: where the first word names one, that one alone, since
// an SDK's call is not to wait for the flags of all others. It reports whether it has
// built all.
func Add[A any](root *cobra.Command, of A, words []string, groups []Group[A]) (all bool) {
	for _, g := range groups {
		if len(words) > 0 && g.Commands[words[0]] != nil {
			root.AddCommand(g.Commands[words[0]](of))
			return false
		}
	}
	for _, g := range groups {
		if g.Title != "" {
			root.AddGroup(&cobra.Group{ID: g.Title, Title: g.Title})
		}
		for _, build := range g.Commands {
			c := build(of)
			c.GroupID = g.Title
			root.AddCommand(c)
			if len(words) > 0 && slices.Contains([]string{cobra.ShellCompRequestCmd, cobra.ShellCompNoDescRequestCmd}, words[0]) {
				describe(c)
			}
		}
	}
	return true
}

// describe has cobra complete flags with what help says of them: it takes their texts as they
// are written, with the marks around the name of a value.
func describe(c *cobra.Command) {
	c.InitDefaultHelpFlag()
	c.Flags().VisitAll(func(f *pflag.Flag) {
		if f.Usage = strings.ReplaceAll(f.Usage, "`", ""); f.Name == "help" {
			f.Usage = "show this help"
		}
	})
	for _, below := range c.Commands() {
		describe(below)
	}
}
