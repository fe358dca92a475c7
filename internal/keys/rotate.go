package keys

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"guise/internal/awsapi"
	"guise/internal/awsconfig"
	"guise/internal/files"
	"guise/internal/secret"
	"guise/shell"
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
	if f, err := awsconfig.Read(k.Config, k.Credentials); err == nil {
		if p, err := f.Profile(profile); err == nil && p.AccessKeyID() == "" {
			return done, notStored(p) // without waiting for another command
		}
	}
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
	f, err := k.Read(k.Config, k.Credentials)
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
		return fmt.Errorf("an earlier rotation, of …%s, was not finished, and the profile has another key by now: remove what it left with `%s`", LastFour(r.Old), shell.Guise("keys remove", r.Old))
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
