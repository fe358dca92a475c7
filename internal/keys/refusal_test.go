package keys

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"guise/awsconfig"
	"guise/internal/files"
	"guise/internal/secret"
	"guise/session"
)

// TestUnreadableFiles: where the AWS files cannot be read, nothing is changed, and
// what cannot be seen is not taken for unused.
func TestUnreadableFiles(t *testing.T) {
	w := newModel(t, onePair)
	w.key(ciID, ciText)
	ctx := t.Context()
	w.must(importing("ci")(ctx, w.keeper()))
	back := w.away(w.config())
	w.must(os.Mkdir(w.config(), 0o700))
	k := w.keeper()
	k.Rewrite = func(func(*awsconfig.Files) error) (bool, error) {
		t.Error("the files were to be changed")
		return false, nil
	}
	_, removal := k.Removal("ci")
	_, rotated := k.Rotate(ctx, "ci", nil)
	for name, err := range map[string]error{
		"can add": k.CanAdd("new", program), "add": adding("new", ciID, ciText)(ctx, k), "release": releasing("ci")(ctx, k),
		"removal": removal, "remove": removing("ci")(ctx, k), "remove by id": removing(ciID)(ctx, k), "rotate": rotated,
	} {
		if !errors.Is(err, files.ErrNotRegular) {
			t.Errorf("%s: %v", name, err)
		}
	}
	all, err := w.keeper().Unfinished()
	if err != nil || len(all) != 1 || all[0].Unseen == nil || !errors.Is(all[0].Unseen, files.ErrNotRegular) {
		t.Errorf("%+v %v", all, err)
	}
	w.keeps(t, "unreadable")
	w.must(os.Remove(w.config()))
	back()
	w.works("readable again")
}

// TestUnreadableState: where guise's own folder, lock or vault is not what it should
// be, it says so and changes nothing.
func TestUnreadableState(t *testing.T) {
	for name, spoil := range map[string]func(*world){
		"a file in the place of the folder": func(w *world) {
			w.must(os.RemoveAll(w.keeper().Dir), os.WriteFile(w.keeper().Dir, nil, 0o600))
		},
		"a folder in the place of the lock": func(w *world) {
			path := filepath.Join(w.keeper().Dir, lockFile)
			w.must(os.RemoveAll(path), os.Mkdir(path, 0o700))
		},
		"a folder in the place of the ledger": func(w *world) {
			w.must(os.RemoveAll(w.keeper().ledgerPath()), os.Mkdir(w.keeper().ledgerPath(), 0o700))
		},
	} {
		w := newModel(t, twoPlain)
		w.key(ciID, ciText)
		w.key(ci2ID, ci2Text)
		w.must(importing("ci")(t.Context(), w.keeper()))
		spoil(w)
		before, err := os.ReadFile(w.credentials())
		w.must(err)
		for _, do := range []func(context.Context, *Keeper) error{importing("ci2"), releasing("ci"), removing("ci"), adding("new", ciID, ciText), addingDevice(seed)} {
			if err := do(t.Context(), w.keeper()); err == nil {
				t.Errorf("%s: nothing is said", name)
			}
		}
		if after, err := os.ReadFile(w.credentials()); err != nil || string(after) != string(before) || len(w.ring) != 1 {
			t.Errorf("%s: changed: %s", name, after)
		}
		w.works(name)
	}
	w := newModel(t, "")
	w.must(os.WriteFile(w.vaultPath(), []byte("{}"), 0o600))
	if _, err := w.keeper().Unfinished(); err == nil {
		t.Error("a damaged vault is taken for an empty one")
	}
}

