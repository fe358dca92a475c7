package keys

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"guise/internal/secret"
)

// untried offers the MFA secret of a device whose codes were not tried.
func untried(text string) func(context.Context, *Keeper) error {
	return func(ctx context.Context, k *Keeper) error {
		_, err := k.AddDevice(ctx, device, "", secret.New(text), false)
		return err
	}
}

// TestDevices: only MFA devices are listed, and it is said where their secrets are.
func TestDevices(t *testing.T) {
	w := newModel(t, onePair)
	w.key(ciID, ciText)
	ctx, k := t.Context(), w.keeper()
	w.must(importing("ci")(ctx, k))
	for _, want := range []Place{InKeyring, InVault} {
		w.isDown = want == InVault
		place, err := k.AddDevice(ctx, device, "", secret.New(seed), true)
		if devices := k.Devices(); err != nil || place != want || !slices.Equal(devices, []string{device}) {
			t.Errorf("%s %v %q", place, err, devices)
		}
	}
	if got := Words([]Place{InKeyring, InVault}); got != "the OS keyring, the vault" {
		t.Error(got)
	}
	// A damaged list of an earlier guise is none.
	w = newModel(t, "")
	k = w.keeper()
	w.must(os.MkdirAll(k.Dir, 0o700), os.WriteFile(filepath.Join(k.Dir, devicesFile), []byte(`["`+device+`", 3]`), 0o600))
	if devices := k.Devices(); len(devices) > 0 {
		t.Errorf("%q", devices)
	}
}

// TestDeviceIsNoKey: an MFA secret is not tried as an access key.
func TestDeviceIsNoKey(t *testing.T) {
	w := newModel(t, "")
	w.must(addingDevice("OLD")(t.Context(), w.keeper()))
	err, _ := w.run(func(k *Keeper) error { return addingDevice(seed)(t.Context(), k) })
	if err != nil || slices.ContainsFunc(w.steps, func(step string) bool { return strings.HasPrefix(step, "try") }) {
		t.Errorf("%v; %q", err, w.steps)
	}
}

// TestDeviceUnderASilentKeyring: where the keyring may have another MFA secret, one
// that was not tried, or is for another endpoint, is not put beside it; where nothing
// is known of one, the vault takes it, whatever the AWS files are like.
func TestDeviceUnderASilentKeyring(t *testing.T) {
	w := newModel(t, "")
	w.liars = map[string]string{"local": liar}
	ctx := t.Context()
	w.must(addingDevice(seed)(ctx, w.keeper()))
	w.isDown = true
	if err := untried("OTHER")(ctx, w.keeper()); !errors.As(err, new(*OtherValueError)) {
		t.Error(err)
	}
	if _, err := w.keeper().AddDevice(ctx, device, "local", secret.New("OTHER"), true); !errors.As(err, new(*KeptError)) {
		t.Error(err)
	}
	if held := w.held()[devicePrefix+device]; !slices.Equal(held, []string{seed}) {
		t.Errorf("%q", held)
	}
	w = newModel(t, "")
	w.isDown = true
	w.must(os.Remove(w.config()), os.Mkdir(w.config(), 0o700), untried(seed)(ctx, w.keeper()))
	if held := w.held()[devicePrefix+device]; !slices.Equal(held, []string{seed}) {
		t.Errorf("%q", held)
	}
}

// TestReplacedInVain: where the new MFA secret cannot be written, the old one stays in
// the store that does not answer.
func TestReplacedInVain(t *testing.T) {
	w := newModel(t, "")
	w.must(addingDevice("OLD")(t.Context(), w.keeper()))
	w.isDown = true
	if err, _ := w.wrong(refused, "first", "vault: set", in(t, addingDevice(seed))); !errors.Is(err, errBroken) {
		t.Error(err)
	}
	w.isDown = false
	w.must(w.keeper().Settle(t.Context()))
	if text, err := w.keeper().MFASecret(t.Context(), device); err != nil || text.Reveal() != "OLD" {
		t.Errorf("%q %v", text.Reveal(), err)
	}
}

// TestKept: the error names what is kept, whose it is, and why.
func TestKept(t *testing.T) {
	w := newModel(t, "")
	w.liars = map[string]string{"one": liar, "two": liar}
	ctx, k := t.Context(), w.keeper()
	w.must(adding("one", ciID, ciText)(ctx, k), addingDevice(seed)(ctx, k))
	_, other := k.AddDevice(ctx, device, "one", secret.New("OTHER"), true)
	for err, want := range map[error]string{
		adding("two", ciID, "other")(ctx, k): "another value for the secret of the access key …0001, stored for one, which works: nothing",
		other:                                "/u, which is for AWS; the one offered is for " + liar,
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, not %s", err, want)
		}
	}
	// What is in no store any more is in nobody's way.
	delete(w.ring, keyPrefix+ciID)
	w.key(ciID, ciText)
	w.must(adding("ci", ciID, ciText)(ctx, k))
	w.keeps(t, "removed by hand")
}

// TestStoredBeforeKilled: wherever the replacing of a copy that nothing notes is
// killed, the next run leaves one copy.
func TestStoredBeforeKilled(t *testing.T) {
	start := newModel(t, onePair)
	start.key(ciID, ciText)
	ctx := t.Context()
	start.isDown = true
	start.must(importing("ci")(ctx, start.keeper()), os.Remove(start.keeper().ledgerPath()))
	start.isDown, start.aws[ciID] = false, "new-secret"
	for at := 1; ; at++ {
		w := start.clone(t)
		w.at, w.how = at, killed
		if _, died := w.run(func(k *Keeper) error { return adding("ci", ciID, "new-secret")(ctx, k) }); !died {
			return
		}
		w.must(adding("ci", ciID, "new-secret")(ctx, w.keeper()))
		if held := w.held()[keyPrefix+ciID]; !slices.Equal(held, []string{"new-secret"}) {
			t.Errorf("killed at step %d: %q", at, held)
		}
	}
}
