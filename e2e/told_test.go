//go:build unix

package e2e

import (
	"encoding/base64"
	"path/filepath"
	"strings"
	"testing"

	"guise/internal/loopback"
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
	if got.code != 0 || !strings.Contains(got.err, "1 profile as before; the access key …"+last+" of ci is in the file again, readable") {
		t.Errorf("%+v", got)
	}
}

// TestAdoptWithoutKeyStore: said before the question, with the command that goes on.
func TestAdoptWithoutKeyStore(t *testing.T) {
	w := newWorld(t)
	got := w.guise("adopt", "ci")
	if got.code != 1 || !strings.Contains(got.err, "there is no key store to move it to") || !strings.Contains(got.err, "hint: guise keys import ci") {
		t.Errorf("%+v", got)
	}
}

// TestOffNamesTheDefaultProfile: AWS_DEFAULT_PROFILE that comes back is a profile
// that is set.
func TestOffNamesTheDefaultProfile(t *testing.T) {
	w := newWorld(t)
	state := base64.RawURLEncoding.EncodeToString([]byte(`{"Profile":"prod","Before":{"AWS_DEFAULT_PROFILE":"staging"}}`))
	got := w.run([]string{"GUISE_SHELL=bash", "GUISE_STATE=" + state}, filepath.Join(binDir, "guise"), "off")
	if got.code != 0 || !strings.Contains(got.err, "off; the profile is staging again (AWS_DEFAULT_PROFILE)") {
		t.Errorf("%+v", got)
	}
}

// TestMalformedMFASecretIsAskedForAgain, as codes and passphrases are.
func TestMalformedMFASecretIsAskedForAgain(t *testing.T) {
	w := newWorld(t)
	s := w.open(nil, "guise", "mfa", "add", "alice")
	s.See("MFA secret of " + loopback.DemoSerial)
	s.Type("nonsense\r")
	s.See("not an MFA secret")
	s.See("MFA secret of " + loopback.DemoSerial)
	s.Type("\x03")
	if code := s.Exit(); code != 130 {
		t.Errorf("exit code %d", code)
	}
}

// TestUnknownSSOSession names those that are there.
func TestUnknownSSOSession(t *testing.T) {
	w := newWorld(t)
	got := w.guise("sso", "sync", "nope")
	if got.code != 2 || !strings.Contains(got.err, "no such [sso-session]") || !strings.Contains(got.err, "hint: guise sso sync ") {
		t.Errorf("%+v", got)
	}
}

// TestRemovedKeyOfASource: the profiles that lose their source are named, and a
// second removal is refused as that of a profile which is not there.
func TestRemovedKeyOfASource(t *testing.T) {
	w, _ := vaultWorld(t)
	if got := w.guise("keys", "import", "ci", "--yes"); got.code != 0 {
		t.Fatalf("%+v", got)
	}
	got := w.guise("keys", "remove", "ci", "--yes")
	if got.code != 0 || !strings.Contains(got.err, "was the source of deploy") {
		t.Errorf("%+v", got)
	}
	if got := w.guise("keys", "remove", "ci", "--yes"); got.code != 2 {
		t.Errorf("%+v", got)
	}
	got = w.guise("keys", "add", "carol", "--csv", "nofile")
	if got.code != 1 || !strings.Contains(got.err, "nofile cannot be read") || strings.Contains(got.err, "open ") {
		t.Errorf("%+v", got)
	}
}
