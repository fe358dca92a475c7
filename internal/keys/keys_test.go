package keys

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"guise/internal/await"
	"guise/internal/files"
	"guise/internal/secret"
)

// TestNewerLedger: it is left alone, keys are read without it, and nothing is changed.
func TestNewerLedger(t *testing.T) {
	w := newModel(t, twoPlain)
	w.key(ciID, ciText)
	ctx, k := t.Context(), w.keeper()
	w.must(importing("ci")(ctx, k))
	newer := `{"version": 2, "anything": []}`
	w.must(os.WriteFile(k.ledgerPath(), []byte(newer), 0o600))
	if text, err := k.Secret(ctx, ciID); err != nil || text.Reveal() != ciText {
		t.Errorf("%q %v", text.Reveal(), err)
	}
	for _, err := range []error{importing("ci2")(ctx, k), releasing("ci")(ctx, k), removing("ci")(ctx, k), adding("new", ciID, ciText)(ctx, k), k.Settle(ctx)} {
		if !errors.As(err, new(*NewerError)) {
			t.Errorf("%v", err)
		}
	}
	if data, err := os.ReadFile(k.ledgerPath()); err != nil || string(data) != newer || len(w.ring) != 1 {
		t.Errorf("%s %v %v", data, err, w.ring)
	}
}

// TestNoLedger: what is not a ledger is neither read as an empty one nor written over.
func TestNoLedger(t *testing.T) {
	for _, text := range []string{
		"", "{}", "null", "[]", `{"version":0}`, `{"version":-1}`, `{"secrets":{}}`, `{"version":1`, `{"version":1,"secrets":{"access-key:A":null}}`,
		`{"version":1,"secrets":{"access-key:A":{"in":["cellar"]}}}`, `{"version":1,"secrets":{"access-key:A":{"remove_from":["cellar"]}}}`,
		`{"version":1,"rotations":{"ci":null}}`, `{"version":1,"rotations":{"ci":{"new":"A"}}}`,
	} {
		w := newModel(t, twoPlain)
		w.key(ciID, ciText)
		k := w.keeper()
		w.must(os.MkdirAll(k.Dir, 0o700), os.WriteFile(k.ledgerPath(), []byte(text), 0o600))
		for _, err := range []error{importing("ci")(t.Context(), k), k.Settle(t.Context())} {
			if err == nil || !strings.Contains(err.Error(), "cannot be read") {
				t.Errorf("%s: %v", text, err)
			}
		}
		if is, err := os.ReadFile(k.ledgerPath()); err != nil || string(is) != text || len(w.held()) > 0 {
			t.Errorf("%s became %s, %v", text, is, err)
		}
	}
}

// TestBeforeTheLedger: what an earlier guise has stored is found, and where a store
// that may have it does not answer, it is not said to be gone.
func TestBeforeTheLedger(t *testing.T) {
	w := newModel(t, twoPlain)
	w.key(ciID, ciText)
	ctx, k := t.Context(), w.keeper()
	w.must(importing("ci")(ctx, k), os.Remove(k.ledgerPath()))
	w.ring[devicePrefix+device] = seed
	w.must(os.WriteFile(filepath.Join(k.Dir, devicesFile), []byte(`["`+device+`"]`), 0o600))
	if got := k.Devices(); !slices.Equal(got, []string{device}) {
		t.Errorf("%q", got)
	}
	w.isDown = true
	for _, err := range []error{removing("ci")(ctx, k), removingDevice(ctx, k)} {
		if !errors.As(err, new(*PendingError)) {
			t.Errorf("%v", err)
		}
	}
	w.isDown = false
	if err := k.Settle(ctx); err != nil || len(w.ring) != 0 || len(k.Devices()) != 0 {
		t.Errorf("%v %v", err, w.ring)
	}
}

