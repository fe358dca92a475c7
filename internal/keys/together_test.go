package keys

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"guise/internal/awsconfig"
	"guise/internal/secret"
)

// twoFiles is a world whose key is used by ci here and by a profile of other AWS files.
func twoFiles(t *testing.T) (w *world, second *Keeper) {
	t.Helper()
	w = newModel(t, onePair)
	w.key(ciID, ciText)
	second = w.second()
	w.must(importing("ci")(t.Context(), w.keeper()), importing("there")(t.Context(), second))
	return w, second
}

// TestFilesWithoutTheKey: AWS files that no longer have a key may go away: its last
// profile, in other files, takes it out of the store.
func TestFilesWithoutTheKey(t *testing.T) {
	for name, do := range map[string]func(context.Context, *Keeper) error{"remove": removing("ci"), "release": releasing("ci")} {
		w, second := twoFiles(t)
		w.must(do(t.Context(), w.keeper()))
		w.keeps(t, name)
		w.away(w.config())
		w.away(w.credentials())
		w.must(removing("there")(t.Context(), second))
		if len(w.held()) > 0 {
			t.Errorf("%s: %v", name, w.held())
		}
	}
	// So it is with the old key of a rotation, whose store did not answer.
	w, _, rotate := toRotate(t, func(string, int) error { return nil })
	w.must(w.keeper().Vault.Set(t.Context(), devicePrefix+device, secret.New(seed)))
	w.isDown = true
	if err := rotate(w.keeper()); !onlyPending(err) {
		t.Fatal(err)
	}
	w.away(w.config())
	w.away(w.credentials())
	w.isDown = false
	w.must(w.keeper().Settle(t.Context()))
	if len(w.ring) > 0 {
		t.Errorf("rotate: %v", w.ring)
	}
}

// TestReleaseOfOne: the other files that use the key are known still, and missed when
// they are away.
func TestReleaseOfOne(t *testing.T) {
	w, second := twoFiles(t)
	w.must(releasing("ci")(t.Context(), w.keeper()))
	w.away(filepath.Dir(second.Config))
	r, err := w.keeper().Removal(ciID)
	if err != nil || r.Unseen == nil {
		t.Errorf("%+v %v", r, err)
	}
	w.keeps(t, "released")
}

// TestReadableElsewhere: a key that somebody has put back into other files by hand is
// not rotated: it would break that profile.
func TestReadableElsewhere(t *testing.T) {
	w, second := twoFiles(t)
	plain := strings.Replace(onePair, "[ci]", "[there]", 1)
	w.must(os.WriteFile(second.Config, nil, 0o600), os.WriteFile(second.Credentials, []byte(plain), 0o600))
	w.must(writing("\n[x]\nregion = eu-west-1\n")(t.Context(), second), os.WriteFile(second.Config, []byte("[profile there]\n"), 0o600))
	shared, ok := errors.AsType[*SharedKeyError](w.rotating(t.Context(), w.keeper()))
	if !ok || shared.Plain || shared.Profile != "there in "+second.Config {
		t.Errorf("%+v", shared)
	}
	w = newModel(t, onePlainTwice)
	w.key(ciID, ciText)
	w.must(importing("ci")(t.Context(), w.keeper()))
	if shared, ok = errors.AsType[*SharedKeyError](w.rotating(t.Context(), w.keeper())); !ok || !shared.Plain || shared.Profile != "ci2" {
		t.Errorf("%+v", shared)
	}
}

// TestUnreadableHere: the files of this terminal, which cannot be read, may use the key
// too, though nothing notes that they do: what an interrupted change has stored stays.
func TestUnreadableHere(t *testing.T) {
	w := newModel(t, onePair)
	w.key(ciID, ciText)
	_, _ = w.wrong(killed, "first", "write c", in(t, importing("ci")))
	second := w.second()
	w.must(os.Remove(second.Config), os.Mkdir(second.Config, 0o700), addingDevice(seed)(t.Context(), second))
	w.keeps(t, "unreadable")
}

// TestOneFolderByTwoNames: where a file is not there yet, a link to its folder is
// followed.
func TestOneFolderByTwoNames(t *testing.T) {
	w := newModel(t, "")
	w.key(ciID, ciText)
	link := filepath.Join(t.TempDir(), "link")
	w.must(os.Remove(w.credentials()), os.Symlink(w.dir, link), adding("one", ciID, ciText)(t.Context(), w.keeper()))
	k := w.keeper()
	k.Config, k.Credentials = filepath.Join(link, "config"), filepath.Join(link, "credentials")
	w.must(os.RemoveAll(w.credentials()), adding("two", ciID, ciText)(t.Context(), k))
	if r, err := k.Removal("one"); err != nil || !slices.Equal(r.Others, []string{"two"}) {
		t.Errorf("%+v %v", r, err)
	}
}

