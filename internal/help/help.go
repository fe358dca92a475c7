// Package help writes the help of commands, as wide as the terminal and 80 columns at most.
package help

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"guise/internal/display"
)

// widest is how wide help is where there is room, in columns.
const widest = 80

// Of is the help of a command: what it does, how it is called, examples, the commands
// below it, and its flags.
func Of(c *cobra.Command, look display.Look) string {
	if look.Width <= 0 || look.Width > widest {
		look.Width = widest
	}
	c.InitDefaultHelpFlag()
	c.InitDefaultVersionFlag()
	for name, about := range map[string]string{"help": "show this help", "version": "print the version"} {
		if f := c.Flags().Lookup(name); f != nil {
			f.Usage = about
		}
	}
	about := c.Long
	if about == "" {
		about = c.Short
	}
	parts := []string{look.Prose(about), look.Text(append([]string{"Usage:"}, usage(c)...)...)}
	if c.Example != "" {
		parts = append(parts, look.Text(append([]string{"Examples:"}, strings.Split(c.Example, "\n")...)...))
	}
	for _, g := range groups(c) {
		parts = append(parts, look.Text(g...))
	}
	if own := c.LocalNonPersistentFlags(); own.HasAvailableFlags() {
		parts = append(parts, look.Text(append([]string{"Flags:"}, flags(own)...)...))
	}
	if everywhere := c.Root().PersistentFlags(); everywhere.HasAvailableFlags() {
		parts = append(parts, look.Text(append([]string{"Flags of every command:"}, flags(everywhere)...)...))
	}
	if c.HasAvailableSubCommands() {
		parts = append(parts, look.Text(fmt.Sprintf("Run \"%s COMMAND --help\" to read about one command.", c.CommandPath())))
	}
	return strings.Join(parts, "\n")
}

func usage(c *cobra.Command) []string {
	if c.HasAvailableSubCommands() {
		return []string{"  " + c.CommandPath() + " COMMAND [flags]"}
	}
	return []string{"  " + c.UseLine()}
}

// groups are the commands below a command, each group under its title.
func groups(c *cobra.Command) (all [][]string) {
	column := 0
	titles := append(c.Groups(), &cobra.Group{Title: "Commands:"})
	if len(titles) > 1 {
		titles[len(titles)-1].Title = "More:"
	}
	for _, sub := range c.Commands() {
		if sub.IsAvailableCommand() || sub.Name() == "help" {
			column = max(column, len(sub.Name()))
		}
	}
	for _, g := range titles {
		lines := []string{g.Title}
		for _, sub := range c.Commands() {
			if sub.GroupID == g.ID && (sub.IsAvailableCommand() || sub.Name() == "help") {
				lines = append(lines, fmt.Sprintf("  %-*s  %s", column, sub.Name(), sub.Short))
			}
		}
		if len(lines) > 1 {
			all = append(all, lines)
		}
	}
	return all
}

// flags are the flags of a set, a line each, in columns.
func flags(set *pflag.FlagSet) []string {
	return strings.Split(strings.TrimRight(set.FlagUsages(), "\n"), "\n")
}
