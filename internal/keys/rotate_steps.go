package keys

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"guise/internal/awsapi"
	"guise/internal/awsconfig"
	"guise/session"
)

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
	if t.record(name).unknown { // no store was to have it: there is nothing to remove
		return t.save()
	}
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
