package custody

import (
	"bytes"
	"encoding/base64"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/zalando/go-keyring"
)

// TestForgottenWhileAway: a copy that the keyring has and does not answer for is named,
// not used again, and removed when the keyring answers.
func TestForgottenWhileAway(t *testing.T) {
	for _, by := range []struct {
		what    string
		removes func(*SealingKey) error
	}{
		{"settling", (*SealingKey).Settle},
		{"the next look for a key", func(k *SealingKey) error {
			_ = k.kernel().remove()
			if _, err := k.Key(false); !errors.Is(err, ErrNoKey) {
				return errors.Join(errors.New("there is a key"), err)
			}
			return nil
		}},
		{"forgetting again", (*SealingKey).Forget},
	} {
		t.Run(by.what, func(t *testing.T) {
			r, dir := newRing(), t.TempDir()
			k := &SealingKey{Dir: dir, Prefer: "auto", Keyring: r.keyring}
			t.Cleanup(func() { _ = k.Forget() })
			old, err := k.Key(true)
			if err != nil {
				t.Fatal(err)
			}
			r.away = true
			err = k.Forget()
			if !isStill(err) || !errors.Is(err, ErrUnavailable) {
				t.Fatalf("forgotten while it did not answer: %v", err)
			}
			if !k.toRemove() {
				t.Error("nothing is to be removed")
			}
			if err := k.Settle(); !isStill(err) {
				t.Errorf("settled while it does not answer: %v", err)
			}
			if next, err := k.Key(true); err != nil || bytes.Equal(next, old) {
				t.Errorf("the next key: %v, the old one: %v", err, bytes.Equal(next, old))
			}

			r.away = false
			if err := by.removes(k); err != nil {
				t.Error(err)
			}
			if _, err := keyring.Get("guise", k.name()); err == nil {
				t.Error("the keyring has it still")
			}
			if k.toRemove() {
				t.Error("it is to be removed still")
			}
			_ = k.Forget()
			if _, err := k.Key(true); err != nil {
				t.Fatal(err)
			}
			if err := k.Settle(); err != nil || !strings.HasPrefix(r.held(dir), "keyring") {
				t.Errorf("settled with nothing to settle: %v, the key is in %q", err, r.held(dir))
			}
		})
	}
}

func isStill(err error) bool { return errors.As(err, new(*StillStoredError)) }

// TestForgottenWhereNoneWas: a keyring that does not answer has a copy only if one was
// put there: by this guise, or by an earlier one, which left no note.
func TestForgottenWhereNoneWas(t *testing.T) {
	r := newRing()
	r.away = true
	k := &SealingKey{Dir: t.TempDir(), Prefer: "auto", Keyring: r.keyring}
	if _, err := k.Key(true); err != nil {
		t.Fatal(err)
	}
	if err := k.Forget(); err != nil || k.toRemove() {
		t.Errorf("the keyring never had one: %v", err)
	}
	asked := &SealingKey{Dir: t.TempDir(), Prefer: "keyring", Keyring: r.keyring}
	if err := asked.Forget(); !isStill(err) {
		t.Errorf("the key is the keyring's by the settings, and nobody knows: %v", err)
	}

	earlier := &SealingKey{Dir: t.TempDir(), Prefer: "auto", Keyring: r.keyring}
	t.Cleanup(func() { _ = earlier.kernel().remove() })
	r.away = false
	if err := keyring.Set("guise", earlier.name(), base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{7}, 32))); err != nil {
		t.Fatal(err)
	}
	if _, err := earlier.Key(false); err != nil {
		t.Fatal(err)
	}
	r.away = true
	if err := earlier.Forget(); !isStill(err) {
		t.Errorf("an earlier guise's copy: %v", err)
	}
}

// TestNoteThatCannotBeWritten: the keyring gets no key of which nobody would know.
func TestNoteThatCannotBeWritten(t *testing.T) {
	r, dir := newRing(), t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, noteName, "in the way"), 0o700); err != nil {
		t.Fatal(err)
	}
	k := &SealingKey{Dir: dir, Prefer: "keyring", Keyring: r.keyring}
	if _, err := k.Key(true); err == nil {
		t.Error("no error")
	}
	if held := r.held(dir); held != "" {
		t.Errorf("a key is in %q", held)
	}
	if err := k.Forget(); err == nil {
		t.Error("the note cannot be removed, and nothing is said")
	}
	under := filepath.Join(dir, "file")
	if err := os.WriteFile(under, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := (&SealingKey{Dir: filepath.Join(under, "cache"), Prefer: "keyring", Keyring: r.keyring}).Key(true); err == nil {
		t.Error("no error where there is no folder for the note")
	}
}