// TestUnchecked: what was not tried replaces nothing that works.
func TestUnchecked(t *testing.T) {
	w := newModel(t, "")
	w.key(ciID, ciText)
	ctx, k := t.Context(), w.keeper()
	add := func(profile, text string) error {
		_, err := k.Add(ctx, profile, program, ciID, secret.New(text), true)
		return err
	}
	w.must(add("a", ciText), add("b", ciText))
	if err := add("c", "mistyped"); !errors.As(err, new(*OtherValueError)) || !strings.Contains(err.Error(), "has another value") || w.ring[keyPrefix+ciID] != ciText {
		t.Errorf("%v", err)
	}
	w.isDown = true
	if err := add("c", "mistyped"); !errors.As(err, new(*OtherValueError)) || !strings.Contains(err.Error(), "may have another value") || len(w.held()[keyPrefix+ciID]) != 1 {
		t.Errorf("the keyring cannot be asked: %v", err)
	}
}

// TestOtherFiles: a key that the profiles of other AWS files use stays for them.
func TestOtherFiles(t *testing.T) {
	w := newModel(t, twoPlain)
	w.key(ciID, ciText)
	ctx := t.Context()
	w.must(importing("ci")(ctx, w.keeper()))
	other := w.keeper()
	other.Config, other.Credentials = filepath.Join(w.dir, "config2"), filepath.Join(w.dir, "credentials2")
	for from, to := range map[string]string{w.config(): other.Config, w.credentials(): other.Credentials} {
		data, err := os.ReadFile(from)
		w.must(err, os.WriteFile(to, data, 0o600))
	}
	w.must(removing("ci")(ctx, w.keeper())) // nobody knows of the copy
	if len(w.ring) != 0 {
		t.Errorf("%v", w.ring)
	}
	w = newModel(t, "")
	w.key(ciID, ciText)
	other = w.keeper()
	other.Config = filepath.Join(w.dir, "config2")
	other.Rewrite = nil
	w.must(adding("ci", ciID, ciText)(ctx, w.keeper()))
	data, err := os.ReadFile(w.config())
	w.must(err, os.WriteFile(other.Config, data, 0o600))
	w.must(adding("ci", ciID, ciText)(ctx, other)) // the ledger knows of both files
	r, err := w.keeper().Remove(ctx, "ci")
	if err != nil || len(r.Others) != 1 || w.ring[keyPrefix+ciID] != ciText {
		t.Errorf("%+v %v %v", r, err, w.ring)
	}
}

// TestWaitsWithAWord: who waits for another says so, and stops when asked to.
func TestWaitsWithAWord(t *testing.T) {
	w := newModel(t, "")
	k := w.keeper()
	w.must(os.MkdirAll(k.Dir, 0o700))
	path := filepath.Join(k.Dir, lockFile)
	held, err := files.Acquire(path)
	w.must(err, os.WriteFile(path, []byte("4711\n"), 0o600))
	ctx, cancel := context.WithCancel(t.Context())
	k.Say = func(line string) {
		if !strings.Contains(line, "pid 4711") {
			t.Error(line)
		}
		cancel()
	}
	defer debug.SetGCPercent(debug.SetGCPercent(-1)) // which would release a lock that nobody has
	ended := make(chan error, 1)
	go func() { ended <- k.Settle(ctx) }()
	within := func(want error) {
		t.Helper()
		select {
		case err := <-ended:
			if !errors.Is(err, want) {
				t.Error(err)
			}
		case <-time.After(time.Minute):
			t.Fatal("it waits without a word, or for ever")
		}
	}
	within(context.Canceled)
	// The lock, when it came too late, went to the next, who leaves its number there.
	held.Release()
	await.That(t, "nobody waits for the lock any more", func() bool {
		all := make([]byte, 1<<20)
		return !bytes.Contains(all[:runtime.Stack(all, true)], []byte("(*Keeper).lock"))
	})
	go func() { ended <- w.keeper().Settle(t.Context()) }()
	within(nil)
	if data, err := os.ReadFile(path); err != nil || strings.TrimSpace(string(data)) != strconv.Itoa(os.Getpid()) {
		t.Errorf("%q %v", data, err)
	}
}
