package keys

import (
	"context"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"

	"guise/internal/awsconfig"
	"guise/internal/custody"
	"guise/internal/secret"
)

// wrong runs a change of which one step goes wrong: the first, or the last, whose name
// begins like that.
func (w *world) wrong(how fault, which, step string, do func(*world, *Keeper) error) (err error, died bool) { //nolint:revive // the error is what matters
	w.t.Helper()
	trial := w.clone(w.t)
	_, _ = trial.run(func(k *Keeper) error { return do(trial, k) })
	for i, name := range trial.steps {
		if strings.HasPrefix(name, step) && (w.at == 0 || which == "last") {
			w.at = i + 1
		}
	}
	if w.at == 0 {
		w.t.Fatalf("no step begins with %s: %q", step, trial.steps)
	}
	w.how = how
	return w.run(func(k *Keeper) error { return do(w, k) })
}

// in makes a change of a test's own out of one that needs no world.
func in(t *testing.T, do func(context.Context, *Keeper) error) func(*world, *Keeper) error {
	return func(_ *world, k *Keeper) error { return do(t.Context(), k) }
}

// unfinished is the only thing that is listed.
func (w *world) unfinished(what string) Unfinished {
	w.t.Helper()
	all, err := w.keeper().Unfinished()
	if w.must(err); len(all) != 1 {
		w.t.Fatalf("%s: %+v", what, all)
	}
	return all[0]
}

// TestKilledBeforeTheFile: what was stored for a change that was killed before it wrote
// the AWS files is removed where these have the secret, also when another terminal with
// other files comes next; the only copy is kept, and listed.
func TestKilledBeforeTheFile(t *testing.T) {
	for name, next := range map[string]func(*world) *Keeper{"here": (*world).keeper, "in other files": (*world).second} {
		w := newModel(t, onePair)
		w.key(ciID, ciText)
		_, _ = w.wrong(killed, "first", "write c", in(t, importing("ci")))
		w.keeps(t, name+", killed")
		full := next(w)
		full.Write = func(string, []byte) error { return errBroken }
		if err := full.Settle(t.Context()); !errors.Is(err, errBroken) {
			t.Errorf("%s: %v", name, err)
		}
		w.keeps(t, name+", as long as the ledger cannot be written")
		w.must(next(w).Settle(t.Context()))
		w.works(name)
		if len(w.held()) > 0 {
			t.Errorf("%s: a copy is left: %v", name, w.held())
		}
	}
	w := newModel(t, "")
	w.key(ciID, ciText)
	_, _ = w.wrong(killed, "first", "write c", in(t, adding("new", ciID, ciText)))
	w.must(w.keeper().Settle(t.Context()))
	w.keeps(t, "the only copy")
	if u := w.unfinished("the only copy"); u.ID != ciID || len(u.Pending) > 0 {
		t.Errorf("%+v", u)
	}
	w.must(removing(ciID)(t.Context(), untouched(w)))
	if len(w.held()) > 0 {
		t.Errorf("removed by its id: %v", w.held())
	}

	w = newModel(t, onePair)
	w.key(ciID, ciText)
	_, _ = w.wrong(killed, "first", "write c", in(t, importing("ci")))
	w.away(w.config())
	_ = w.second().Settle(t.Context())
	if u := w.unfinished("half of the files is away"); u.Unseen == nil || len(u.Pending) > 0 {
		t.Errorf("%+v", u)
	}
}

// untouched is a keeper that must not change the AWS files.
func untouched(w *world) *Keeper {
	k := w.keeper()
	k.Rewrite = nil
	return k
}

// TestFileMadeByTheChange: a file that was not there before the change is seen to be
// away later, also where the change was killed at its end.
func TestFileMadeByTheChange(t *testing.T) {
	for _, how := range []fault{none, killed} {
		w := newModel(t, "")
		w.key(ciID, ciText)
		w.must(os.Remove(w.config()))
		_, died := w.wrong(how, "last", "write ledger", in(t, adding("new", ciID, ciText)))
		if died != (how == killed) {
			t.Fatal(how)
		}
		w.must(w.keeper().Settle(t.Context()))
		w.away(w.config())
		if u := w.unfinished(how.String()); u.Unseen == nil || u.Unseen.File != w.config() {
			t.Errorf("%s: %+v", how, u)
		}
	}
}

// TestSettle: where nothing is to be done nothing is written, and where something
// cannot be done its error says what.
func TestSettle(t *testing.T) {
	start := newModel(t, onePair)
	start.key(ciID, ciText)
	ctx := t.Context()
	start.must(importing("ci")(ctx, start.keeper()), addingDevice(seed)(ctx, start.keeper()))
	k := start.keeper()
	k.Write = func(string, []byte) error { return errBroken }
	start.must(k.Settle(ctx))

	w := start.clone(t)
	w.isDown = true
	if err := removing("ci")(ctx, w.keeper()); !onlyPending(err) || !strings.HasPrefix(err.Error(), "the secret of the access key …0001 may still be in the OS keyring") {
		t.Error(err)
	}
	if err := removingDevice(ctx, w.keeper()); !onlyPending(err) || !strings.HasPrefix(err.Error(), "the MFA secret of "+device) {
		t.Error(err)
	}
	if devices := w.keeper().Devices(); len(devices) > 0 {
		t.Errorf("the MFA secret of %q is removed, and said to be stored", devices)
	}
	if err := w.keeper().Settle(ctx); !onlyPending(err) {
		t.Error(err)
	}

	w = start.clone(t)
	_, _ = w.wrong(killed, "first", "write c", in(t, removing("ci")))
	if all, err := w.keeper().Unfinished(); err != nil || len(all) > 0 {
		t.Errorf("in use, and listed as to be removed: %+v %v", all, err)
	}
	w.away(w.credentials())
	if err := w.keeper().Settle(ctx); !errors.As(err, new(*UnseenError)) {
		t.Error(err)
	}
	w.keeps(t, "away")
}

