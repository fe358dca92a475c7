package keys

import (
	"context"
	"testing"

	"guise/internal/secret"
)

// stopping is a vault whose passphrase is given for one key alone.
type stopping struct{ Vault }

func (s *stopping) Get(ctx context.Context, name string) (secret.Text, error) {
	if name != keyPrefix+ciID {
		return secret.Text{}, errBroken // the passphrase is not given
	}
	return s.Vault.Get(ctx, name)
}

// TestRotateAndThePassphraseIsNotGiven: without an OS keyring, what was never put there is
// not to be removed from there.
func TestRotateAndThePassphraseIsNotGiven(t *testing.T) {
	w, _, rotate := toRotate(t, always)
	w.ring = map[string]string{}
	w.isDown = true
	k := w.keeper()
	w.must(k.Vault.Set(t.Context(), keyPrefix+ciID, secret.New(w.aws[ciID])))
	l, err := k.load()
	w.must(err)
	l.Secrets[keyPrefix+ciID].In = []Place{InVault}
	w.must(k.save(l))
	k.Vault = &stopping{Vault: k.Vault}
	if err := rotate(k); err == nil {
		t.Fatal("rotated")
	}
	all, err := w.keeper().Unfinished()
	w.must(err)
	for _, u := range all {
		if len(u.Pending) > 0 {
			t.Errorf("%+v", u)
		}
	}
}
