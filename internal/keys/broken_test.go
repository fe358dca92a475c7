package keys

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"guise/internal/awsconfig"
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
		if err := command(t.Context(), k); err == nil || !strings.Contains(err.Error(), "did not return") {
			t.Errorf("%s: %v", name, err)
		}
		if text, err := w.secretOf("ci"); err != nil || text != ciText {
			t.Errorf("%s: ci has %q, %v", name, text, err)
		}
		if len(w.ring) > 0 {
			t.Errorf("%s: %q is left", name, w.ring)
		}
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

// TestFilesThatGoMeanwhile: a secret stays where the other files that use it go away
// after guise has looked, in the middle of a change.
func TestFilesThatGoMeanwhile(t *testing.T) {
	w := newModel(t, onePair)
	w.key(ciID, ciText)
	second := w.second()
	w.must(importing("ci")(t.Context(), w.keeper()), importing("there")(t.Context(), second))
	_, err := w.keeper().Return(t.Context(), []string{"ci"}, func(f *awsconfig.Files, fetch FetchFunc) error {
		w.away(filepath.Dir(second.Config))
		return f.Release([]string{"ci"}, awsconfig.ReleaseOptions{Fetch: fetch})
	})
	if !errors.As(err, new(*UnseenError)) || len(w.held()[keyPrefix+ciID]) != 1 {
		t.Errorf("%v, and %v is stored", err, w.held())
	}
}
