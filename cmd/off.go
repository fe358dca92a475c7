package cmd

import (
	"strings"

	"github.com/spf13/cobra"

	"guise/internal/arguments"
	"guise/internal/awsenv"
)

func newOff(a *app) *cobra.Command {
	x := a.switcher()
	return &cobra.Command{
		Use:   "off",
		Short: "Give this terminal back the profile and region that it had before the first `use`",
		Long: `Give this terminal back the profile and region that it had before the first
use. Exported keys that use removed were not kept, so they do not come back;
AWS_DEFAULT_PROFILE does.`,
		Example: "  guise off",
		Args:    arguments.Count,
		RunE:    func(*cobra.Command, []string) error { return x.off() },
	}
}

func (x switcher) off() error {
	dialect, err := x.dialect("off")
	if err != nil {
		return err
	}
	terminal := x.switches()
	was := terminal.State
	if was.Before == nil {
		x.say("nothing to undo: this terminal has not switched")
		return nil
	}
	code, err := dialect.Script(terminal.Off())
	if err != nil {
		return fail("off", err)
	}
	if err := x.answer(code); err != nil {
		return err
	}
	if before := was.Before[varProfile]; before != "" {
		x.sayf("off; the profile is %s again", before)
	} else if before := was.Before[awsenv.DefaultProfile]; before != "" {
		x.sayf("off; the profile is %s again (AWS_DEFAULT_PROFILE)", before)
	} else {
		x.say("off; no profile is set")
	}
	if len(was.Removed) > 0 {
		x.sayf("not given back, since `use` removed them and did not keep them: %s", strings.Join(was.Removed, ", "))
	}
	return nil
}
