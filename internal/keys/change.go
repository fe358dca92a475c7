package keys

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"guise/internal/custody"
)

// A change is one command's work on keys, with no other process at it.
type change struct {
	*Keeper
	*ledger
	// made are the names that this change has put where there was none.
	made []string
	// tried are the keys that have worked in this change, each with its endpoint.
	tried map[string]bool
	// wrote: a secret was written to a store.
	wrote bool
}

// change locks, finishes what earlier changes have left, and does one.
func (k *Keeper) change(ctx context.Context, do func(*change) error) error {
	unlock, err := k.lock(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	l, err := k.load()
	if err != nil {
		return err
	}
	c := &change{Keeper: k, ledger: l, tried: map[string]bool{}}
	if err := c.settle(); err != nil {
		return err
	}
	return do(c)
}

func (c *change) save() error { return c.Keeper.save(c.ledger) }

// A PendingError is a secret that was to be removed, and that a store which does not
// answer may still have. A later run removes it.
type PendingError struct {
	Name  string // "the secret of the access key …1234"
	Place Place
	Err   error
}

func (e *PendingError) Error() string {
	return fmt.Sprintf("%s may still be in %s, and is removed when that answers: %v", e.Name, e.Place, e.Err)
}

func (e *PendingError) Unwrap() error { return e.Err }

// title is what a secret is called in words.
func title(name string) string {
	if id, ok := strings.CutPrefix(name, keyPrefix); ok {
		return "the secret of the access key …" + LastFour(id)
	}
	return "the MFA secret of " + strings.TrimPrefix(name, devicePrefix)
}

// LastFour is how an access key is named on a screen.
func LastFour(id string) string { return id[max(0, len(id)-4):] }

// drop removes the copies of a secret that are to be removed. What a store does not
// do stays in the ledger, and the error is a *PendingError.
func (c *change) drop(name string) error {
	r, ok := c.Secrets[name]
	if !ok || len(r.RemoveFrom) == 0 {
		return nil
	}
	var pending error
	r.RemoveFrom = slices.DeleteFunc(r.RemoveFrom, func(place Place) bool {
		err := c.remove(place, name)
		if err != nil && pending == nil {
			pending = &PendingError{title(name), place, err}
		}
		return err == nil
	})
	return one(pending, c.save())
}

// discard notes that a secret is to be removed from wherever it may be. The caller
// saves the ledger, lets go of the secret in the AWS files, and drops it.
func (c *change) discard(name, profile string) {
	r := c.record(name)
	places := r.In
	if r.unknown {
		places = both()
	}
	to := c.at(name)
	for _, place := range places {
		if !slices.Contains(to.RemoveFrom, place) {
			to.RemoveFrom = append(to.RemoveFrom, place)
		}
	}
	to.In, to.Begun = nil, false
	if profile != "" {
		to.Profile = profile
	}
}

// keep takes a discard back.
func (r *record) keep() {
	for _, place := range r.RemoveFrom {
		r.addIn(place)
	}
	r.RemoveFrom = nil
}

// settle finishes what earlier changes have left, as far as the stores answer and
// nobody has to be asked. What it cannot do stays in the ledger; the error is that of
// writing it.
func (c *change) settle() error {
	var dirty bool
	for _, name := range c.names() {
		dirty = c.settleOne(name) || dirty
	}
	if dirty {
		if err := c.save(); err != nil {
			return err
		}
	}
	keyring := error(nil)
	for _, name := range c.names() {
		r := c.Secrets[name]
		if slices.Contains(r.RemoveFrom, InKeyring) {
			if keyring == nil {
				keyring = c.Keyring.Available()
			}
			if keyring != nil && len(r.RemoveFrom) == 1 {
				continue // it would be waited for once a secret
			}
		}
		if len(r.RemoveFrom) > 0 && c.unseen(name) == nil && c.drop(name) == nil {
			c.Say(title(name) + ", which was to be removed, is removed now")
		}
	}
	return nil
}

// settleOne decides what an interrupted change of one secret has come to.
func (c *change) settleOne(name string) (dirty bool) {
	r := c.Secrets[name]
	id, isKey := strings.CutPrefix(name, keyPrefix)
	switch {
	case !isKey, !r.Begun && len(r.RemoveFrom) == 0:
		return false
	}
	a, err := c.uses(c.ledger, id)
	switch {
	case err != nil && !a.used():
		return false
	case a.used():
		if len(r.In) == 0 {
			r.keep() // its removal had not begun
		}
		if r.Begun = false; r.notes(c.pair()) {
			r.usedIn(c.pair())
		}
		return true
	case r.Begun && a.inFile():
		c.discard(name, "") // its move had not come to the file
		return true
	}
	return false // the only copy, perhaps: it is listed, and removed when somebody says so
}

// Settle finishes what earlier changes have left. Its error is a *PendingError where
// a store that may have a secret does not answer.
func (k *Keeper) Settle(ctx context.Context) error {
	return k.change(ctx, func(c *change) error {
		var pending error
		for _, name := range c.names() {
			err := c.unseen(name)
			if err == nil {
				err = c.drop(name)
			}
			pending = one(pending, err)
		}
		return pending
	})
}

// Unfinished is a secret, or the rotation of an access key, that guise has not done
// with.
type Unfinished struct {
	Profile string  // the one that it was for, where that is known
	ID      string  // of the access key; empty where it is an MFA secret
	Serial  string  // of the MFA device; empty where it is an access key
	Pending []Place // the stores that it is to be removed from
	// Rotating: the rotation of Profile was not finished; ID is the key that it began
	// with.
	Rotating bool
	// Unseen says which AWS files, whose profiles may use the key, cannot be read now.
	// Where none of these is set, no profile uses the key.
	Unseen *UnseenError
}

// Unfinished lists what is to be removed, rotations that were interrupted, and
// stored access keys that no profile uses. It asks nobody.
func (k *Keeper) Unfinished() ([]Unfinished, error) {
	l, err := k.load()
	if err != nil {
		return nil, err
	}
	var all []Unfinished
	names := l.names()
	if k.Vault.Exists() {
		inVault, err := k.Vault.Names()
		if err != nil {
			return nil, err
		}
		names = slices.Compact(slices.Sorted(slices.Values(slices.Concat(names, inVault))))
	}
	for _, name := range names {
		r := l.record(name)
		u := Unfinished{Profile: r.Profile, Pending: r.RemoveFrom}
		id, isKey := strings.CutPrefix(name, keyPrefix)
		if !isKey {
			if u.Serial = strings.TrimPrefix(name, devicePrefix); len(u.Pending) > 0 {
				all = append(all, u)
			}
			continue
		}
		u.ID = id
		a, err := k.uses(l, id)
		_ = errors.As(err, &u.Unseen)
		if !a.used() || len(u.Pending) > 0 && len(r.In) > 0 {
			all = append(all, u)
		}
	}
	for _, profile := range slices.Sorted(maps.Keys(l.Rotations)) {
		all = append(all, Unfinished{Profile: profile, ID: l.Rotations[profile].Old, Rotating: true})
	}
	return all, nil
}

// one returns the first of several errors: a line has room for one.
func one(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// unavailable reports whether an error is that of a store that does not answer.
func unavailable(err error) bool { return errors.Is(err, custody.ErrUnavailable) }
