package keys

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"guise/internal/awsconfig"
	"guise/internal/custody"
)

func always(string, int) error { return nil }

// TestRotated: it is said which key took the place of which; where nobody could sign
// in, nothing is listed as begun.
func TestRotated(t *testing.T) {
	w, _, rotate := toRotate(t, func(action string, before int) error {
		if action == "open" && before == 0 {
			return errBroken
		}
		return nil
	})
	if err := rotate(w.keeper()); !errors.Is(err, errBroken) || w.isRotating() {
		t.Errorf("%v; listed as begun: %v", err, w.isRotating())
	}
	done, err := w.keeper().Rotate(t.Context(), "ci", func(context.Context) (IAM, error) { return iam{w}, nil })
	if err != nil || done != (Rotated{ciID, w.idOf("ci")}) {
		t.Errorf("%+v %v", done, err)
	}
}

// TestRotateOfBefore: a key that was stored before endpoints were noted is rotated
// where its profile calls.
func TestRotateOfBefore(t *testing.T) {
	w, _, rotate := toRotate(t, always)
	l, err := w.keeper().load()
	w.must(err)
	l.Secrets[keyPrefix+ciID].Endpoints = nil
	w.must(w.keeper().save(l))
	w.liars = map[string]string{"ci": liar}
	if err := rotate(w.keeper()); err != nil || w.idOf("ci") == ciID {
		t.Error(err)
	}
}

// TestRotateWithoutAPlace: no key is made at AWS where it could not be stored, or not
// be noted.
func TestRotateWithoutAPlace(t *testing.T) {
	w, _, rotate := toRotate(t, always)
	w.isDown = true
	if err := rotate(w.keeper()); !errors.Is(err, custody.ErrUnavailable) || w.made > 0 {
		t.Errorf("%v; AWS has %q", err, w.user)
	}
	w, _, rotate = toRotate(t, always)
	k := w.keeper()
	write := k.Write
	k.Write = func(path string, data []byte) error {
		if bytes.Contains(data, []byte(`"making"`)) {
			return errBroken
		}
		return write(path, data)
	}
	if err := rotate(k); !errors.Is(err, errBroken) || w.made > 0 {
		t.Errorf("%v; AWS has %q", err, w.user)
	}
}

// TestRotateWithAMissingSecret: the new key stays at AWS where its store does not
// answer, and where the profile has it already.
func TestRotateWithAMissingSecret(t *testing.T) {
	w, _, rotate := toRotate(t, always)
	_, _ = w.wrong(killed, "first", "try AKIAMADE", func(w *world, k *Keeper) error { return w.rotating(t.Context(), k) })
	w.isDown = true
	if err := rotate(w.keeper()); !errors.Is(err, custody.ErrUnavailable) || len(w.user) != 2 {
		t.Errorf("%v; AWS has %q", err, w.user)
	}
	w.isDown = false
	w.must(rotate(w.keeper()))
	if w.made != 1 {
		t.Errorf("%d keys were made", w.made)
	}

	w, _, rotate = toRotate(t, always)
	_, _ = w.wrong(killed, "first", "IAM: deactivate", func(w *world, k *Keeper) error { return w.rotating(t.Context(), k) })
	w.unfinished("the new key is in use, the old one not deleted")
	delete(w.ring, keyPrefix+w.idOf("ci"))
	if err := rotate(w.keeper()); !errors.Is(err, custody.ErrNotFound) || len(w.user) != 2 {
		t.Errorf("%v; AWS has %q", err, w.user)
	}
}

// TestRotateAndTheStoreStops: a new key that cannot be read is not tried for a minute.
func TestRotateAndTheStoreStops(t *testing.T) {
	w, _, _ := toRotate(t, always)
	began := w.now
	err, _ := w.wrong(unanswering, "last", "keyring: get "+keyPrefix+"AKIAMADE", func(w *world, k *Keeper) error { return w.rotating(t.Context(), k) })
	if !errors.Is(err, custody.ErrUnavailable) || w.now != began || w.idOf("ci") != ciID {
		t.Errorf("%v after %s", err, w.now.Sub(began))
	}
}

