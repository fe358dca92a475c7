package keys

import (
	"context"
	"slices"

	"guise/internal/awsconfig"
	"guise/internal/secret"
)

// An Added says what came of storing an access key.
type Added struct {
	ARN     string // as AWS knows the key; empty where it was not tried
	Place   Place
	Already bool // the profile and the key store had this key already
}

// CanAdd reports, before a key is typed, whether a profile could be given one. A
// profile that has a stored key may be given the same once more.
func (k *Keeper) CanAdd(profile, executable string) error {
	f, err := k.Read(k.Config, k.Credentials)
	if err != nil {
		return err
	}
	if p, err := f.Profile(profile); err == nil && p.KeysIn() == awsconfig.KeysInStore {
		return nil
	}
	return f.AddStoredKey(profile, "AKIAEXAMPLE", executable)
}

// Add tries an access key, stores it, and gives it to a profile, which need not
// exist. With unchecked it is not tried, and replaces no other value. Its errors are
// those of CanAdd, *NotWorkingError, *OtherValueError, *KeptError and those of the stores.
func (k *Keeper) Add(ctx context.Context, profile, executable, id string, key secret.Text, unchecked bool) (added Added, err error) {
	if err := k.CanAdd(profile, executable); err != nil {
		return added, err
	}
	err = k.change(ctx, func(c *change) error {
		f, err := k.Read(k.Config, k.Credentials)
		if err != nil {
			return err
		}
		has := false
		if p, err := f.Profile(profile); err == nil && p.KeysIn() == awsconfig.KeysInStore && p.AccessKeyID() == id {
			has = true
		} else if err := f.AddStoredKey(profile, id, executable); err != nil {
			return err
		}
		if !unchecked {
			if added.ARN, err = c.prove(ctx, profile, id, key); err != nil {
				return err
			}
		}
		err = c.put(ctx, offer{name: keyPrefix + id, text: key, profile: profile, endpoint: k.endpointOf(profile, "sts"), proven: !unchecked, newVault: true})
		if err == nil && !has {
			_, err = c.Rewrite(func(f *awsconfig.Files) error { return f.AddStoredKey(profile, id, executable) })
		}
		if err != nil {
			c.takeBack()
			return err
		}
		added.Already = has && !c.wrote
		added.Place = c.record(keyPrefix + id).In[0]
		return c.finish()
	})
	return added, err
}

// Movable returns the profiles whose access keys are readable in the AWS files, in whatever
// section, and do not expire: those that can be moved to the key store.
func Movable(f *awsconfig.Files) []string {
	var names []string
	for _, p := range f.Profiles() {
		if movable(p) == nil && p.KeysIn() != awsconfig.KeysInStore {
			names = append(names, p.Name)
		}
	}
	return names
}

// A NotMovableError is a profile that has no access key which could be moved.
type NotMovableError struct{ Profile, Why string }

func (e *NotMovableError) Error() string { return e.Profile + ": " + e.Why }

// CanMove returns an error for the first of some profiles that has no access key to move to
// the key store, or there already: a *NotMovableError or *awsconfig.NoProfileError.
func CanMove(f *awsconfig.Files, names []string) error {
	for _, name := range names {
		p, err := f.Profile(name)
		if err != nil {
			return err
		}
		if err := movable(p); err != nil {
			return err
		}
	}
	return nil
}

func movable(p awsconfig.Profile) error {
	switch {
	case p.KeysIn() == awsconfig.KeysNone:
		return &NotMovableError{p.Name, "it has no access key in the AWS files"}
	case p.KeysIn() == awsconfig.KeysInStore:
		return nil
	case p.IsExport():
		return &NotMovableError{p.Name, "`guise export` wrote its session: it is no access key that stays"}
	case !p.SessionToken().Empty():
		return &NotMovableError{p.Name, "its keys are a session's, which expires: there is nothing to keep"}
	}
	return nil
}

// A StoreFunc stores an access key whose file is about to lose it. When it returns,
// the key has worked and is stored.
type StoreFunc func(profile, id string, key secret.Text) error

