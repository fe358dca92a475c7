package keys

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"guise/internal/awsapi"
	"guise/internal/awsconfig"
	"guise/internal/files"
	"guise/internal/secret"
	"guise/session"
)

// IAM is AWS's side of a user's own access keys, with credentials of that user.
type IAM interface {
	AccessKeys(ctx context.Context) ([]awsapi.AccessKey, error)
	CreateAccessKey(ctx context.Context) (id string, key secret.Text, err error)
	DeactivateAccessKey(ctx context.Context, id string) error
	DeleteAccessKey(ctx context.Context, id string) error
}

// A ForeignKeyError is another access key of the user's, which guise cannot show to
// be its own work. It is left alone.
type ForeignKeyError struct {
	ID string
	// Interrupted: an earlier rotation got no answer when it asked for a new key, so
	// this may be that one, whose secret nobody has.
	Interrupted bool
}

func (e *ForeignKeyError) Error() string {
	if e.Interrupted {
		return "the user has another access key, " + e.ID + ", perhaps of an interrupted rotation: guise did not see the answer, so it does not delete it, and AWS allows two"
	}
	return "the user has another access key, " + e.ID + ", which guise did not make: AWS allows two, so there is no room for a new one"
}

// A Rotated says which access key took the place of which.
type Rotated struct{ Old, New string }

// How long AWS may take to know everywhere of a key that is made or deleted.
const (
	knownWithin = 60 * time.Second
	askEvery    = 2 * time.Second
)

// turn is a rotation at work.
type turn struct {
	*change
	*rotation
	profile string
	inUse   string // the key that the profile has
	iam     IAM
	open    func(context.Context) (IAM, error)
}

// Rotate replaces the access key of a profile. Open signs in as the user; it is
// called again when the session of before has gone with the old key. At every moment
// a key works, and running it again goes on where an earlier run was interrupted.
//
// Its errors are *NotStoredError, *ForeignKeyError, *UnseenError, *SharedKeyError and
// *EndpointError where others use the key, *PendingError where the new key is
// in use and a store that may still have the old one's secret does not answer, and
// those of IAM and of the stores.
func (k *Keeper) Rotate(ctx context.Context, profile string, open func(context.Context) (IAM, error)) (done Rotated, err error) {
	err = k.change(ctx, func(c *change) error {
		id, err := c.storedID(profile)
		if err != nil {
			return err
		}
		t := &turn{change: c, profile: profile, inUse: id, open: open}
		if err := t.begin(id); err != nil {
			return err
		}
		if t.iam, err = open(ctx); err != nil {
			t.forgetUnbegun()
			return err
		}
		for _, step := range []func(context.Context) error{t.makeKey, t.proveNew, t.switchKey, t.retireOld} {
			if err := step(ctx); err != nil {
				t.forgetUnbegun()
				return err
			}
		}
		done = Rotated{t.Old, t.New}
		delete(c.Rotations, profile)
		c.discard(keyPrefix+t.Old, "")
		c.letGo([]string{t.Old})
		if err := c.save(); err != nil {
			return err
		}
		return c.leave(t.Old)
	})
	return done, err
}

// forgetUnbegun takes the note away where AWS has made nothing.
func (t *turn) forgetUnbegun() {
	if t.New == "" && t.Making.IsZero() {
		delete(t.Rotations, t.profile)
		_ = t.save() // a note that stays does no harm: the next run takes it up
	}
}

// storedID is the id of a profile's access key, which is in the key store.
func (k *Keeper) storedID(profile string) (string, error) {
	f, err := awsconfig.Read(k.Config, k.Credentials)
	if err != nil {
		return "", err
	}
	p, err := f.Profile(profile)
	if err != nil {
		return "", err
	}
	if p.KeysIn() != awsconfig.KeysInStore {
		return "", notStored(p)
	}
	return p.AccessKeyID(), nil
}

// begin takes up the rotation that was interrupted, or notes a new one.
func (t *turn) begin(id string) error {
	if t.Rotations == nil {
		t.Rotations = map[string]*rotation{}
	}
	r, begun := t.Rotations[t.profile]
	if begun && (id == r.Old || id == r.New) {
		t.rotation = r
		return t.alone(r.Old)
	}
	if begun {
		return fmt.Errorf("an earlier rotation, of …%s, was not finished, and the profile has another key by now: remove what it left with `guise keys remove %s`", LastFour(r.Old), r.Old)
	}
	if err := t.alone(id); err != nil {
		return err
	}
	t.rotation = &rotation{Old: id}
	t.takeUpNoteOfBefore(id)
	t.Rotations[t.profile] = t.rotation
	return t.save()
}

// takeUpNoteOfBefore reads the note that guise kept of an interrupted rotation when
// it had no ledger. The note is removed with the next one that is written.
func (t *turn) takeUpNoteOfBefore(id string) {
	path := filepath.Join(t.Dir, "rotate-"+hexName(t.profile)+".json")
	data, err := files.Read(path, ledgerLimit)
	var note struct {
		Old, New string
		Making   time.Time
	}
	if err != nil || json.Unmarshal(data, &note) != nil {
		return
	}
	if id == note.Old || id == note.New {
		t.rotation = &rotation{Old: note.Old, New: note.New, Making: note.Making, Before: true}
	}
	_ = os.Remove(path)
}

