package person

import (
	"context"
	"errors"

	"guise/internal/ask"
	"guise/internal/awsconfig"
	"guise/internal/guard"
	"guise/internal/printable"
)

// An UnconfirmedError: a profile is guarded (guise_confirm), and there is no terminal to
// confirm its use on.
type UnconfirmedError struct {
	ByName bool // its name is to be typed; else a yes will do, which --yes is
	Yes    bool // --yes was given, and does not answer it
	From   guard.Place
	Err    error
}

func (e *UnconfirmedError) Error() string {
	wants := "its use must be confirmed"
	if e.ByName {
		wants = "its name must be typed to confirm its use"
	}
	if e.Yes {
		wants = "--yes does not answer that " + wants
	}
	if from := e.From.String(); from != "" {
		wants += " (" + from + ")"
	}
	return wants + ", and " + e.Err.Error()
}
func (e *UnconfirmedError) Unwrap() error { return e.Err }

// Refused tells the log: the guard has refused.
func (*UnconfirmedError) Refused() bool { return true }

// Confirm returns how a profile is guarded that the user is about to use, when they have
// confirmed that as its guard wants it. Its errors are that nobody knows how it is guarded
// (guard.Guard.Unsure), that of awsconfig.Files.Profile, ask.Declined, ask.ErrCancelled,
// and an *UnconfirmedError.
func (p *Person) Confirm(ctx context.Context, f *awsconfig.Files, profile string) (guard.Guard, error) {
	wanted, err := f.Profile(profile)
	if err != nil {
		return guard.Guard{}, err
	}
	g, unheeded := p.o.Settings.Guard.Over(f).Of(wanted)
	if g.Unsure != nil {
		return g, g.Unsure
	}
	for _, one := range unheeded {
		p.Say(profile + ": " + one.Error())
	}
	return g, p.confirm(ctx, profile, g)
}

func (p *Person) confirm(ctx context.Context, profile string, g guard.Guard) error {
	if g.Confirm == "" || g.Confirm == guard.Yes && p.o.Given != nil && p.o.Given.Yes {
		return nil
	}
	t, err := p.o.Terminal()
	if errors.Is(err, ask.ErrNoTerminal) {
		return &UnconfirmedError{g.Confirm == guard.Name, p.o.Given != nil && p.o.Given.Yes, g.From.Confirm, err}
	} else if err != nil {
		return err
	}
	defer func() { _ = t.Close() }()
	if g.Confirm == guard.Name {
		return typed(ctx, t, profile, g.Says)
	}
	yes, err := t.Confirm(ctx, "go on as "+profile, false)
	if err == nil && !yes {
		err = ask.Declined{}
	}
	return err
}

// typed has a name typed, as it is shown.
func typed(ctx context.Context, t *ask.Terminal, profile, name string) error {
	question := "type " + name + " to go on"
	if name != profile {
		question += " as " + profile
	}
	_, err := t.Line(ctx, question, func(text string) error {
		if text != name && text != printable.Line(name) {
			return errors.New("that is not the name")
		}
		return nil
	})
	return err
}
