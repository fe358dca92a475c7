package arguments

import "github.com/spf13/cobra"

// Complain has each command below c make its error of its words with usage. A command that
// only has others shows its help, and knows no words.
func Complain(c *cobra.Command, usage func(c *cobra.Command, err error) error) {
	if check := c.Args; check != nil {
		c.Args = func(c *cobra.Command, args []string) error {
			return usage(c, check(c, args))
		}
	}
	if c.HasSubCommands() && c.Run == nil && c.RunE == nil {
		c.Args = func(c *cobra.Command, args []string) error { return usage(c, Unknown(c, args)) }
		c.RunE = func(c *cobra.Command, _ []string) error { return c.Help() }
	}
	for _, sub := range c.Commands() {
		Complain(sub, usage)
	}
}
