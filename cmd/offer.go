package cmd

import (
	"context"
	"errors"

	"guise/internal/adoption"
	"guise/internal/ask"
	"guise/internal/history"
	"guise/session"
	"guise/shell"
)

// offer has guise manage a profile that somebody switches to, where that is wanted:
// always, or if the user, who is asked once for a profile, agrees.
func (m managing) offer(ctx context.Context, name, wanted string, past *history.History) error {
	files, err := m.files()
	if err != nil {
		return err
	}
	p, err := files.Profile(name)
	if err != nil {
		return fail(name, err)
	}
	if p.Managed() && len(p.Visible()) == 0 {
		return nil
	}
	_, broken := session.Resolve(files, name, m.adopter().Defaults)
	agreed, asks := false, wanted == "always" || wanted == "ask" && !past.Declined(name)
	if asks || broken != nil {
		if agreed, err = m.adopter().Adoptable(files, name); err != nil {
			return ofFiles(err)
		}
	}
	if broken != nil { // the switch says so itself
		return nil
	}
	adoptable := agreed || !asks
	if agreed && wanted == "ask" {
		agreed, err = m.confirm(ctx, m.adopter().Offer(p), true, nil)
		if err == nil && !agreed {
			past.Decline(name)
		}
		if err != nil && !errors.Is(err, ask.ErrNoTerminal) { // nobody to ask: the switch is made without
			return err
		}
	}
	if !agreed {
		m.sayf("%s is not managed by guise: SDKs get its credentials without it", name)
		if adoptable {
			m.hint(shell.Guise("adopt", name))
		}
		return nil
	}
	return m.agreed().adopt(ctx, []string{name}, adoption.Options{})
}