// TestInUse: profiles are named in their order.
func TestInUse(t *testing.T) {
	w := newModel(t, "")
	w.key(ciID, ciText)
	ctx := t.Context()
	w.must(adding("zeta", ciID, ciText)(ctx, w.keeper()), adding("alpha", ciID, ciText)(ctx, w.keeper()))
	if err := removing(ciID)(ctx, w.keeper()); !errors.As(err, new(*InUseError)) || !strings.Contains(err.Error(), "alpha, zeta") {
		t.Error(err)
	}
}

// TestTwoPending: each removal that was not finished is that of its own profile.
func TestTwoPending(t *testing.T) {
	w := newModel(t, twoPlain)
	w.key(ciID, ciText)
	w.key(ci2ID, ci2Text)
	ctx := t.Context()
	w.must(importing("ci", "ci2")(ctx, w.keeper()))
	w.isDown = true
	for profile, id := range map[string]string{"ci": ciID, "ci2": ci2ID} {
		if err := removing(profile)(ctx, w.keeper()); !onlyPending(err) {
			t.Error(err)
		}
		if r, err := w.keeper().Removal(profile); err != nil || r.ID != id || !r.Begun {
			t.Errorf("%s: %+v %v", profile, r, err)
		}
	}
	for profile, id := range map[string]string{"ci": ciID, "ci2": ci2ID} {
		if r, err := w.keeper().Removal(profile); err != nil || r.ID != id {
			t.Errorf("%s: %+v %v", profile, r, err)
		}
	}
	w.isDown = false // the change begins by finishing both
	if r, err := w.keeper().Remove(ctx, "ci2"); err != nil || r.ID != ci2ID || r.Profile != "ci2" {
		t.Errorf("%+v %v", r, err)
	}
}

// TestReleaseOfBefore: a key that nothing notes, of an earlier guise, leaves the stores
// with the release, and where one does not answer that is said; of a key that was never
// stored a store that does not answer is no matter.
func TestReleaseOfBefore(t *testing.T) {
	ctx := t.Context()
	for _, down := range []bool{false, true} {
		w := newModel(t, onePair)
		w.key(ciID, ciText)
		w.isDown = down
		w.must(importing("ci")(ctx, w.keeper()), os.Remove(w.keeper().ledgerPath()))
		if err := releasing("ci")(ctx, w.keeper()); (err != nil) != down || down && !onlyPending(err) {
			t.Errorf("%v: %v", down, err)
		}
		w.works("released")

		w = newModel(t, onePair) // released, and killed before the store
		w.key(ciID, ciText)
		w.ring[keyPrefix+ciID] = ciText
		w.must(w.keeper().Vault.Set(ctx, keyPrefix+ciID, secret.New(ciText)))
		w.isDown = down
		w.must(releasing("ci")(ctx, w.keeper()))
		if left := w.held()[keyPrefix+ciID]; down && len(left) != 1 || !down && len(left) > 0 {
			t.Errorf("%v: %v", down, left)
		}
	}
}

// TestNoKeys: a change of the AWS files that concerns no key needs no ledger: neither
// one that can be written, nor one that can be read.
func TestNoKeys(t *testing.T) {
	for name, spoil := range map[string]func(*world, *Keeper){
		"cannot be written": func(_ *world, k *Keeper) { k.Write = func(string, []byte) error { return errBroken } },
		"of a newer guise": func(w *world, k *Keeper) {
			w.must(os.MkdirAll(k.Dir, 0o700), os.WriteFile(k.ledgerPath(), []byte(`{"version": 2}`), 0o600))
		},
	} {
		w := newModel(t, "")
		k := w.keeper()
		spoil(w, k)
		edited := func(f *awsconfig.Files) error {
			return f.AddStoredKey("edited", ciID, program)
		}
		if changed, err := k.Move(t.Context(), true, func(f *awsconfig.Files, _ StoreFunc) error { return edited(f) }); err != nil || !changed {
			t.Errorf("%s: %v", name, err)
		}
		back := func(f *awsconfig.Files, _ FetchFunc) error { f.RemoveStoredKey("edited"); return nil }
		if changed, err := k.Return(t.Context(), []string{"other"}, back); err != nil || !changed {
			t.Errorf("%s: %v", name, err)
		}
	}
}
