package cache

import (
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"guise/internal/custody"
)

// What guise wrote in November 2026: the key, an entry "a-session" and a refusal of that
// name, with these bytes in their files.
const (
	formatKey     = "e097193a4ac990f9fae18453b53e35aa7bf744de0a7fad716d5a2ea43e77fb99"
	formatEntry   = "6775697365310000000083abfb25ba8739503530fc810e603dfaecb22388f70aecdee08f2fbf6aa3a37f27a7faebad0b4dbb3950616ef62fb6f235e0f77d6b78"
	formatRefusal = "6775697365310000000069f898507b891a37948bb1d7de13f2092516a1ce5c4ca15dffa8f5935fb4325826cafee444b33a8b3c58337acf5052cff0a228af984a95e3ec86eff4cf3a6e7b7c5e743f1a19e4f4bbf2f134"
)

// TestFormat: a cache of an earlier guise is read, from the same files.
func TestFormat(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		data, err := hex.DecodeString(text)
		path := filepath.Join(dir, name)
		if err := errors.Join(err, os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, data, 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	write("key", formatKey)
	write("sessions/a-session", formatEntry)
	write("locks/a-session.refused", formatRefusal)
	end := time.Date(2040, 1, 2, 3, 4, 5, 0, time.UTC)
	at := end.Add(-time.Second)
	s := Open(dir, &custody.SealingKey{Dir: dir, Prefer: "file"}, func() time.Time { return at })
	if got, ok := s.Get("a-session"); !ok || string(got) != `{"AccessKeyId":"ASIA"}` {
		t.Errorf("the entry: %q %v", got, ok)
	}
	if all, err := s.List(); err != nil || len(all) != 1 || !all[0].Expires.Equal(end) || !all[0].Fresh || !all[0].Readable {
		t.Errorf("%+v %v", all, err)
	}
	if why, when, ok := s.Refusal("a-session"); !ok || string(why) != "why" || !when.Equal(time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)) {
		t.Errorf("the refusal: %q %v %v", why, when, ok)
	}
	at = end
	if _, ok := s.Get("a-session"); ok {
		t.Error("it is served at its end")
	}
}