// TestAddRefuses: what is offered is looked at before anything is written: the
// profile, then the key.
func TestAddRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		profile, text string
		try           func() (string, error)
		want          func(error) bool
	}{
		"a profile with a role": {"other", ciText, nil, func(err error) bool { return errors.As(err, new(*awsconfig.HasKeysError)) }},
		"a key that is refused": {"new", "mistyped", nil, func(err error) bool {
			return errors.As(err, new(*NotWorkingError)) && strings.Contains(err.Error(), "does not work")
		}},
		"no answer": {"new", ciText, func() (string, error) {
			return "", &session.APIError{Op: "GetCallerIdentity", Reason: session.Unreachable}
		}, func(err error) bool {
			return errors.As(err, new(*NotWorkingError)) && strings.Contains(err.Error(), "could not be tried")
		}},
		"an answer that names nobody": {"new", ciText, func() (string, error) { return "", nil }, func(err error) bool {
			return errors.As(err, new(*NotWorkingError)) && strings.Contains(err.Error(), "whose it is")
		}},
	} {
		w := newModel(t, "")
		w.key(ciID, ciText)
		k := w.keeper()
		if c.try != nil {
			k.Try = func(context.Context, string, string, secret.Text) (string, error) { return c.try() }
		}
		if err := adding(c.profile, ciID, c.text)(t.Context(), k); !c.want(err) {
			t.Errorf("%s: %v", name, err)
		}
		if data, err := os.ReadFile(w.config()); err != nil || string(data) != typical || len(w.ring) > 0 {
			t.Errorf("%s: something was written:\n%s\n%v", name, data, w.ring)
		}
		if err := k.CanAdd(c.profile, program); (err == nil) != (c.profile == "new") {
			t.Errorf("%s: it could be added: %v", name, err)
		}
	}
	w := newModel(t, "")
	w.key(ciID, ciText)
	w.must(adding("ci", ciID, ciText)(t.Context(), w.keeper()), w.keeper().CanAdd("ci", program))
	// The profile has this key; another one is not put beside it.
	w.key(ci2ID, ci2Text)
	if err := adding("ci", ci2ID, ci2Text)(t.Context(), w.keeper()); !errors.As(err, new(*awsconfig.HasKeysError)) || len(w.ring) != 1 {
		t.Errorf("%v; %v", err, w.ring)
	}
}

// TestStoredBefore: a copy that an earlier guise has stored, and that nothing notes, is
// replaced with the one that works now: no old one is left in the other store.
func TestStoredBefore(t *testing.T) {
	w := newModel(t, onePair)
	w.key(ciID, ciText)
	ctx := t.Context()
	w.isDown = true
	w.must(importing("ci")(ctx, w.keeper()), os.Remove(w.keeper().ledgerPath()))
	w.isDown = false
	w.aws[ciID] = "new-secret"
	w.must(adding("ci", ciID, "new-secret")(ctx, w.keeper()))
	if got := w.held()[keyPrefix+ciID]; !slices.Equal(got, []string{"new-secret"}) || w.ring[keyPrefix+ciID] == "" {
		t.Errorf("the stores have %q", got)
	}
	// The stored one cannot be tried: it stays.
	w.aws[ciID] = "newer-secret"
	k := w.keeper()
	k.Try = func(_ context.Context, _, _ string, key secret.Text) (string, error) {
		if key.Reveal() != "newer-secret" {
			return "", &session.APIError{Op: "GetCallerIdentity", Reason: session.Unreachable}
		}
		return "arn", nil
	}
	kept := (*KeptError)(nil)
	if err := adding("ci", ciID, "newer-secret")(ctx, k); !errors.As(err, &kept) || kept.Err == nil || !strings.Contains(err.Error(), "could not be tried") || w.ring[keyPrefix+ciID] != "new-secret" {
		t.Errorf("%v", err)
	}
}

