//go:build unix

package e2e

import (
	"io"
	"net/http"
	"net/http/httptest"
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
