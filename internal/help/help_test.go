package help

import (
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"guise/internal/display"
)

// TestOf: the parts of a help in their order, hidden commands and flags left out.
func TestOf(t *testing.T) {
	root := &cobra.Command{Use: "tool", Short: "A tool", Long: "A tool that is\nfor all."}
	root.AddGroup(&cobra.Group{ID: "a", Title: "Daily:"})
	root.PersistentFlags().Bool("plain", false, "print without colours")
	run := func(*cobra.Command, []string) {}
	use := &cobra.Command{Use: "use [NAME]", GroupID: "a", Short: "Use one", Example: "  tool use x\n  tool use y    the other", Run: run}
	use.Flags().String("region", "", "the region where all of that is, which may be any that there is, or none")
	use.Flags().Bool("secret", false, "x")
	_ = use.Flags().MarkHidden("secret")
	root.AddCommand(use, &cobra.Command{Use: "inner", Hidden: true, Run: run}, &cobra.Command{Use: "version", Short: "Print the version", Run: run})
	for _, c := range []struct {
		of    *cobra.Command
		width int
		want  string
	}{
		{root, 0, `A tool that is for all.

Usage:
  tool COMMAND [flags]

Daily:
  use      Use one

More:
  version  Print the version

Flags:
  -h, --help   show this help

Flags of every command:
      --plain   print without colours

Run "tool COMMAND --help" to read about one command.
`},
		{use, 60, `Use one

Usage:
  tool use [NAME] [flags]

Examples:
  tool use x
  tool use y    the other

Flags:
  -h, --help            show this help
      --region string   the region where all of that is,
                        which may be any that there is, or
                        none

Flags of every command:
      --plain   print without colours
`},
	} {
		if got := Of(c.of, display.Look{Width: c.width}); got != c.want {
			t.Errorf("%s\nwant\n%s", got, c.want)
		}
	}
	if got := Of(use, display.Look{Colour: true}); !strings.Contains(got, "\x1b[1mUsage:\x1b[0m\n") {
		t.Errorf("%q", got)
	}
}
