package keys

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"guise/internal/custody"
	"guise/internal/secret"
	"guise/session"
)

// A NotWorkingError is an access key that was tried and does not work, or could not
// be tried. Nothing was written.
type NotWorkingError struct {
	ID  string
	Err error
}

func (e *NotWorkingError) Error() string {
	what := "was tried and does not work"
	if session.ReasonOf(e.Err) == session.Unreachable {
		what = "could not be tried"
	}
	return "the access key …" + LastFour(e.ID) + " " + what + ", so nothing was changed: " + e.Err.Error()
}

func (e *NotWorkingError) Unwrap() error { return e.Err }

// An OtherValueError is a secret that was not tried, and for which another value is
// stored, or may be.
type OtherValueError struct {
	Name string
	Err  error // why the store could not be looked into; nil where it has another value
}

func (e *OtherValueError) Error() string {
	if e.Err != nil {
		return fmt.Sprintf("the key store may have another value for %s, so one that was not tried is not stored: %v", e.Name, e.Err)
	}
	return fmt.Sprintf("the key store has another value for %s, and one that was not tried does not replace it", e.Name)
}

func (e *OtherValueError) Unwrap() error { return e.Err }

// An offer is a secret that is to be stored.
type offer struct {
	name     string
	text     secret.Text
	profile  string
	endpoint string // where it works, or is to work
	proven   bool   // it has worked there
	newVault bool   // a vault may be made for it
}

// put stores a secret, and reads it back. The ledger says that it was begun until
// [change.finish].
func (c *change) put(ctx context.Context, o offer) error {
	r := c.record(o.name)
	now, where, err := c.find(ctx, c.ledger, o.name)
	there := err == nil && !slices.Contains(r.RemoveFrom, where)
	switch {
	case there && now.Reveal() == o.text.Reveal():
		c.mark(o)
		return c.only(o.name, where, r.In)
	case !o.proven && err == nil:
		return &OtherValueError{title(o.name), nil}
	case !o.proven && unavailable(err) && (!r.unknown || c.wasStored(o.name)):
		return &OtherValueError{title(o.name), err}
	case err != nil && !unavailable(err) && !errors.Is(err, custody.ErrNotFound):
		return err
	}
	if there || unavailable(err) && (!r.unknown || c.wasStored(o.name)) {
		if err := c.mayReplace(ctx, r, o, now, there); err != nil {
			return err
		}
	}
	place, err := c.target(o.newVault)
	if err != nil {
		return err
	}
	old := r.In
	if r.unknown && c.wasStored(o.name) {
		old = both()
	}
	to := c.at(o.name)
	to.In = slices.Clone(old)
	to.addIn(place)
	c.mark(o)
	if err := c.save(); err != nil {
		return err
	}
	if !there && len(old) == 0 {
		c.made = append(c.made, o.name)
	}
	c.wrote = true
	if err := c.write(ctx, place, o.name, o.text); err != nil {
		return err
	}
	if back, err := c.read(ctx, place, o.name); err != nil || back.Reveal() != o.text.Reveal() {
		return one(err, errors.New(place.String()+" did not return what guise stored in it"))
	}
	return c.only(o.name, place, old)
}

// only notes that a secret is in a place, and removes older copies from the others
// that may have one.
func (c *change) only(name string, place Place, old []Place) error {
	to := c.at(name)
	for _, other := range old {
		if !slices.Contains(to.RemoveFrom, other) {
			to.RemoveFrom = append(to.RemoveFrom, other)
		}
	}
	to.In = []Place{place}
	to.RemoveFrom = slices.DeleteFunc(to.RemoveFrom, func(p Place) bool { return p == place })
	if err := c.save(); err != nil {
		return err
	}
	if err := c.drop(name); err != nil {
		c.Say(err.Error()) // the new copy is safe
	}
	return nil
}

func (c *change) mark(o offer) {
	to := c.at(o.name)
	to.Begun, to.Profile = true, o.profile
	if isKey(o.name) {
		to.usedIn(c.pair())
	}
	to.knownBy(o.endpoint)
}

// wasStored reports whether an earlier guise, which kept no ledger, has stored a
// secret: a profile relies on it.
func (c *change) wasStored(name string) bool {
	if !isKey(name) {
		return false // serials of before are in the ledger
	}
	a, err := c.uses(c.ledger, name[len(keyPrefix):])
	return err != nil || len(a.users()) > 0
}

func isKey(name string) bool { return strings.HasPrefix(name, keyPrefix) }

// try makes a call to AWS with an access key. An answer that names nobody is none.
func (c *change) try(ctx context.Context, profile, id string, key secret.Text) (arn string, err error) {
	arn, err = c.Try(ctx, profile, id, key)
	if err == nil && arn == "" {
		err = errors.New("AWS does not say whose it is")
	}
	return arn, err
}

// prove is try for a key that is offered.
func (c *change) prove(ctx context.Context, profile, id string, key secret.Text) (arn string, err error) {
	if arn, err = c.try(ctx, profile, id, key); err != nil {
		return "", &NotWorkingError{id, err}
	}
	return arn, nil
}

// finish is the end of a change that went well: what was put is in its place.
func (c *change) finish() error {
	dirty := false
	for _, r := range c.Secrets {
		if r.Begun {
			r.Begun, dirty = false, true
			if r.notes(c.pair()) {
				r.usedIn(c.pair()) // the change may have made a file
			}
		}
	}
	if !dirty {
		return nil
	}
	return c.save()
}

// takeBack is the end of a change that failed: what it has put leaves the store,
// unless a profile relies on it by now.
func (c *change) takeBack() {
	for _, name := range c.made {
		if isKey(name) {
			if a, err := c.uses(c.ledger, name[len(keyPrefix):]); err != nil || a.used() {
				continue
			}
		}
		c.discard(name, "")
		if err := one(c.save(), c.drop(name)); err != nil {
			c.Say(err.Error())
		}
	}
}
