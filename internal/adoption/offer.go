package adoption

import (
	"guise/internal/awsconfig"
	"guise/session"
)

// A Wish is what the user wants of profiles that they switch to, and that guise does not
// manage.
type Wish struct {
	Always bool                                // take them, without a question
	Ask    bool                                // ask, by Agree
	Agree  func(question string) (bool, error) // asks; false where there is nobody to ask
}

// A Verdict is what becomes of a profile that somebody switches to.
type Verdict int

const (
	Settled Verdict = iota // guise manages it, or the switch itself says what is wrong with it
	Taken                  // it is to be adopted
	Left                   // it is not managed, and the user can have it adopted
	Unfit                  // it is not managed, and Adopt would not take it without a word
)

// OnUse decides whether to adopt a profile that somebody switches to. Its error is an
// *awsconfig.ProfileError, as [Adopter.Adoptable]'s, or that of w.Agree.
func (a Adopter) OnUse(f *awsconfig.Files, name string, w Wish) (Verdict, error) {
	p, err := f.Profile(name)
	if err != nil {
		return Settled, &awsconfig.ProfileError{Profile: name, Err: err}
	}
	if p.Managed() && len(p.Visible()) == 0 {
		return Settled, nil
	}
	_, broken := session.Resolve(f, name, a.Defaults)
	if broken == nil && !w.Always && !w.Ask {
		return Left, nil
	}
	switch fit, err := a.Adoptable(f, name); {
	case err != nil || broken != nil:
		return Settled, err
	case !fit:
		return Unfit, nil
	case w.Always:
		return Taken, nil
	}
	if agreed, err := w.Agree(a.offer(p)); err != nil || !agreed {
		return Left, err
	}
	return Taken, nil
}

// offer asks whether guise shall adopt a profile that somebody switches to, and says what
// of it would be moved.
func (a Adopter) offer(p awsconfig.Profile) string {
	text := "guise does not manage " + p.Name + " yet; adopt it, "
	if p.KeysIn() == awsconfig.KeysPlain {
		return text + "and move its access key from the file to " + a.Keys.Target().String()
	}
	return text + "in the AWS config file"
}