// TestRotateDeletesInVain: a new key that could not be stored, and that AWS does not
// delete, is an error of each run, and no other key is made.
func TestRotateDeletesInVain(t *testing.T) {
	denied := refusal("AccessDenied")
	w, _, rotate := toRotate(t, func(action string, _ int) error {
		if action == "delete" {
			return denied
		}
		return nil
	})
	k := w.keeper()
	k.Keyring = deaf{ring{w}}
	if err := rotate(k); err == nil {
		t.Error("stored")
	}
	if err := rotate(w.keeper()); !errors.Is(err, denied) || w.made != 1 {
		t.Errorf("%v; AWS has %q", err, w.user)
	}
}

// TestRotateOnADiskThatFills: that a new key is to be deleted at AWS again is noted
// before. Where it cannot be, and the ledger has the key, that is left to the next run.
func TestRotateOnADiskThatFills(t *testing.T) {
	w, _, rotate := toRotate(t, always)
	k := w.keeper()
	k.Keyring = deaf{ring{w}}
	write := k.Write
	k.Write = func(path string, data []byte) error {
		if bytes.Contains(data, []byte(`"deleting"`)) {
			return errBroken
		}
		return write(path, data)
	}
	if err := rotate(k); err == nil || len(w.user) != 2 || !w.isRotating() {
		t.Errorf("%v; AWS has %q", err, w.user)
	}
	w.must(rotate(w.keeper()))
	if len(w.user) != 1 {
		t.Errorf("AWS has %q", w.user)
	}
}

// TestRotateBesideAKeyInUse: another key of the user's that a profile has is not taken
// for one that an interrupted rotation of an earlier guise has made.
func TestRotateBesideAKeyInUse(t *testing.T) {
	for _, note := range []string{`{"Old":"` + ciID + `"}`, `{"Old":"` + ciID + `","New":"` + ci2ID + `","Making":7}`} {
		w, _, rotate := toRotate(t, always)
		w.key(ci2ID, ci2Text)
		k := w.keeper()
		w.must(adding("two", ci2ID, ci2Text)(t.Context(), k), os.WriteFile(filepath.Join(k.Dir, "rotate-"+hexName("ci")+".json"), []byte(note), 0o600))
		foreign, ok := errors.AsType[*ForeignKeyError](rotate(k))
		if !ok || foreign.ID != ci2ID || !slices.Equal(w.user, []string{ciID, ci2ID}) {
			t.Errorf("%+v; AWS has %q", foreign, w.user)
		}
		w.works(note)
	}
}

// TestRotateOfWhatIsGone: an old key that somebody has deleted meanwhile is not deleted
// once more; one that AWS deleted only when it was asked twice is looked for.
func TestRotateOfWhatIsGone(t *testing.T) {
	var w *world
	gone := func(id string) {
		w.user = slices.DeleteFunc(w.user, func(one string) bool { return one == id })
	}
	w, asked, rotate := toRotate(t, func(action string, before int) error {
		if action == "list" && before == 1 {
			gone(ciID)
		}
		return nil
	})
	if err := rotate(w.keeper()); err != nil || asked["delete"]+asked["deactivate"] > 0 {
		t.Errorf("%v; %v", err, asked)
	}
	w, _, rotate = toRotate(t, func(action string, before int) error {
		switch {
		case action == "delete" && before == 0:
			return refusal("ServiceFailure")
		case action == "list" && before > 2 && !slices.Contains(w.user, ciID):
			w.user = append(w.user, ciID)
		}
		return nil
	})
	if err := rotate(w.keeper()); err == nil || !strings.Contains(err.Error(), "still lists") {
		t.Error(err)
	}
}

// TestForgetRotation: what is left of a rotation whose profile has another key by now
// is removed by the id that the error names.
func TestForgetRotation(t *testing.T) {
	w, _, rotate := toRotate(t, func(action string, _ int) error {
		if action == "create" {
			return errBroken
		}
		return nil
	})
	if err := rotate(w.keeper()); !errors.Is(err, errBroken) {
		t.Error(err)
	}
	w.key(ci2ID, ci2Text)
	_, err := w.rewrite(func(f *awsconfig.Files) error { f.RemoveStoredKey("ci"); return nil })
	w.must(err, adding("ci", ci2ID, ci2Text)(t.Context(), w.keeper()), removing(ciID)(t.Context(), w.keeper()))
	if all, err := w.keeper().Unfinished(); err != nil || len(all) > 0 || len(w.held()) != 1 {
		t.Errorf("%+v %v; %v", all, err, w.held())
	}
}
