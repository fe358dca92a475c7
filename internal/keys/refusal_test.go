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
	err := adding("ci", ciID, "newer-secret")(ctx, k)
	kept, ok := errors.AsType[*KeptError](err)
	if !ok || kept.Err == nil || !strings.Contains(err.Error(), "could not be tried") || w.ring[keyPrefix+ciID] != "new-secret" {
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

// TestPendingRemovals: they are done by whatever change comes next, which says so; a
// keyring that does not answer is waited for once, not once a secret.
func TestPendingRemovals(t *testing.T) {
	w := newModel(t, twoPlain)
	w.key(ciID, ciText)
	w.key(ci2ID, ci2Text)
	ctx := t.Context()
	w.must(importing("ci", "ci2")(ctx, w.keeper()))
	w.isDown = true
	for _, profile := range []string{"ci", "ci2"} {
		if err := removing(profile)(ctx, w.keeper()); !onlyPending(err) {
			t.Error(err)
		}
	}
	w.steps = nil
	w.must(addingDevice(seed)(ctx, w.keeper()))
	asked := 0
	for _, step := range w.steps {
		if strings.HasPrefix(step, "keyring: delete") {
			t.Errorf("%s: it is known that it does not answer", step)
		}
		if strings.HasPrefix(step, "keyring:") {
			asked++
		}
	}
	if asked > 3 { // for the removals, for an older value, for a place
		t.Errorf("the keyring was waited for %d times: %q", asked, w.steps)
	}
	all, err := w.keeper().Unfinished()
	if err != nil || len(all) != 2 || !slices.Equal(all[0].Pending, []Place{InKeyring}) {
		t.Errorf("%+v %v", all, err)
	}
	w.isDown, w.said = false, nil
	w.must(removingDevice(ctx, w.keeper()))
	said := strings.Join(w.said, "\n")
	if len(w.held()) > 0 || !strings.Contains(said, "0001, which was to be removed, is removed now") || !strings.Contains(said, "0002, which") {
		t.Errorf("%v; said %q", w.held(), said)
	}
	for _, line := range w.said {
		if strings.Contains(line, ciID) || strings.Contains(line, ciText) {
			t.Errorf("more than the last four letters are shown: %s", line)
		}
	}
}

// TestPendingOfTheLast: what is pending is listed for the profile that was the last to
// have the key, not for that which it was stored for, and is ended by the same command.
func TestPendingOfTheLast(t *testing.T) {
	w := newModel(t, "")
	w.key(ciID, ciText)
	ctx := t.Context()
	w.must(adding("first", ciID, ciText)(ctx, w.keeper()), adding("last", ciID, ciText)(ctx, w.keeper()), removing("last")(ctx, w.keeper()))
	w.keeps(t, "one has it still")
	w.isDown, w.said = true, nil
	if err := removing("first")(ctx, w.keeper()); !onlyPending(err) {
		t.Error(err)
	}
	all, err := w.keeper().Unfinished()
	if err != nil || len(all) != 1 || all[0].Profile != "first" || all[0].ID != ciID {
		t.Errorf("%+v %v", all, err)
	}
	if err := removing("first")(ctx, w.keeper()); !onlyPending(err) {
		t.Error(err)
	}
	w.isDown = false
	w.must(removing("first")(ctx, w.keeper()))
	if len(w.held()) > 0 || len(w.said) != 1 {
		t.Errorf("%v; said %q", w.held(), w.said)
	}
	// And there is nothing more to say of it.
	w.said = nil
	w.must(adding("other2", ciID, ciText)(ctx, w.keeper()), w.keeper().Settle(ctx))
	if len(w.said) > 0 {
		t.Errorf("said %q", w.said)
	}
}

// TestLedgerOnAFullDisk: where the ledger cannot be written, it is said, and nothing
// else is changed.
func TestLedgerOnAFullDisk(t *testing.T) {
	full := errors.New("no space left")
	w := newModel(t, twoPlain)
	w.key(ciID, ciText)
	ctx := t.Context()
	w.must(importing("ci")(ctx, w.keeper()), addingDevice(seed)(ctx, w.keeper()))
	before, err := os.ReadFile(w.credentials())
	w.must(err)
	w.key(ci2ID, ci2Text)
	for name, do := range map[string]func(context.Context, *Keeper) error{
		"import": importing("ci2"), "release": releasing("ci"), "remove": removing("ci"), "add": adding("new", ci2ID, ci2Text), "rotate": w.rotating,
		"add a device": addingDevice("OTHER"), "remove a device": removingDevice,
	} {
		k := w.keeper()
		k.Write = func(string, []byte) error { return full }
		if err := do(ctx, k); !errors.Is(err, full) {
			t.Errorf("%s: %v", name, err)
		}
		if after, err := os.ReadFile(w.credentials()); err != nil || string(after) != string(before) || w.made > 0 {
			t.Errorf("%s: changed: %s", name, after)
		}
		w.keeps(t, name)
		w.works(name)
		if text, err := k.MFASecret(ctx, device); err != nil || text.Reveal() != seed {
			t.Errorf("%s: the MFA secret is %q, %v", name, text.Reveal(), err)
		}
	}
}

// TestOldCopyIsTheLastChoice: of two copies the one that the ledger names is read, and
// one that is to be removed only where there is no other.
func TestOldCopyIsTheLastChoice(t *testing.T) {
	w := newModel(t, "")
	w.key(ciID, ciText)
	ctx := t.Context()
	_, err := w.keeper().Add(ctx, "ci", program, ciID, secret.New("mistyped"), true)
	w.isDown = true
	w.must(err, adding("ci", ciID, ciText)(ctx, w.keeper()))
	w.isDown = false
	if text, err := w.keeper().Secret(ctx, ciID); err != nil || text.Reveal() != ciText || len(w.held()[keyPrefix+ciID]) != 2 {
		t.Errorf("%q %v of %v", text.Reveal(), err, w.held())
	}
	w.must(w.keeper().Vault.Delete(keyPrefix + ciID))
	if text, err := w.keeper().Secret(ctx, ciID); err != nil || text.Reveal() != "mistyped" {
		t.Errorf("%q %v", text.Reveal(), err)
	}
}

// TestOneTrial: a key of several profiles is tried once.
func TestOneTrial(t *testing.T) {
	w := newModel(t, onePlainTwice)
	w.key(ciID, ciText)
	err, _ := w.run(func(k *Keeper) error { return importing("ci", "ci2")(t.Context(), k) })
	tries := slices.DeleteFunc(slices.Clone(w.steps), func(step string) bool { return !strings.HasPrefix(step, "try") })
	if err != nil || len(tries) != 1 {
		t.Errorf("%v; %q", err, tries)
	}
}

// TestReleaseOfWhatIsBack: a key that somebody has put back into the file by hand
// leaves the key store with the release.
func TestReleaseOfWhatIsBack(t *testing.T) {
	w := newModel(t, onePair)
	w.key(ciID, ciText)
	w.must(importing("ci")(t.Context(), w.keeper()), os.WriteFile(w.credentials(), []byte(onePair), 0o600), os.WriteFile(w.config(), []byte(typical), 0o600))
	w.must(releasing("ci")(t.Context(), w.keeper()))
	if len(w.held()) > 0 {
		t.Errorf("%v", w.held())
	}
	w.works("back")
}
