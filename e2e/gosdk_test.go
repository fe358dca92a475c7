//go:build unix

package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials/processcreds"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

// asGoProgram makes this program a Go program that does what all do,
// LoadDefaultConfig, and prints for each profile among its words, or for the one of
// AWS_PROFILE, who it is.
const asGoProgram = "E2E_GO_PROGRAM"

// goLimit is how long the SDK waits for a credential process, if not its minute.
const goLimit = "E2E_GO_LIMIT"

// goIdentity is what a Go program says of a profile.
type goIdentity struct{ Profile, ARN, Error string }

func goProgram(profiles []string) int {
	if len(profiles) == 0 {
		profiles = []string{""}
	}
	limit := config.WithProcessCredentialOptions(func(o *processcreds.Options) {
		if d, err := time.ParseDuration(os.Getenv(goLimit)); err == nil {
			o.Timeout = d
		}
	})
	for _, profile := range profiles {
		found := goIdentity{Profile: profile}
		c, err := config.LoadDefaultConfig(context.Background(), config.WithSharedConfigProfile(profile), limit)
		if err == nil {
			var who *sts.GetCallerIdentityOutput
			if who, err = sts.NewFromConfig(c).GetCallerIdentity(context.Background(), &sts.GetCallerIdentityInput{}); err == nil {
				found.ARN = aws.ToString(who.Arn)
			}
		}
		if err != nil {
			found.Error = err.Error()
		}
		line, _ := json.Marshal(found)
		fmt.Println(string(line))
	}
	return 0
}

// bySDK asks the Go SDK who each profile is.
func (w *world) bySDK(env []string, profiles ...string) map[string]goIdentity {
	w.t.Helper()
	env = append(env, asGoProgram+"=yes", "AWS_CONFIG_FILE="+filepath.Join(w.home, ".aws/config"), "AWS_SHARED_CREDENTIALS_FILE="+filepath.Join(w.home, ".aws/credentials"))
	got := w.run(env, os.Args[0], profiles...)
	all := map[string]goIdentity{}
	for line := range strings.Lines(got.out) {
		var one goIdentity
		if err := json.Unmarshal([]byte(line), &one); err != nil {
			w.t.Fatalf("%+v", got)
		}
		all[one.Profile] = one
	}
	return all
}

// TestGoSDK: in a terminal where only AWS_PROFILE says who it is.
func TestGoSDK(t *testing.T) {
	w := adopted(t)
	s := w.shell("bash")
	s.Type("guise use prod\r")
	s.See("MFA code")
	s.Type(w.code() + "\r")
	s.See("<prod .*>ready ")
	for profile, want := range map[string]string{"prod": adminARN, "staging": developerARN} {
		if got := w.bySDK([]string{"AWS_PROFILE=" + profile})[""]; !regexp.MustCompile(want).MatchString(got.ARN) {
			t.Errorf("%s: %+v", profile, got)
		}
	}
	// As docs/guide.md says: this SDK does not see a name in quotes.
	if got := w.bySDK([]string{"AWS_PROFILE=team space ops"})[""]; got.Error == "" {
		t.Error("the Go SDK has learnt to read quoted names: say so in the guide")
	}
}