// TestOldCopy: the copy that a newer one has replaced is removed as soon as its store
// answers, and until then it is said and listed; the newer one stays, though no profile
// uses it any more.
func TestOldCopy(t *testing.T) {
	w := newModel(t, "")
	w.key(ciID, ciText)
	ctx := t.Context()
	_, err := w.keeper().Add(ctx, "ci", program, ciID, secret.New("mistyped"), true)
	w.isDown = true
	added, again := w.keeper().Add(ctx, "ci", program, ciID, secret.New(ciText), false)
	if w.must(err, again); added.Place != InVault || !slices.ContainsFunc(w.said, func(line string) bool { return strings.Contains(line, "may still be in the OS keyring") }) {
		t.Errorf("%+v; said %q", added, w.said)
	}
	if u := w.unfinished("in use"); !slices.Equal(u.Pending, []Place{InKeyring}) {
		t.Errorf("%+v", u)
	}
	w.isDown = false
	w.must(os.WriteFile(w.config(), []byte(typical), 0o600), os.WriteFile(w.credentials(), []byte(onePair), 0o600))
	w.must(w.keeper().Settle(ctx))
	w.keeps(t, "settled")
	if u := w.unfinished("not in use"); len(u.Pending) > 0 || len(w.ring) > 0 {
		t.Errorf("%+v %v", u, w.ring)
	}
}

// TestWhichCopyIsRead: the one that the ledger names; without a word of it, the
// keyring's, which asks for no passphrase; the one that is to be removed last of all.
func TestWhichCopyIsRead(t *testing.T) {
	for _, c := range []struct {
		in, from []Place
		want     string
	}{
		{nil, nil, "keyring"},
		{[]Place{InVault}, nil, "vault"},
		{[]Place{InKeyring}, nil, "keyring"},
		{[]Place{InVault}, []Place{InKeyring}, "vault"},
		{nil, []Place{InKeyring}, "vault"},
		{nil, []Place{InVault}, "keyring"},
	} {
		w := newModel(t, "")
		k, name := w.keeper(), keyPrefix+ciID
		w.ring[name] = "keyring"
		l := &ledger{Version: ledgerVersion, Secrets: map[string]*record{name: {In: c.in, RemoveFrom: c.from}}}
		w.must(os.MkdirAll(k.Dir, 0o700), k.save(l), k.Vault.Set(t.Context(), name, secret.New("vault")))
		if text, err := k.Secret(t.Context(), ciID); err != nil || text.Reveal() != c.want {
			t.Errorf("in %s, to be removed from %s: %q %v", c.in, c.from, text.Reveal(), err)
		}
	}
	w := newModel(t, "")
	if _, err := w.keeper().Secret(t.Context(), ciID); !errors.Is(err, custody.ErrNotFound) || !strings.Contains(err.Error(), ciID) {
		t.Error(err)
	}
}

// TestOnlyInTheVault: what an earlier guise has put there is listed, once, and removed.
func TestOnlyInTheVault(t *testing.T) {
	w := newModel(t, "")
	w.key(ciID, ciText)
	ctx := t.Context()
	w.must(w.keeper().Vault.Set(ctx, keyPrefix+ciID, secret.New(ciText)), w.keeper().Vault.Set(ctx, devicePrefix+device, secret.New(seed)))
	if u := w.unfinished("not in the ledger"); u.ID != ciID {
		t.Errorf("%+v", u)
	}
	w.must(removingDevice(ctx, w.keeper()), removing(ciID)(ctx, w.keeper()))
	if len(w.held()) > 0 {
		t.Errorf("%v", w.held())
	}
	w.isDown = true
	_, _ = w.wrong(killed, "first", "write c", in(t, adding("new", ciID, ciText)))
	w.unfinished("in both")
}

// stubborn is an OS keyring that does not remove: it says so, or it has another copy.
type stubborn struct {
	ring
	says error
}

func (s stubborn) Delete(string) error { return s.says }

// TestNotRemoved: what is in the keyring still is not said to be gone, and the error
// says why.
func TestNotRemoved(t *testing.T) {
	for _, says := range []error{nil, errors.New("the user said no")} {
		w := newModel(t, onePair)
		w.key(ciID, ciText)
		k := w.keeper()
		w.must(importing("ci")(t.Context(), k))
		k.Keyring = stubborn{ring{w}, says}
		err := removing("ci")(t.Context(), k)
		if !onlyPending(err) || says != nil && !errors.Is(err, says) || says == nil && !strings.Contains(err.Error(), "another copy") {
			t.Errorf("%v: %v", says, err)
		}
		w.unfinished("not removed")
	}
	// Nor where it is removed because the change has failed.
	w := newModel(t, onePair)
	w.key(ciID, ciText)
	k := w.keeper()
	k.Keyring = stubborn{ring{w}, errors.New("the user said no")}
	k.Rewrite = func(edit func(*awsconfig.Files) error) (bool, error) {
		_, err := w.rewrite(func(f *awsconfig.Files) error { return errors.Join(edit(f), errBroken) })
		return false, err
	}
	if err := importing("ci")(t.Context(), k); !errors.Is(err, errBroken) || !strings.Contains(strings.Join(w.said, "\n"), "the user said no") {
		t.Errorf("%v; said %q", err, w.said)
	}
	w.works("the change has failed")
}