// Move changes the AWS files by an edit that may move access keys out of them. Where
// the edit or the writing fails, what was stored for it is taken back. A new vault is
// made only where newVault allows it.
func (k *Keeper) Move(ctx context.Context, newVault bool, edit func(*awsconfig.Files, StoreFunc) error) (changed bool, err error) {
	if _, broken := k.load(); broken != nil {
		none := func(string, string, secret.Text) error { return broken }
		return k.Rewrite(func(f *awsconfig.Files) error { return edit(f, none) })
	}
	err = k.change(ctx, func(c *change) error {
		store := func(profile, id string, key secret.Text) error {
			endpoint := k.endpointOf(profile, "sts")
			if proof := endpoint + "\x00" + id + "\x00" + key.Reveal(); !c.tried[proof] {
				if _, err := c.prove(ctx, profile, id, key); err != nil {
					return err
				}
				c.tried[proof] = true
			}
			return c.put(ctx, offer{name: keyPrefix + id, text: key, profile: profile, endpoint: endpoint, proven: true, newVault: newVault})
		}
		if changed, err = c.Rewrite(func(f *awsconfig.Files) error { return edit(f, store) }); err != nil {
			c.takeBack()
			return err
		}
		return c.finish()
	})
	return changed, err
}

// A FetchFunc gives the secret that a StoreFunc has stored.
type FetchFunc func(profile, id string) (secret.Text, error)

// Fetch is Secret as a FetchFunc.
func (k *Keeper) Fetch(ctx context.Context) FetchFunc {
	return func(_, id string) (secret.Text, error) { return k.Secret(ctx, id) }
}

// Return changes the AWS files by an edit that gives profiles their keys back, and
// removes from the key store those that no profile relies on there any more: also
// those that an interrupted run has given back already. Its errors are those of the
// edit, and *PendingError where a store that may still have a key does not answer.
func (k *Keeper) Return(ctx context.Context, profiles []string, edit func(*awsconfig.Files, FetchFunc) error) (changed bool, err error) {
	if _, broken := k.load(); broken != nil {
		none := func(string, string) (secret.Text, error) { return secret.Text{}, broken }
		return k.Rewrite(func(f *awsconfig.Files) error { return edit(f, none) })
	}
	err = k.change(ctx, func(c *change) error {
		ids, err := c.idsOf(profiles)
		if err != nil {
			return err
		}
		noted := false
		for _, id := range ids {
			if a, err := c.uses(c.ledger, id); err == nil && (len(a.users()) > 0 || !c.record(keyPrefix+id).unknown) {
				c.discard(keyPrefix+id, "")
				noted = true
			}
		}
		if noted {
			if err := c.save(); err != nil {
				return err
			}
		}
		fetch := k.Fetch(ctx)
		changed, err = c.Rewrite(func(f *awsconfig.Files) error { return edit(f, fetch) })
		if err == nil {
			c.letGo(ids)
		}
		for _, id := range ids {
			err = one(err, c.leave(id))
		}
		return err
	})
	return changed, err
}

// idsOf returns the access keys of profiles, wherever their secrets are.
func (c *change) idsOf(profiles []string) ([]string, error) {
	f, err := c.Read(c.Config, c.Credentials)
	if err != nil {
		return nil, err
	}
	some := map[string]bool{}
	for _, name := range profiles {
		some[name] = true
	}
	var ids []string
	for _, p := range f.Profiles() {
		if some[p.Name] {
			for _, id := range p.AccessKeyIDs() {
				if !slices.Contains(ids, id) {
					ids = append(ids, id)
				}
			}
		}
	}
	return ids, nil
}

// letGo notes that this change has taken access keys out of the AWS files of this
// terminal: these may be empty now, and it does not matter if they go away.
func (c *change) letGo(ids []string) {
	f, err := c.Read(c.Config, c.Credentials)
	if err != nil {
		return
	}
	for _, id := range ids {
		r, known := c.Secrets[keyPrefix+id]
		relied := slices.ContainsFunc(f.KeyUses(id), func(use awsconfig.KeyUse) bool { return use.Stored })
		if known && !relied {
			r.notUsedIn(c.pair())
		}
	}
}

// leave removes an access key from the stores if nobody relies on them for it, and
// otherwise takes back that it is to be removed. Where that cannot be seen, it stays,
// and the error is an *UnseenError.
func (c *change) leave(id string) error {
	name := keyPrefix + id
	a, err := c.uses(c.ledger, id)
	r, known := c.Secrets[name]
	switch {
	case err != nil && !a.used():
		return err
	case a.used() && known:
		r.keep()
		return c.save()
	case a.used():
		return nil
	case known:
		return c.drop(name)
	}
	// Nothing says that guise has ever stored it: an interrupted release of an earlier
	// guise may have left it. A store that does not answer is not waited for.
	err = c.remove(InVault, name)
	if c.Keyring.Available() == nil {
		err = one(err, c.remove(InKeyring, name))
	}
	return err
}
