package cmd

import (
	"context"
	"errors"

	"guise/internal/adoption"
	"guise/internal/ask"
	"guise/internal/awsconfig"
	"guise/internal/doctor"
	"guise/internal/history"
	"guise/shell"
)

// readOnly is the profile to switch to in the place of one for --read-only. guise writes it
// where it is not there, if the user agrees.
func (m managing) readOnly(ctx context.Context, name, wanted string) (string, error) {
	files, err := m.files()
	if err != nil {
		return name, err
	}
	hint := shell.Guise("use --read-only", name) + "   # in a terminal: it asks once"
	use, change, err := m.adopter().ReadOnly(files, name, hint)
	if err != nil {
		return name, failure{what: name, err: err, hint: doctor.FixOf(files, err)}
	}
	if m.yes = wanted == "always"; change != nil {
		err = m.carryOut(ctx, change)
	}
	return use, err
}

// offer has guise manage a profile that somebody switches to, where that is wanted:
// always, or if the user, who is asked once for a profile, agrees.
func (m managing) offer(ctx context.Context, name, wanted string, past *history.History) error {
	files, err := m.files()
	if err != nil {
		return err
	}
	verdict, err := m.adopter().OnUse(files, name, adoption.Wish{
		Always: wanted == "always", Ask: wanted == "ask" && !past.Declined(name),
		Agree: func(question string) (bool, error) {
			agreed, err := m.confirm(ctx, question, true, nil)
			if err == nil && !agreed {
				past.Decline(name)
			} else if errors.Is(err, ask.ErrNoTerminal) { // nobody to ask: the switch is made without
				err = nil
			}
			return agreed, err
		},
	})
	if errors.As(err, new(*awsconfig.ProfileError)) {
		return ofFiles(err)
	}
	if err == nil && verdict == adoption.Taken {
		return m.agreed().adopt(ctx, []string{name}, adoption.Options{})
	}
	if err == nil && verdict != adoption.Settled {
		m.sayf("%s is not managed by guise: SDKs get its credentials without it", name)
		if verdict == adoption.Left {
			m.hint(shell.Guise("adopt", name))
		}
	}
	return err
}
