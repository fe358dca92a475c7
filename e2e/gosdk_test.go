//go:build unix

package e2e

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

// TestGoSDK: a Go program that does what all do, LoadDefaultConfig, in a terminal
// where only AWS_PROFILE says who it is.
func TestGoSDK(t *testing.T) {
	w := adopted(t)
	s := w.shell("bash")
	s.typ("guise use prod\r")
	s.see("MFA code")
	s.typ(w.code() + "\r")
	s.see("<prod .*>ready ")
	for _, pair := range w.env {
		name, value, _ := strings.Cut(pair, "=")
		t.Setenv(name, value)
	}
	t.Setenv("AWS_CONFIG_FILE", filepath.Join(w.home, ".aws/config"))
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", filepath.Join(w.home, ".aws/credentials"))
	for profile, want := range map[string]string{"prod": adminARN, "staging": developerARN} {
		t.Setenv("AWS_PROFILE", profile)
		c, err := config.LoadDefaultConfig(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		out, err := sts.NewFromConfig(c).GetCallerIdentity(t.Context(), &sts.GetCallerIdentityInput{})
		if err != nil || !regexp.MustCompile(want).MatchString(aws.ToString(out.Arn)) {
			t.Errorf("%s: %v %v", profile, out, err)
		}
	}
	// As docs/guide.md says: this SDK does not see a name in quotes.
	t.Setenv("AWS_PROFILE", "team space ops")
	if _, err := config.LoadDefaultConfig(t.Context()); err == nil {
		t.Error("the Go SDK has learnt to read quoted names: say so in the guide")
	}
}
