package adoption

import (
	"strings"
	"testing"

	"guise/internal/awsconfig"
)

// TestWords: access keys are named while a line holds their names, and counted then.
func TestWords(t *testing.T) {
	for _, c := range []struct {
		names string
		o     Options
		want  string
		done  string
	}{
		{"a", Options{}, "move the access key …KEYa of a from the file to the vault, and have guise manage 1 profile", "guise manages 1 profile now; the access key …KEYa of a is in the vault, and no longer in the file; `guise release a` undoes it"},
		{"a b", Options{}, "move the access keys of a, b from the file to the vault, and have guise manage 2 profiles", "guise manages 2 profiles now; the access keys of a, b are in the vault, and no longer in the file; `guise release a b` undoes it"},
		{"a b", Options{KeepKeys: true}, "have guise manage 2 profiles, and move the access keys of a, b to a section of the same file", "guise manages 2 profiles now; the access keys of a, b are in a section of the same file, readable; `guise release a b` undoes it"},
		{"a b c d", Options{}, "move the access keys of a, b, c, d from the file to the vault, and have guise manage 4 profiles", "guise manages 4 profiles now; the access keys of a, b, c, d are in the vault, and no longer in the file; `guise release a b c d` undoes it"},
		{"a b c d e", Options{}, "move the access keys of 5 profiles from the file to the vault, and have guise manage 5 profiles", "guise manages 5 profiles now; the access keys of 5 profiles are in the vault, and no longer in the file"},
		{"a b", Options{All: true}, "move the access keys of a, b from the file to the vault, and have guise manage 2 profiles", "guise manages 2 profiles now; the access keys of a, b are in the vault, and no longer in the file; `guise release --all` undoes it"},
	} {
		credentials, names := "", strings.Fields(c.names)
		for _, name := range names {
			credentials += "[" + name + "]\naws_access_key_id = THEKEY" + name + "\naws_secret_access_key = s\n"
		}
		w := newWorld(t, "", credentials)
		x := adoption{Adopter: w.adopter(), Options: c.o, names: names, moving: keysIn(w.files(), names, awsconfig.KeysPlain)}
		if got := x.question(); got != c.want {
			t.Errorf("%q", got)
		}
		if got := x.done().Done; got != c.done {
			t.Errorf("%q", got)
		}
	}
}
