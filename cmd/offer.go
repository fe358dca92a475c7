package cmd

import (
	"context"
	"errors"

	"guise/ask"
	"guise/internal/adoption"
	"guise/shell"
)

// offerAdoption asks, once for a profile, whether guise shall manage it.
func (a *app) offerAdoption(ctx context.Context, name string) error {
	files, err := a.files()
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
	m := a.managing().agreed()
	agreed, err := m.adopter().Adoptable(files, name)
	if err != nil {
		return ofFiles(err)
	}
	switch wanted := a.settings().Adopt; {
	case agreed && wanted == "ask" && !a.history().Declined(name):
		agreed, err = a.confirm(ctx, "guise does not manage "+name+" yet: adopt it in the AWS config file")
		if err == nil && !agreed {
			a.history().Decline(name)
		}
		if err != nil && !errors.Is(err, ask.ErrNoTerminal) { // nobody to ask: the switch is made without
			return err
		}
	default:
		agreed = agreed && wanted == "always"
	}
	if !agreed {
		a.sayf("%s is not managed: SDKs get its credentials by themselves (guise adopt %s)", name, shell.Word(name))
		return nil
	}
	return m.adopt(ctx, []string{name}, adoption.Options{})
}
