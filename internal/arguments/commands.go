package arguments

import "github.com/spf13/cobra"

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
		}
	}
	return true
}
