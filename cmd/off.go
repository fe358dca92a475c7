package cmd

import (
	"cmp"
	"strings"

	"github.com/spf13/cobra"

	"guise/internal/arguments"
	"guise/internal/awsenv"
)

func newOff(a *app) *cobra.Command {
	x := a.switcher()
	afterLease := false
	c := &cobra.Command{
		Use:   "off",
		Short: "Undo guise use in this terminal",
		Long: `Undo guise use: restore the profile and region that this terminal had before. guise
does not keep exported keys that use removed, so it cannot restore those.`,
		Example: "  guise off",
		Args:    arguments.Count,
		RunE:    func(*cobra.Command, []string) error { return x.off(afterLease) },
	}
	c.Flags().BoolVar(&afterLease, "after-lease", false, "do so only where the lease of the profile is over")
	_ = c.Flags().MarkHidden("after-lease") // for the hooks
	return c
}

func (x switcher) off(afterLease bool) error {
	dialect, err := x.dialect("off")
	if err != nil {
		return err
	}
	terminal := x.switches()
	was := terminal.State
	if afterLease { // before a prompt
		said, changes := terminal.AfterLease(x.world.Now())
		code, err := dialect.Script(changes)
		if err == nil && said != "" {
			x.say(said)
		}
		return cmp.Or(fail("off", err), x.answer(code))
	}
	if was.Before == nil {
		x.say("nothing to undo: this terminal has not switched profiles")
		if x.world.Getenv(awsenv.ExecProfile) != "" {
			x.hint("exit   # leaves the shell of guise exec")
		}
		return nil
	}
	code, err := dialect.Script(terminal.Off())
	if err := cmp.Or(fail("off", err), x.answer(code)); err != nil {
		return err
	}
	x.result("off; " + was.Again())
	if len(was.Removed) > 0 {
		x.sayf("not restored, since `guise use` removed them and does not keep secrets: %s", strings.Join(was.Removed, ", "))
	}
	return nil
}
