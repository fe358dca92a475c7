package cmd

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"guise/awsapi"
	"guise/awsconfig"
	"guise/internal/files"
	"guise/session"
)

func newKeysRotate(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "rotate PROFILE",
		Short: "Replace a stored key by a new one, and delete the old one at AWS",
		Long: `Replace the key of a profile: a new one is made, stored and proved, the profile is
switched to it, and the old one is deactivated and deleted. At every moment there is
a key that works; if it is interrupted, run it again and it goes on.`,
		Example: "  guise keys rotate alice",
		Args:    cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return a.rotate(c.Context(), args[0])
		},
		ValidArgsFunction: a.completeProfile,
	}
}

// A rotation is where one stands. It is written down before each step that cannot
// be seen from outside: which key is the old one, and, once it is stored, the new.
type rotation struct {
	Profile, Old, New string
	Making            time.Time // when the call began that makes the new key

	path string
	api  *awsapi.Client
	iam  session.Link
	// creds are the user's from before: with MFA, where there is a device.
	creds session.Credentials
}

func (a *app) rotate(ctx context.Context, name string) error {
	id, err := a.storedID(name)
	if err != nil {
		return err
	}
	store, err := a.store()
	if err != nil {
		return err
	}
	lock, err := store.Lock(ctx, "rotate")
	if err != nil {
		return err
	}
	defer lock.Unlock()
	r, err := a.rotation(name, id)
	if err != nil {
		return fail(name, err)
	}
	if _, r.creds, err = a.credentials(ctx, name, session.Options{}); err != nil {
		return err
	}
	if r.api, err = a.api(); err != nil {
		return err
	}
	r.iam = a.placeOf(name, "iam")
	for _, step := range []func(context.Context, *rotation) error{a.makeKey, a.proveNew, a.switchKey, a.retireOld} {
		if err := step(ctx, r); err != nil {
			return failure{what: name, err: err, hint: "run it again to go on: guise keys rotate" + a.wantedWord()}
		}
	}
	a.sayf("%s: the key …%s has taken the place of …%s, which is deleted", name, lastFour(r.New), lastFour(r.Old))
	return os.Remove(r.path)
}

// rotation gives the one that was begun, or begins one.
func (a *app) rotation(name, id string) (*rotation, error) {
	r := &rotation{Profile: name, Old: id, path: filepath.Join(a.State, "rotate-"+hexName(name)+".json")}
	data, err := os.ReadFile(r.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return r, r.note()
	case err != nil:
		return nil, err
	case json.Unmarshal(data, r) != nil || id != r.Old && id != r.New:
		return nil, fmt.Errorf("%s tells of a rotation of another key: look into it, and remove it", r.path)
	}
	return r, nil
}

// note writes down where the rotation stands.
func (r *rotation) note() error {
	data, err := json.Marshal(r)
	if err != nil {
		return err
	}
	if err := makePrivate(filepath.Dir(r.path)); err != nil {
		return err
	}
	return files.Keep(r.path, data)
}

// makeKey makes the new key and stores it. A key that AWS has and nobody stored, as
// a process leaves it that was killed between the two, is deleted first: its secret
// is lost.
func (a *app) makeKey(ctx context.Context, r *rotation) error {
	if r.New != "" {
		return nil
	}
	keys, err := r.api.AccessKeys(ctx, r.iam, r.creds)
	if err != nil {
		return err
	}
	for _, k := range keys {
		if k.ID == r.Old {
			continue
		}
		if _, err := a.keyStore().Get(keyName(k.ID)); err == nil {
			r.New = k.ID // stored, and not noted
			return r.note()
		}
		if !r.made(k.Created) {
			return fmt.Errorf("the user has another key, …%s, which guise did not make: delete it first, AWS allows two", lastFour(k.ID))
		}
		if err := r.api.DeleteAccessKey(ctx, r.iam, r.creds, k.ID); err != nil {
			return err
		}
	}
	r.Making = a.Now()
	if err := r.note(); err != nil {
		return err
	}
	id, key, err := r.api.CreateAccessKey(ctx, r.iam, r.creds)
	if err != nil {
		return err
	}
	if err := a.keyStore().Set(keyName(id), key); err != nil {
		return errors.Join(err, r.api.DeleteAccessKey(ctx, r.iam, r.creds, id))
	}
	r.New = id
	return r.note()
}

// made tells whether a key is the one that an earlier run was making when it ended.
func (r *rotation) made(at time.Time) bool {
	return !r.Making.IsZero() && at.Sub(r.Making.Add(r.creds.Skew)).Abs() < time.Minute
}

// How long AWS may take to know a new key everywhere.
const (
	provedWithin = 60 * time.Second
	proveEvery   = 2 * time.Second
)

// proveNew makes a call with the new key, as it comes out of the store.
func (a *app) proveNew(ctx context.Context, r *rotation) error {
	key, err := a.keyStore().Get(keyName(r.New))
	if err != nil {
		return err
	}
	for until := a.Now().Add(provedWithin); ; {
		_, err := a.tryKey(ctx, r.Profile, session.Credentials{AccessKeyID: r.New, SecretAccessKey: key})
		refused := (*session.APIError)(nil)
		if err == nil || !errors.As(err, &refused) || refused.Reason != session.BadSource || a.Now().After(until) {
			return err
		}
		if err := sleep(ctx, proveEvery); err != nil {
			return err
		}
	}
}

// switchKey puts the new key's id in the place of the old one's.
func (a *app) switchKey(_ context.Context, r *rotation) error {
	_, err := a.rewrite(func(f *awsconfig.Files) error {
		f.ReplaceStoredKey(r.Old, r.New)
		return nil
	})
	if err != nil {
		return err
	}
	if id, err := a.storedID(r.Profile); err != nil || id != r.New {
		return errors.Join(errors.New("the profile was changed meanwhile, so the old key stays as it is"), err)
	}
	return nil
}

// retireOld deactivates the old key, deletes it, and forgets its secret. The session
// from before may have gone with it: then the new key deletes it.
func (a *app) retireOld(ctx context.Context, r *rotation) error {
	keys, err := r.api.AccessKeys(ctx, r.iam, r.creds)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(keys, func(k awsapi.AccessKey) bool { return k.ID == r.New && k.Active }) {
		return fmt.Errorf("the new key, …%s, is not active, so the old one stays", lastFour(r.New))
	}
	i := slices.IndexFunc(keys, func(k awsapi.AccessKey) bool { return k.ID == r.Old })
	if i >= 0 {
		if keys[i].Active {
			if err := r.api.DeactivateAccessKey(ctx, r.iam, r.creds, r.Old); err != nil {
				return err
			}
		}
		if err := r.api.DeleteAccessKey(ctx, r.iam, r.creds, r.Old); err != nil {
			if _, r.creds, err = a.credentials(ctx, r.Profile, session.Options{}); err != nil {
				return err
			}
			if err := r.api.DeleteAccessKey(ctx, r.iam, r.creds, r.Old); err != nil {
				return err
			}
		}
	}
	return a.keyStore().Delete(keyName(r.Old))
}
