package keys

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"

	"guise/internal/awsconfig"
)

// A Removal is what `keys remove` of a profile, or of an access key's id, removes.
type Removal struct {
	Profile string // empty: no profile has the key
	ID      string
	// Others are the profiles that use the key too: its secret stays for them.
	Others []string
	// SourceOf are the profiles that have this one as their source: without the key they
	// have no credentials.
	SourceOf []string
	// Begun: an earlier run has taken the key out of the profile already.
	Begun bool
	// Unseen are AWS files that cannot be read now. Of a profile, the secret stays for
	// them; of an id, it is removed all the same.
	Unseen *UnseenError

	more []string // keys of a rotation that was not finished
}

// ErrNotStored: the key store has nothing of that.
var ErrNotStored = errors.New("it has no access key in the key store")

// A NotStoredError is ErrNotStored of a profile.
type NotStoredError struct {
	In   awsconfig.KeyPlace // where its access key is instead
	File string             // and in which file and line, if it is in one
	Line int
}

func (e *NotStoredError) Error() string {
	if e.File == "" {
		return ErrNotStored.Error()
	}
	return "its access key is in " + e.File + ", not in the key store"
}

func (e *NotStoredError) Unwrap() error { return ErrNotStored }

func notStored(p awsconfig.Profile) error {
	file, line := p.Where("aws_access_key_id")
	return &NotStoredError{p.KeysIn(), file, line}
}

// An InUseError is the id of an access key that profiles use.
type InUseError struct{ Profiles []string }

func (e *InUseError) Error() string {
	return "it is used by " + strings.Join(e.Profiles, ", ") + ": remove it there"
}

// Removal looks what there is to remove. Its errors are *awsconfig.NoProfileError,
// *NotStoredError and *InUseError.
func (k *Keeper) Removal(what string) (Removal, error) {
	l, err := k.load()
	if err != nil {
		return Removal{}, err
	}
	return k.removal(l, what)
}

func (k *Keeper) removal(l *ledger, what string) (Removal, error) {
	f, err := k.Read(k.Config, k.Credentials)
	if err != nil {
		return Removal{}, err
	}
	r := Removal{Profile: what}
	for _, p := range f.Profiles() {
		if p.Name != what && p.Get("source_profile") == what {
			r.SourceOf = append(r.SourceOf, p.Name)
		}
	}
	if rotating, ok := l.Rotations[what]; ok {
		r.more = slices.DeleteFunc([]string{rotating.Old, rotating.New}, func(id string) bool { return id == "" })
	}
	p, missing := f.Profile(what)
	if missing == nil && p.KeysIn() == awsconfig.KeysInStore {
		r.ID = p.AccessKeyID()
		a, err := k.uses(l, r.ID)
		r.Others = slices.DeleteFunc(a.users(), func(name string) bool { return name == what })
		if errors.As(err, &r.Unseen) {
			err = nil
		}
		return r, err
	}
	for _, name := range l.names() {
		one := l.record(name)
		if id, ok := strings.CutPrefix(name, keyPrefix); ok && one.Profile == what && len(one.In) == 0 {
			r.more = append(r.more, id)
		}
	}
	if len(r.more) > 0 {
		r.ID, r.Begun = r.more[0], true
		return r, nil
	}
	if missing == nil {
		return r, notStored(p)
	}
	if l.record(keyPrefix+what).unknown && !k.inVault(keyPrefix+what) {
		return r, missing
	}
	r = Removal{ID: what}
	a, err := k.uses(l, what)
	if len(a.users()) > 0 {
		return r, &InUseError{a.users()}
	}
	if errors.As(err, &r.Unseen) {
		err = nil
	}
	return r, err
}

func (k *Keeper) inVault(name string) bool {
	names, err := k.Vault.Names()
	return err == nil && slices.Contains(names, name)
}

// Remove takes an access key out of a profile and, where no other uses it, out of
// the key store. It finishes a removal that was interrupted. Its errors are those of
// Removal, and *PendingError where a store that may still have the secret does not
// answer.
func (k *Keeper) Remove(ctx context.Context, what string) (r Removal, err error) {
	before, _ := k.Removal(what)
	err = k.change(ctx, func(c *change) error {
		r, err = k.removal(c.ledger, what)
		if before.Begun && (errors.Is(err, ErrNotStored) || errors.As(err, new(*awsconfig.NoProfileError))) {
			r = before // the change has begun by finishing it
			return nil
		}
		if err != nil {
			return err
		}
		ids := r.more
		stays := len(r.Others) > 0 || r.Unseen != nil && r.Profile != ""
		if !stays && !slices.Contains(ids, r.ID) {
			ids = append(ids, r.ID)
		}
		maps.DeleteFunc(c.Rotations, func(profile string, one *rotation) bool {
			return profile == r.Profile || slices.Contains(ids, one.Old) || slices.Contains(ids, one.New)
		})
		for _, id := range ids {
			c.discard(keyPrefix+id, r.Profile)
			if r.Profile == "" {
				c.at(keyPrefix + id).Files = nil // the user's word, whatever files are away
			}
		}
		if err := c.save(); err != nil {
			return err
		}
		if r.Profile != "" && !r.Begun {
			_, err = c.Rewrite(func(f *awsconfig.Files) error { f.RemoveStoredKey(r.Profile); return nil })
		}
		if err == nil && r.Profile != "" && !r.Begun {
			c.letGo(append(ids, r.ID))
			err = c.save()
		}
		for _, id := range ids {
			err = one(err, c.leave(id))
		}
		return err
	})
	return r, err
}
