//go:build unix

package e2e

import (
	"strings"
	"testing"
)

// TestImportTellsWhereKeysAre: before and after, and also where the same key can
// still be read.
func TestImportTellsWhereKeysAre(t *testing.T) {
	w, _ := vaultWorld(t)
	before := w.read(".aws/credentials")
	id, text := idIn(before, "ci"), secretOf(before, "ci")
	last := id[len(id)-4:]
	w.write(".aws/credentials", before+"\n[ci2]\naws_access_key_id = "+id+"\naws_secret_access_key = "+text+"\n")
	s := w.open(nil, "guise", "keys", "import", "ci")
	s.See("move the access key …" + last + " of ci from the file to the vault")
	s.Type("y\r")
	s.See("guise manages 1 profile now; the access key …" + last + " of ci is in the vault, and no longer in the file")
	s.See("`guise release ci` undoes it")
	s.See("still readable in the file, as ci2: guise keys import ci2")
	if code := s.Exit(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	got := w.guise("release", "ci", "--yes")
	if got.code != 0 || !strings.Contains(got.err, "released 1 profile; the access key …"+last+" of ci is in the file again, readable") {
		t.Errorf("%+v", got)
	}
}
