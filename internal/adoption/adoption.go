// Package adoption has guise manage profiles, and restores them as they were.
//
// A profile is managed when its credential_process in ~/.aws/config runs guise, and
// nothing that SDKs would prefer to that line is visible. Package awsconfig makes that
// change to the bytes, and package keys moves access keys. This package decides which
// profiles can be adopted, and checks before anything is written that
//
//   - the law of adoption holds: botocore and the Go SDK act as the same identity before
//     and after. It is checked in memory, on both files as each SDK reads them.
//   - an access key is removed from the file only after it has worked at AWS and is in
//     the key store; without a key store, its profile stays as it is.
//   - Release restores every byte.
//
// Planning and doing are separate: [Adopter.Adopt] and [Adopter.Release] give a [Change],
// which can be shown, asked about and applied.
//
// # What it does not do
//
// It writes nothing before [Change.Apply]. The diff of a release has the keys in it, so
// it reads them from the key store: a vault asks for its passphrase. That a change is made whole
// or not at all, and is finished by the next run where guise was killed, is the promise
// of awsconfig.Rewrite and of keys.Keeper.
package adoption

import (
	"context"
	"errors"

	"guise/internal/awsconfig"
	"guise/internal/keys"
	"guise/internal/secret"
	"guise/session"
)

// An Adopter adopts profiles and releases them. All fields are needed.
type Adopter struct {
	// Keys has the access keys that are moved. It knows where the AWS files are, and
	// changes them.
	Keys *keys.Keeper
	// Defaults is what a plan takes from outside the AWS files.
	Defaults session.Defaults
	// Executable returns the path of guise to write: one that stays over upgrades.
	Executable func() (string, error)
	// MayRelease returns why who asks may not have profiles released.
	MayRelease func(profiles ...string) error
	// Say tells the user, without a prefix, whose identity an adoption changes.
	Say func(line string)
}

// Options of an adoption.
type Options struct {
	// All adopts every profile that guise can get credentials for, and leaves the others:
	// see [Change].Left. No profile is named then.
	All bool
	// KeepKeys moves access keys to a section [PROFILE.source] of the same file.
	KeepKeys bool
	// ForOlderClients has guise manage the profiles in the credentials file as well, for clients
	// that read it alone; but for those of which awsconfig says why not.
	ForOlderClients bool
	// FromSection moves access keys to the key store too that an adoption with KeepKeys has
	// moved to a section of their own.
	FromSection bool
	// NewVault makes a vault where no OS keyring answers and there is no vault yet.
	NewVault bool
}

// adoption is one that was planned.
type adoption struct {
	Adopter
	Options
	names  []string
	moving []awsconfig.Profile // those of them whose access keys are in a file
	fresh  []string            // those of them that guise does not manage yet
	left   leftOut
	older  olderClients
	trial  trial
}

// A trial is the adoption as it was made in memory and held against the law.
type trial struct {
	before, after awsconfig.State // the AWS files
	stored        []stored        // the access keys that go to the key store for it
}

// stored is what an [awsconfig.AdoptOptions] Store was called with.
type stored struct {
	profile, id string
	key         secret.Text
}

// Adopt plans to have guise manage the profiles of these names, or all. Of one that
// guise manages already, it updates what is stale.
//
// Its errors are *awsconfig.SyntaxError, that of Executable and, in an
// *awsconfig.ProfileError, those of session.Resolve and awsconfig.Files.Adopt,
// *sdk.Breach and [*NoStoreError].
func (a Adopter) Adopt(files *awsconfig.Files, names []string, o Options) (*Change, error) {
	if err := files.Check(); err != nil {
		return nil, err
	}
	x := adoption{Adopter: a, Options: o, names: names}
	by := x.waysIn(files)
	if err := x.choose(files, by); err != nil {
		return nil, err
	}
	if err := x.obey(files, by); err != nil {
		return nil, err
	}
	if x.moving = keysIn(files, x.names, x.from()...); len(x.moving) > 0 {
		if err := x.noStore(); err != nil && x.Keys.Unsure != nil {
			return nil, err
		} else if err != nil {
			return nil, &awsconfig.ProfileError{Profile: x.moving[0].Name, Err: &NoStoreError{namesOf(x.moving), err}}
		}
	}
	x.fresh = without(x.names, Managed(files)...)
	x.older = x.forOlder(files)
	left := x.left
	x.left = leftOut{} // what is left out from here on, since the files have changed, is said at the end
	return &Change{
		About: about, Question: x.question(), Left: append(left.lines(), x.older.lines()...), Would: x.would(left.count()), Nothing: x.nothing(files), files: files, done: x.done,
		try: func(_ context.Context, f *awsconfig.Files) error {
			f.Set(x.trial.after)
			return nil
		},
		write: func(ctx context.Context) (bool, error) {
			return a.Keys.Move(ctx, o.NewVault, func(f *awsconfig.Files, store keys.StoreFunc) error {
				if err := x.lawful(f); err != nil {
					return err
				}
				return x.repeat(f, store)
			})
		},
	}, nil
}

// giveBack undoes the adoption of the profiles whose access keys are in a section of their
// own, in memory: from there they go to the key store as those of any other.
func (x *adoption) giveBack(f *awsconfig.Files) error {
	if !x.FromSection {
		return nil
	}
	return f.Release(namesOf(keysIn(f, x.names, awsconfig.KeysInSource)), awsconfig.ReleaseOptions{})
}

// asOwn returns the AWS files as the user has written them, to hold the change against: the
// sections that giveBack removes are guise's, and nobody's identity.
func (x *adoption) asOwn(files *awsconfig.Files) (own awsconfig.State, err error) {
	_, own, err = files.Trial(x.giveBack)
	return own, err
}

