package cmd

import (
	"encoding/base64"
	"encoding/json"
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
		{Previous: "\x1b]0;x\x07", Before: map[string]string{awsenv.RegionFor: "';x;'"}, Removed: []string{"\x1b[2J"}},
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
			names := append([]string{varProfile, awsenv.DefaultProfile, varRegion, varDefaultRegion, awsenv.LoadConfig}, "__guise_profile", "__guise_segment", "__guise_status", "__guise_color", "__guise_title", "__guise_state")
			if strings.Contains(out.String(), awsenv.RegionFor) {
				names = slices.Insert(names, 5, awsenv.RegionFor)
			}
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
