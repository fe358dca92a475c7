//go:build unix

package e2e

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// anyKey is an AWS that takes any access key, as LocalStack does.
func anyKey(t *testing.T) string {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/xml")
		_, _ = io.WriteString(w, `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Arn>arn:aws:iam::000000000000:root</Arn><UserId>AKIAIOSFODNN7EXAMPLE</UserId><Account>000000000000</Account></GetCallerIdentityResult><ResponseMetadata><RequestId>c6104cbe</RequestId></ResponseMetadata></GetCallerIdentityResponse>`)
	}))
	t.Cleanup(s.Close)
	return s.URL
}

// TestKeyOfOtherEndpoint: a secret that works at an endpoint of the terminal's does not
// replace the stored one, which is for another, and the words say so.
func TestKeyOfOtherEndpoint(t *testing.T) {
	w, user := vaultWorld(t)
	user.SecretAccessKey = "not-the-secret"
	fake := anyKey(t)
	got := w.run([]string{"AWS_ENDPOINT_URL=" + fake}, "guise", "keys", "add", "bob", "--csv", w.csv(user))
	if got.code != 1 || !strings.Contains(got.err, "the key store has another value") || !strings.Contains(got.err, fake) || strings.Contains(got.err, "already in") {
		t.Errorf("%+v", got)
	}
	if got := w.run([]string{"AWS_ENDPOINT_URL=" + fake}, "guise", "keys", "rotate", "bob"); got.code != 1 || !strings.Contains(got.err, fake) || strings.Contains(got.err, "run it again") {
		t.Errorf("%+v", got)
	}
	if got := w.guise("whoami", "bob"); !strings.Contains(got.out, bob) {
		t.Errorf("%+v", got)
	}
}

// TestKeyFilesAway: a key whose AWS files are away stays in the key store; what guise
// says of it names the file, and no removal.
func TestKeyFilesAway(t *testing.T) {
	w, _ := vaultWorld(t)
	credentials := w.read(".aws/credentials")
	id, text := idIn(credentials, "ci"), secretOf(credentials, "ci")
	dir := filepath.Join(w.home, "second")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	w.write("second/config", "[profile there]\nregion = eu-west-1\n")
	w.write("second/credentials", "[there]\naws_access_key_id = "+id+"\naws_secret_access_key = "+text+"\n")
	second := []string{"AWS_CONFIG_FILE=" + filepath.Join(dir, "config"), "AWS_SHARED_CREDENTIALS_FILE=" + filepath.Join(dir, "credentials")}
	if got := w.run(second, "guise", "keys", "import", "there", "--yes"); got.code != 0 {
		t.Fatalf("%+v", got)
	}
	if got := w.guise("keys", "rotate", "ci"); got.code == 0 {
		t.Errorf("it is not stored for ci: %+v", got)
	}
	if err := os.Rename(dir, dir+".away"); err != nil {
		t.Fatal(err)
	}
	for _, command := range [][]string{{"keys", "list"}, {"doctor"}} {
		got := w.guise(command...)
		if said := got.out + got.err; !strings.Contains(said, filepath.Join(dir, "config")) || strings.Contains(said, "keys remove "+id) {
			t.Errorf("%q: %+v", command, got)
		}
	}
	w.guise("keys", "import", "ci", "--yes")
	if got := w.guise("keys", "rotate", "ci"); got.code != 1 || !strings.Contains(got.err, "second/config") || strings.Contains(got.err, "run it again") {
		t.Errorf("%+v", got)
	}
	if got := w.guise("keys", "remove", "ci", "--yes"); got.code != 0 || !strings.Contains(got.err, "second/config") || !strings.Contains(w.read(vaultFile), id) {
		t.Errorf("%+v", got)
	}
	if err := os.Rename(dir+".away", dir); err != nil {
		t.Fatal(err)
	}
	if got := w.run(second, "guise", "whoami", "there"); !strings.Contains(got.out, ":user/ci") {
		t.Errorf("%+v", got)
	}
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	if got := w.guise("keys", "remove", id, "--yes"); got.code != 0 || strings.Contains(w.read(vaultFile), id) {
		t.Errorf("%+v", got)
	}
}

// TestRotateBesideReadable: a key that another profile has readable is not rotated
// away from it; the hint leads on.
func TestRotateBesideReadable(t *testing.T) {
	w, _ := vaultWorld(t)
	before := w.read(".aws/credentials")
	w.write(".aws/credentials", before+"\n[twin]\naws_access_key_id = "+idIn(before, "ci")+"\naws_secret_access_key = "+secretOf(before, "ci")+"\n")
	w.guise("keys", "import", "ci", "--yes")
	got := w.guise("keys", "rotate", "ci")
	if got.code != 1 || !strings.Contains(got.err, "twin uses the same access key") || !strings.Contains(got.err, "hint: guise keys import twin") {
		t.Errorf("%+v", got)
	}
	if got := w.guise("whoami", "twin"); !strings.Contains(got.out, ":user/ci") {
		t.Errorf("%+v", got)
	}
}
