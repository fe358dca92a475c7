package cmd

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"guise/internal/awsenv"
	"guise/internal/printable"
	"guise/shell"
)

// FuzzState: whatever a terminal hands over as its state, `off` writes a script that
// changes the variables of a switch and the hook's own, each once in a line, or fails
// and writes nothing.
func FuzzState(f *testing.F) {
	for _, s := range []shell.State{
		{},
		{Profile: "$(x) 'é", Before: map[string]string{varRegion: "r", "PATH": "/tmp"}, Removed: []string{"AWS_X"}},
		{Before: map[string]string{varProfile: "a\nb"}},
		{Previous: "\x1b]0;x\x07", Before: map[string]string{}, Region: "';x;'", Removed: []string{"\x1b[2J"}},
	} {
		data, err := json.Marshal(s)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add([]byte(`{"Before":{"AWS_PROFILE":5}}`))
	f.Add([]byte("null"))
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, dialect := range []string{"bash", "zsh", "fish"} {
			state := base64.RawURLEncoding.EncodeToString(data)
			w, out, said := here(t, map[string]string{"GUISE_STATE": state, "GUISE_SHELL": dialect}, "off")
			code := Main(w)
			for line := range strings.Lines(said.String()) {
				if text := strings.TrimSuffix(line, "\n"); !printable.Text(text) {
					t.Fatalf("said: %q", line)
				}
			}
			if code != exitDone {
				if out.Len() > 0 || !strings.HasPrefix(said.String(), "guise: off: ") {
					t.Fatalf("%d: %q, %q", code, out, said)
				}
				continue
			}
			if out.Len() == 0 {
				continue // nothing to undo
			}
			names := append([]string{varProfile, awsenv.DefaultProfile, varRegion, varDefaultRegion}, "__guise_profile", "__guise_segment", "__guise_status", "__guise_state")
			lines := slices.Collect(strings.Lines(out.String()))
			if len(lines) != len(names) {
				t.Fatalf("%q", out)
			}
			for i, line := range lines {
				if !strings.Contains(line, names[i]) {
					t.Fatalf("%q is to be about %s", line, names[i])
				}
			}
		}
	})
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
		w, _, _ := here(t, nil)
		a := newApp(w)
		if err := os.MkdirAll(a.State, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(a.historyFile(), data, 0o600); err != nil {
			t.Fatal(err)
		}
		before := a.history()
		if !json.Valid(data) && len(before.Uses)+len(before.Declined) > 0 {
			t.Fatalf("%q: %+v", data, before)
		}
		name = strings.ToValidUTF8(name, "?") // as JSON has it
		a.noteUse(name)
		a.decline(name)
		after := a.history()
		if u := after.Uses[name]; u.Count != before.Uses[name].Count+1 || u.Last.IsZero() || !a.declined(name) {
			t.Fatalf("%q: %+v", data, after)
		}
		others := maps.Clone(before.Uses)
		maps.Copy(others, map[string]uses{name: after.Uses[name]})
		if !reflect.DeepEqual(after.Declined, append(before.Declined, name)) || len(others) != len(after.Uses) {
			t.Fatalf("%+v became %+v", before, after)
		}
		for other, u := range others {
			if is := after.Uses[other]; is.Count != u.Count || !is.Last.Equal(u.Last) {
				t.Fatalf("%q: %+v became %+v", other, u, is)
			}
		}
		if data, err := os.ReadFile(a.historyFile()); err != nil || !json.Valid(bytes.TrimSpace(data)) {
			t.Fatalf("%q: %v", data, err)
		}
	})
}