// makeKey makes the new key and stores it.
func (t *turn) makeKey(ctx context.Context) error {
	if t.New != "" {
		switch _, _, err := t.find(ctx, t.ledger, keyPrefix+t.New); {
		case t.Deleting:
		case err == nil:
			return nil
		case !isNotFound(err) || t.inUse == t.New:
			return err
		}
		// AWS made it for us, and nothing stored its secret.
		if err := t.deleteMade(ctx); err != nil {
			return err
		}
	}
	all, err := t.iam.AccessKeys(ctx)
	if err != nil {
		return err
	}
	for _, key := range all {
		if key.ID == t.Old {
			continue
		}
		if stored, err := t.madeBefore(ctx, key.ID); stored || err != nil {
			return err
		}
		return &ForeignKeyError{key.ID, !t.Making.IsZero()}
	}
	if _, err := t.target(false); err != nil {
		return err
	}
	t.Making = t.Now()
	if err := t.save(); err != nil {
		return err
	}
	id, key, err := t.iam.CreateAccessKey(ctx)
	if err != nil {
		if definite(err) {
			t.Making = time.Time{}
			return one(err, t.save())
		}
		return err
	}
	// put saves the ledger before it stores: the id and where its secret may be are
	// noted in one step, so that a key which nothing stored is known as such.
	t.New, t.Making = id, time.Time{}
	if err := t.put(ctx, offer{name: keyPrefix + id, text: key, profile: t.profile, endpoint: t.endpointOf(t.profile, "sts"), proven: true}); err != nil {
		return one(err, t.deleteMade(ctx))
	}
	return t.finish()
}

// madeBefore takes a key up that guise made and stored before it had a ledger.
func (t *turn) madeBefore(ctx context.Context, id string) (bool, error) {
	if !t.Before {
		return false, nil
	}
	if a, err := t.uses(t.ledger, id); err != nil || a.used() {
		return false, err
	}
	if _, _, err := t.find(ctx, t.ledger, keyPrefix+id); err != nil {
		if isNotFound(err) {
			err = nil
		}
		return false, err
	}
	t.New, t.Making = id, time.Time{}
	return true, t.save()
}

// deleteMade deletes the new key at AWS: its secret is in no store. That is noted
// first. Where it cannot be noted, and the next run knows of the key, it is left to
// that run.
func (t *turn) deleteMade(ctx context.Context) error {
	t.Deleting = true
	if err := t.save(); err != nil {
		if on, failed := t.load(); failed != nil || on.Rotations[t.profile] != nil && on.Rotations[t.profile].New == t.New {
			return err
		}
	}
	if err := t.iam.DeleteAccessKey(ctx, t.New); err != nil && !isGone(err) {
		return err
	}
	name := keyPrefix + t.New
	t.New, t.Deleting = "", false
	t.discard(name, "")
	return one(t.save(), t.drop(name))
}

// proveNew makes a call with the new key, as it comes out of the store.
func (t *turn) proveNew(ctx context.Context) error {
	key, _, err := t.find(ctx, t.ledger, keyPrefix+t.New)
	if err != nil {
		return err
	}
	for until := t.Now().Add(knownWithin); ; {
		_, err := t.try(ctx, t.profile, t.New, key)
		if session.ReasonOf(err) != session.BadSource || t.Now().After(until) {
			return err
		}
		if err := t.Sleep(ctx, askEvery); err != nil {
			return err
		}
	}
}

// switchKey puts the new key's id in the place of the old one's.
func (t *turn) switchKey(context.Context) error {
	_, err := t.Rewrite(func(f *awsconfig.Files) error {
		f.ReplaceStoredKey(t.Old, t.New, func(profile string) bool { _, _, same := t.sameEndpoints(profile); return same })
		return nil
	})
	if err != nil {
		return err
	}
	if id, err := t.storedID(t.profile); err != nil || id != t.New {
		return one(err, errors.New("the profile was changed meanwhile, so the old key stays as it is"))
	}
	return nil
}

// retireOld deactivates the old key, deletes it, and looks that AWS no longer has it.
func (t *turn) retireOld(ctx context.Context) error {
	all, err := t.iam.AccessKeys(ctx)
	if err != nil {
		if all, err = t.again(ctx); err != nil {
			return err
		}
	}
	if !slices.ContainsFunc(all, func(k awsapi.AccessKey) bool { return k.ID == t.New && k.Active }) {
		return fmt.Errorf("the new key, …%s, is not active, so the old one stays", LastFour(t.New))
	}
	i := slices.IndexFunc(all, func(k awsapi.AccessKey) bool { return k.ID == t.Old })
	if i < 0 {
		return nil
	}
	if all[i].Active {
		if err := t.iam.DeactivateAccessKey(ctx, t.Old); err != nil {
			return err
		}
	}
	if err := t.iam.DeleteAccessKey(ctx, t.Old); err != nil && !isGone(err) {
		if _, err := t.again(ctx); err != nil {
			return err
		}
		if err := t.iam.DeleteAccessKey(ctx, t.Old); err != nil && !isGone(err) {
			return err
		}
	}
	return t.seeGone(ctx)
}

// again signs in again: the session of before may have gone with the old key.
func (t *turn) again(ctx context.Context) (all []awsapi.AccessKey, err error) {
	if t.iam, err = t.open(ctx); err != nil {
		return nil, err
	}
	return t.iam.AccessKeys(ctx)
}

// seeGone lists the keys until the old one is not among them.
func (t *turn) seeGone(ctx context.Context) error {
	for until := t.Now().Add(knownWithin); ; {
		all, err := t.iam.AccessKeys(ctx)
		if err != nil {
			if all, err = t.again(ctx); err != nil {
				return err
			}
		}
		if !slices.ContainsFunc(all, func(k awsapi.AccessKey) bool { return k.ID == t.Old }) {
			return nil
		}
		if t.Now().After(until) {
			return fmt.Errorf("AWS still lists the old key, …%s, which was to be deleted", LastFour(t.Old))
		}
		if err := t.Sleep(ctx, askEvery); err != nil {
			return err
		}
	}
}
