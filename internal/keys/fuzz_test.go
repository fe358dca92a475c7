package keys

import (
	"bytes"
	"os"
	"testing"
)

// FuzzLedger: whatever the ledger's file holds, who only looks gets an answer, and what
// is no ledger, or a newer one, is not written over. One that is read says the same
// after it was written.
func FuzzLedger(f *testing.F) {
	for _, text := range []string{
		`{"version":1,"secrets":{"access-key:AKIA1":{"in":["keyring"],"profile":"ci","files":[{"config":"c","credentials":"d"}]},"totp:x":{"remove_from":["vault"],"begun":true}},"rotations":{"ci":{"old":"AKIA1","making":"2026-01-02T03:04:05Z"}}}`,
		`{"version":2}`, `{"version":0}`, `{}`, `null`, `[]`, ``, `{"version":1,"secrets":null,"rotations":{"":{}}}`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		w := newModel(t, "")
		k := w.keeper()
		path := k.ledgerPath()
		w.must(os.MkdirAll(k.Dir, 0o700), os.WriteFile(path, data, 0o600))
		_, _ = k.Unfinished()
		k.Devices()
		k.HasDevice("x")
		_, _ = k.Removal("AKIA1")
		_, _ = k.Secret(t.Context(), "AKIA1")
		l, err := k.load()
		if err != nil {
			err := k.Settle(t.Context())
			if is, _ := os.ReadFile(path); err == nil || !bytes.Equal(is, data) {
				t.Fatalf("%s became %s: %v", data, is, err)
			}
			return
		}
		w.must(k.save(l))
		once, err := os.ReadFile(path)
		w.must(err)
		again, err := k.load()
		w.must(err, k.save(again))
		if twice, _ := os.ReadFile(path); !bytes.Equal(once, twice) {
			t.Fatalf("%s, and then %s", once, twice)
		}
		_ = k.Settle(t.Context())
	})
}