// TestEndpoints: AWS by any of its own names is one place; all others are not AWS.
func TestEndpoints(t *testing.T) {
	for address, want := range map[string]string{
		"": "", "https://sts.amazonaws.com": "", "https://STS.eu-west-1.amazonaws.com/": "", "https://sts.cn-north-1.amazonaws.com.cn": "", "https://vpce-1.sts.eu-west-1.vpce.amazonaws.com": "",
		"http://127.0.0.1:4566/": "http://127.0.0.1:4566", "https://evil-amazonaws.com": "https://evil-amazonaws.com", "https://amazonaws.com.evil": "https://amazonaws.com.evil",
		"http://u:secret@host": "http://u:xxxxx@host", "http://[bad": "http://[bad",
	} {
		k := &Keeper{Endpoint: func(string, string) string { return address }}
		if got := k.endpointOf("x", "sts"); got != want {
			t.Errorf("%s: %q", address, got)
		}
	}
	// A key that was stored before endpoints were noted is AWS's.
	w := newModel(t, onePair)
	w.key(ciID, ciText)
	ctx := t.Context()
	w.must(importing("ci")(ctx, w.keeper()))
	l, err := w.keeper().load()
	w.must(err)
	l.Secrets[keyPrefix+ciID].Endpoints = nil
	w.must(w.keeper().save(l))
	w.liars = map[string]string{"local": liar}
	if err := adding("local", ciID, "other")(ctx, w.keeper()); !errors.As(err, new(*KeptError)) || !strings.Contains(err.Error(), "which is for AWS") {
		t.Error(err)
	}
	w.keeps(t, "stored before endpoints were noted")
	w.must(adding("two", ciID, ciText)(ctx, w.keeper()), w.keeper().Settle(ctx))
}

// TestRemoval: what can be removed by which name.
func TestRemoval(t *testing.T) {
	w := newModel(t, twoPlain)
	w.key(ciID, ciText)
	w.key(ci2ID, ci2Text)
	ctx := t.Context()
	w.must(importing("ci")(ctx, w.keeper()))
	for what, want := range map[string]func(error) bool{
		"other":     func(err error) bool { return errors.Is(err, ErrNotStored) },
		"ci2":       func(err error) bool { return errors.Is(err, ErrNotStored) },
		"none":      func(err error) bool { return errors.As(err, new(*awsconfig.NoProfileError)) },
		ci2ID:       func(err error) bool { return errors.As(err, new(*awsconfig.NoProfileError)) },
		ciID:        func(err error) bool { return errors.As(err, new(*InUseError)) && strings.Contains(err.Error(), "ci") },
		"AKIAVAULT": func(err error) bool { return errors.As(err, new(*awsconfig.NoProfileError)) },
	} {
		_, looked := w.keeper().Removal(what)
		if err := removing(what)(ctx, w.keeper()); !want(err) || !want(looked) {
			t.Errorf("%s: %v, %v", what, err, looked)
		}
	}
	w.keeps(t, "nothing was removed")
	// Of a vault that an earlier guise has written, by its id.
	w.must(w.keeper().Vault.Set(ctx, keyPrefix+"AKIAVAULT", secret.New("x")))
	if r, err := w.keeper().Removal("AKIAVAULT"); err != nil || r.ID != "AKIAVAULT" || r.Profile != "" {
		t.Errorf("%+v %v", r, err)
	}
	w.must(removing("AKIAVAULT")(ctx, w.keeper()))
	w.keeps(t, "by id")
	if len(w.held()) != 1 {
		t.Errorf("%v", w.held())
	}
}

// TestRemoveWhileRotating: the removal of a profile's key ends its rotation, and takes
// the keys of both ends with it; another profile's rotation stays.
func TestRemoveWhileRotating(t *testing.T) {
	for at := 1; ; at++ {
		w := newModel(t, onePair)
		w.key(ciID, ciText)
		ctx := t.Context()
		w.must(importing("ci")(ctx, w.keeper()))
		w.at, w.how = at, killed
		_, died := w.run(func(k *Keeper) error { return w.rotating(ctx, k) })
		if !died {
			break
		}
		l, err := w.keeper().load()
		w.must(err)
		if len(l.Rotations) == 0 {
			continue
		}
		l.Rotations["elsewhere"] = &rotation{Old: "AKIAELSEWHERE"}
		w.must(w.keeper().save(l), removing("ci")(ctx, w.keeper()))
		l, err = w.keeper().load()
		if w.must(err); len(l.Rotations) != 1 || l.Rotations["elsewhere"] == nil {
			t.Errorf("killed at step %d: %v", at, l.Rotations)
		}
		if len(w.held()) > 0 {
			t.Errorf("killed at step %d: the stores have %v", at, w.held())
		}
	}
}