// from are the places that access keys are moved from.
func (x *adoption) from() []awsconfig.KeyPlace {
	if x.FromSection {
		return []awsconfig.KeyPlace{awsconfig.KeysPlain, awsconfig.KeysInSource}
	}
	return []awsconfig.KeyPlace{awsconfig.KeysPlain}
}

// lawful holds the change against the law once more if the files are others by now than
// those that it was tried on: somebody else may have edited them while the user was asked.
func (x *adoption) lawful(now *awsconfig.Files) error {
	if x.trial.before.Same(now.State()) {
		return nil
	}
	return x.obey(now, x.waysIn(now))
}

// An attempt is a trial for some profiles that goes on beside what else is to be found out.
type attempt struct {
	names []string
	made  chan struct{}    // closed when after is there, or never will be
	after *awsconfig.State // the files after it, before it is known whether it succeeds
	done  chan struct{}    // closed when that is known
	trial trial
	err   error
}

// attempt begins to try the change for the profiles as they are chosen now.
func (x *adoption) attempt(files *awsconfig.Files) *attempt {
	a := &attempt{names: x.names, made: make(chan struct{}), done: make(chan struct{})}
	own := *x
	go func() {
		defer close(a.done)
		a.err = own.try(files, func(after awsconfig.State) {
			a.after = &after
			close(a.made)
		})
		if a.trial = own.trial; a.after == nil {
			close(a.made)
		}
	}()
	return a
}

// try makes the change in memory and takes it back. made is told the files after it, once
// nothing is changed any more.
func (x *adoption) try(files *awsconfig.Files, made func(awsconfig.State)) (err error) {
	executable, err := x.Executable()
	if err != nil {
		return err
	}
	x.trial = trial{}
	note := func(profile, id string, key secret.Text) error {
		x.trial.stored = append(x.trial.stored, stored{profile, id, key})
		return nil
	}
	o := awsconfig.AdoptOptions{Executable: executable, KeepKeys: x.KeepKeys, Store: note, ForOlderClients: x.ForOlderClients, Made: made}
	var older []string // who has the line, which giveBack takes
	if x.FromSection {
		if older = x.olderAlready(files); len(older) > 0 {
			o.Made = nil
		}
	}
	x.trial.before, x.trial.after, err = files.Trial(func(f *awsconfig.Files) error {
		if err := x.giveBack(f); err != nil {
			return err
		}
		if err := f.Adopt(x.names, o); err != nil || len(older) == 0 {
			return err
		}
		o.ForOlderClients, o.Made = true, made
		return f.Adopt(older, o)
	})
	return err
}

// repeat makes the change that was tried, of the same files: nothing else comes of them.
// Only the keys are still to be stored.
func (x *adoption) repeat(f *awsconfig.Files, store keys.StoreFunc) error {
	for _, one := range x.trial.stored {
		if err := store(one.profile, one.id, one.key); err != nil {
			return &awsconfig.ProfileError{Profile: one.profile, Err: err}
		}
	}
	f.Set(x.trial.after)
	return nil
}

// choose settles which profiles are meant: those named, each of which must lead to
// credentials, or all that do.
func (x *adoption) choose(files *awsconfig.Files, by *ways) error {
	if !x.All {
		for _, name := range x.names {
			if _, err := session.Resolve(files, name, x.Defaults); err != nil {
				return &awsconfig.ProfileError{Profile: name, Err: err}
			}
		}
		return nil
	}
	noStore := x.noStore()
	for _, w := range by.all {
		p := w.profile
		switch split := p.SplitKeys(); {
		case p.IsExport():
		case w.err != nil:
			x.left.add(p.Name, w.err.Error())
		case split != nil:
			x.left.add(p.Name, split.Error())
		case p.KeysIn() == awsconfig.KeysPlain && noStore != nil && x.Keys.Unsure != nil:
			return noStore // half of the job would be done, and for a reason that is soon gone
		case p.KeysIn() == awsconfig.KeysPlain && noStore != nil:
			x.left.add(p.Name, "its access key is in the file, and there is no key store to move it to (guise keys import creates a vault; --keep-keys leaves the key in the file)")
		default:
			x.names = append(x.names, p.Name)
		}
	}
	return nil
}

// A NoStoreError is that the access keys of profiles have no key store to go to.
type NoStoreError struct {
	Profiles []string // that have one in a file
	Err      error    // wraps keys.ErrUnavailable
}

func (e *NoStoreError) Error() string {
	return "its access key is in the file, and there is no key store to move it to: " + e.Err.Error()
}

func (e *NoStoreError) Unwrap() error { return e.Err }

// noStore is why access keys could not be stored; nil where they can, or stay.
func (x *adoption) noStore() error {
	if x.KeepKeys || x.NewVault {
		return nil
	}
	return x.Keys.Available()
}

// Adoptable reports whether Adopt would take a profile without a word: it leads to
// credentials, there is a place for its access key, and both SDKs take it for the same
// identity. Its error, in an *awsconfig.ProfileError, is *awsconfig.NoProfileError or
// *awsconfig.SyntaxError.
func (a Adopter) Adoptable(files *awsconfig.Files, name string) (bool, error) {
	p, err := files.Profile(name)
	if err != nil {
		return false, &awsconfig.ProfileError{Profile: name, Err: err}
	}
	if _, err := session.Resolve(files, name, a.Defaults); err != nil {
		if _, broken := errors.AsType[*awsconfig.SyntaxError](err); broken {
			return false, &awsconfig.ProfileError{Profile: name, Err: err}
		}
		return false, nil
	}
	if p.KeysIn() == awsconfig.KeysPlain && a.Keys.Available() != nil {
		return false, nil
	}
	return len(a.readings(files.State()).Clashes([]string{name})) == 0, nil
}
