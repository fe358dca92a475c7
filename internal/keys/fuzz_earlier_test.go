package keys

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// FuzzEarlier: whatever an earlier guise, which had no ledger, has left in its notes of
// devices and of an interrupted rotation, only devices that it names are listed, and a
// rotation deletes at AWS no key but the profile's own and those that the note names.
func FuzzEarlier(f *testing.F) {
	for _, note := range []string{
		`{"Old":"` + ciID + `","New":"AKIAMADE000000000009","Making":"2026-01-02T03:04:05Z"}`, `{"Old":"` + ci2ID + `","New":"` + ciID + `"}`, `{"Old":"` + ciID + `"}`,
		`{"Old":"` + ciID + `","Making":"2026-01-02T03:04:05Z"}`, `{"old":"","new":""}`, `{"Old":5}`, "null", "[]", "",
	} {
		f.Add([]byte(`["`+device+`",""]`), []byte(note), true)
		f.Add([]byte(`{"a":1}`), []byte(note), false)
	}
	f.Fuzz(func(t *testing.T, devices, data []byte, foreign bool) {
		w := newModel(t, strings.Split(twoPlain, "\n\n")[0]+"\n")
		w.key(ciID, ciText)
		if foreign {
			w.key(ci2ID, ci2Text)
		}
		k := w.keeper()
		w.must(importing("ci")(t.Context(), k), os.Remove(k.ledgerPath()))
		w.must(os.WriteFile(filepath.Join(k.Dir, devicesFile), devices, 0o600), os.WriteFile(filepath.Join(k.Dir, "rotate-"+hexName("ci")+".json"), data, 0o600))
		var serials []string
		known := json.Unmarshal(devices, &serials) == nil
		for _, serial := range k.Devices() {
			if !known || !slices.Contains(serials, serial) {
				t.Fatalf("%q out of %s", serial, devices)
			}
		}
		var note struct{ Old, New string }
		_ = json.Unmarshal(data, &note)
		err, _ := w.run(func(k *Keeper) error { return w.rotating(t.Context(), k) })
		if _, there := w.aws[ci2ID]; foreign && !there && note.Old != ci2ID && note.New != ci2ID {
			t.Fatalf("a key of somebody else's is deleted: %s, %v", data, err)
		}
		id := w.idOf("ci")
		if text, failed := w.secretOf("ci"); note.New != ci2ID && (failed != nil || w.aws[id] != text || !w.active[id]) {
			t.Fatalf("ci does not work: %q has %q, %v; the rotation: %v; the note: %s", id, text, failed, err, data)
		}
	})
}
