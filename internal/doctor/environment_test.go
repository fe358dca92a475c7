package doctor

import (
	"strings"
	"testing"

	"guise/internal/awsenv"
)

// TestEnvironmentFindings: doctor says what SDKs would prefer to the profile that
// AWS_PROFILE names.
func TestEnvironmentFindings(t *testing.T) {
	type variables map[string]string
	for _, c := range []struct {
		env   variables
		finds string // severity and what; empty: nothing
	}{
		{variables{awsenv.Profile: "a"}, ""},
		{variables{awsenv.Profile: "a", awsenv.DefaultProfile: "a"}, ""},
		{variables{awsenv.Profile: "a", awsenv.DefaultProfile: "b"}, "serious AWS_DEFAULT_PROFILE is b, and AWS_PROFILE is a"},
		{variables{awsenv.DefaultProfile: "b"}, "serious AWS_DEFAULT_PROFILE is b"},
		{variables{awsenv.BedrockToken: "x"}, "warning AWS_BEARER_TOKEN_BEDROCK is set in this terminal"},
		{variables{"AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": "/x"}, "serious AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE is set in this terminal"},
		{variables{"AWS_EB_PROFILE": "x"}, "serious AWS_EB_PROFILE is set in this terminal"},
	} {
		x := &examination{Facts: Facts{Getenv: func(name string) string { return c.env[name] }}}
		x.environment(t.Context())
		var found []string
		for _, f := range x.found {
			found = append(found, f.Severity+" "+f.What)
			if !strings.HasPrefix(f.Fix, "unset ") {
				t.Errorf("%v: %q", c.env, f.Fix)
			}
		}
		if got := strings.Join(found, "; "); got != c.finds {
			t.Errorf("%v: %q, want %q", c.env, got, c.finds)
		}
	}
}
