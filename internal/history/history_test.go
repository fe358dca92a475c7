package history

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestWeight: a profile weighs more the more often and the more lately it was taken.
func TestWeight(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	week := 7 * 24 * time.Hour
	for _, c := range []struct{ more, less use }{
		{use{2, now}, use{1, now}},
		{use{1, now}, use{1, now.Add(-time.Hour)}},
		{use{3, now.Add(-week)}, use{1, now}},
		{use{1, now}, use{3, now.Add(-2 * week)}},
		{use{1, now.Add(-50 * week)}, use{}},
	} {
		h := &History{kept: kept{Uses: map[string]use{"more": c.more, "less": c.less}}}
		if more, less := h.Weight("more", now), h.Weight("less", now); more <= less {
			t.Errorf("%+v: %g, %+v: %g", c.more, more, c.less, less)
		}
	}
}

// TestHistory: what one process has noted, the next one reads; in a folder that is not
// there yet too.
func TestHistory(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state", "guise")
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	h := Read(dir)
	if h.Declined("dev") || !h.Last("prod").IsZero() || h.Weight("prod", at) != 0 {
		t.Errorf("%+v", h)
	}
	h.Take("prod", at.Add(-time.Hour))
	h.Take("prod", at)
	h.Decline("dev")
	for _, h := range []*History{h, Read(dir)} {
		if !h.Declined("dev") || h.Declined("prod") || !h.Last("prod").Equal(at) || h.Weight("prod", at) != 2 {
			t.Errorf("%+v", h)
		}
	}
	if info, err := os.Stat(filepath.Join(dir, "history.json")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
}

// TestNowhere: a history that cannot be written is passed over.
func TestNowhere(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	h := Read(filepath.Join(file, "state"))
	h.Take("prod", time.Now())
	if h.Last("prod").IsZero() || !Read(filepath.Join(file, "state")).Last("prod").IsZero() {
		t.Error("it is noted in this process alone")
	}
}

// FuzzHistory: whatever the history's file holds, a use counts one more and a no is
// remembered, and nothing else is changed. What is no history counts as none.
func FuzzHistory(f *testing.F) {
	for _, text := range []string{
		`{"Uses":{"prod":{"Count":3,"Last":"2026-01-02T03:04:05Z"}},"Declined":["x"]}`, `{"Uses":{"prod":{"Count":9223372036854775807,"Last":"9999-12-31T23:59:59.999999999-23:59"}}}`,
		`{"Uses":null}`, `{"Uses":[]}`, `{"Declined":["prod","prod",""]}`, "null", "[]", "", `{"Uses":{"prod":{"Count":-1}}}`,
	} {
		f.Add([]byte(text), "prod")
	}
	f.Fuzz(func(t *testing.T, data []byte, name string) {
		dir := t.TempDir()
		path := filepath.Join(dir, "history.json")
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		before := Read(dir).kept
		if !json.Valid(data) && len(before.Uses)+len(before.Declined) > 0 {
			t.Fatalf("%q: %+v", data, before)
		}
		name = strings.ToValidUTF8(name, "?") // as JSON has it
		Read(dir).Take(name, time.Now())
		Read(dir).Decline(name)
		h := Read(dir)
		after := h.kept
		if u := after.Uses[name]; u.Count != before.Uses[name].Count+1 || u.Last.IsZero() || !h.Declined(name) {
			t.Fatalf("%q: %+v", data, after)
		}
		others := maps.Clone(before.Uses)
		others[name] = after.Uses[name]
		if !reflect.DeepEqual(after.Declined, append(slices.Clone(before.Declined), name)) || len(others) != len(after.Uses) {
			t.Fatalf("%+v became %+v", before, after)
		}
		for other, u := range others {
			if is := after.Uses[other]; is.Count != u.Count || !is.Last.Equal(u.Last) {
				t.Fatalf("%q: %+v became %+v", other, u, is)
			}
		}
		if data, err := os.ReadFile(path); err != nil || !json.Valid(bytes.TrimSpace(data)) {
			t.Fatalf("%q: %v", data, err)
		}
	})
}
