package cmd

import (
	"strings"

	"github.com/spf13/cobra"

	"guise/internal/awsenv"
	"guise/shell"
)

func newOff(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "off",
		Short: "Give this terminal back the profile and region that it had before the first `use`",
		Long: `Give this terminal back the profile and region that it had before the first
use. Exported keys that use removed were not kept, so they do not come back;
AWS_DEFAULT_PROFILE does.`,
		Example: "  guise off",
		Args:    cobra.NoArgs,
		RunE:    func(*cobra.Command, []string) error { return a.off() },
	}
}

func (a *app) off() error {
	dialect, err := a.dialect("off")
	if err != nil {
		return err
	}
	state := a.state()
	if state.Before == nil {
		a.say("guise: nothing to undo: this terminal has not switched")
		return nil
	}
	var changes []shell.Change
	for _, name := range switched() {
		changes = append(changes, state.giveBack(name))
	}
	previous, removed := a.Getenv(varProfile), state.Removed
	hook, err := terminalState{Previous: previous}.hookState("", "")
	if err != nil {
		return err
	}
	code, err := dialect.Script(append(changes, hook...))
	if err != nil {
		return fail("off", err)
	}
	if err := a.answer(code); err != nil {
		return err
	}
	if before := state.Before[varProfile]; before != "" {
		a.sayf("guise: off; the profile is %s again", before)
	} else if before := state.Before[awsenv.DefaultProfile]; before != "" {
		a.sayf("guise: off; the profile is %s again (AWS_DEFAULT_PROFILE)", before)
	} else {
		a.say("guise: off; no profile is set")
	}
	if len(removed) > 0 {
		a.sayf("guise: not given back, since `use` removed them and did not keep them: %s", strings.Join(removed, ", "))
	}
	return nil
}
