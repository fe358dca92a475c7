package keys

import (
	"context"
	"errors"
	"strings"
	"testing"

	"guise/awsapi"
	"guise/internal/secret"
)

// forgetful is an OS keyring that says it has stored a secret, and has another one.
type forgetful struct {
	ring
	stored secret.Text
}

func (f forgetful) Set(name string, _ secret.Text) error { return f.ring.Set(name, f.stored) }

// TestStoreThatForgets: a secret leaves the file only where the store gives it back as
// it was.
func TestStoreThatForgets(t *testing.T) {
	for name, command := range map[string]func(context.Context, *Keeper) error{"import": importing("ci"), "add": adding("new", ciID, ciText), "mfa add": addingDevice(seed)} {
		w := newModel(t, onePair)
		w.key(ciID, ciText)
		k := w.keeper()
		k.Keyring = forgetful{ring{w}, secret.New("something else")}
		if err := command(t.Context(), k); err == nil || !strings.Contains(err.Error(), "did not give back") {
			t.Errorf("%s: %v", name, err)
		}
		if text, err := w.secretOf("ci"); err != nil || text != ciText {
			t.Errorf("%s: ci has %q, %v", name, text, err)
		}
	}
}

// meddled is AWS where somebody makes a rotation's new key inactive at once.
type meddled struct{ iam }

func (m meddled) AccessKeys(ctx context.Context) ([]awsapi.AccessKey, error) {
	all, err := m.iam.AccessKeys(ctx)
	for i := range all {
		all[i].Active = all[i].Active && !strings.HasPrefix(all[i].ID, "AKIAMADE")
	}
	return all, err
}

// TestRotateNeedsTheNewKey: the old key stays at AWS while the new one is not active.
func TestRotateNeedsTheNewKey(t *testing.T) {
	w := newModel(t, onePair)
	w.key(ciID, ciText)
	k := w.keeper()
	w.must(importing("ci")(t.Context(), k))
	_, err := k.Rotate(t.Context(), "ci", func(context.Context) (IAM, error) { return meddled{iam{w}}, nil })
	if err == nil || !strings.Contains(err.Error(), "is not active") || w.aws[ciID] != ciText || !w.active[ciID] {
		t.Errorf("%v; AWS has %q", err, w.user)
	}
	w.must(w.rotating(t.Context(), k))
	if w.aws[ciID] != "" || len(w.user) != 1 {
		t.Errorf("AWS has %q", w.user)
	}
}

// TestRotateAfterTwoFaults: the keyring has stored the new key and its answer was lost,
// so that the key is deleted at AWS again; guise is killed at that very call. The next
// run makes another.
func TestRotateAfterTwoFaults(t *testing.T) {
	start := newModel(t, onePair)
	start.key(ciID, ciText)
	start.must(importing("ci")(t.Context(), start.keeper()))
	w := start.clone(t)
	w.must(w.rotating(t.Context(), w.keeper()))
	stores := 0
	for i, step := range w.steps {
		if strings.HasPrefix(step, "keyring: set access-key:AKIAMADE") {
			stores = i + 1
		}
	}
	if stores == 0 {
		t.Fatalf("no step stores the new key: %q", w.steps)
	}
	w = start.clone(t)
	w.at, w.how = stores, lost
	err, died := w.run(func(k *Keeper) error {
		_, err := k.Rotate(t.Context(), "ci", func(context.Context) (IAM, error) { return deadly{iam{w}}, nil })
		return err
	})
	if !died {
		t.Fatalf("nothing was deleted again: %v", err)
	}
	if err, _ := w.run(func(k *Keeper) error { return w.rotating(t.Context(), k) }); err != nil {
		t.Fatal(err)
	}
	if text, err := w.secretOf("ci"); err != nil || len(w.user) != 1 || w.aws[w.user[0]] != text {
		t.Errorf("ci has %q (%v), and AWS %q", text, err, w.user)
	}
}

// deadly is AWS that guise does not outlive a deletion at.
type deadly struct{ iam }

func (d deadly) DeleteAccessKey(ctx context.Context, id string) error {
	_ = d.iam.DeleteAccessKey(ctx, id)
	d.w.dead = true
	panic(death{})
}

// TestProofNamesSomebody: an answer of AWS that names nobody proves no key.
func TestProofNamesSomebody(t *testing.T) {
	for name, command := range map[string]func(context.Context, *Keeper) error{"import": importing("ci"), "add": adding("new", ciID, ciText)} {
		w := newModel(t, onePair)
		w.key(ciID, ciText)
		k := w.keeper()
		k.Try = func(context.Context, string, string, secret.Text) (string, error) { return "", nil }
		if err := command(t.Context(), k); !errors.As(err, new(*NotWorkingError)) || len(w.ring) > 0 {
			t.Errorf("%s: %v, and %q is stored", name, err, w.ring)
		}
	}
}
