package cmd

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"guise/internal/awsenv"
)

// TestEnvironmentFindings: doctor and explain say what SDKs would prefer to the
// profile that AWS_PROFILE names.
func TestEnvironmentFindings(t *testing.T) {
	type variables map[string]string
	for _, c := range []struct {
		env   variables
		finds string // severity and what; empty: nothing
		says  string // of explain
	}{
		{variables{awsenv.Profile: "a"}, "", ""},
		{variables{awsenv.Profile: "a", awsenv.DefaultProfile: "a"}, "", ""},
		{variables{awsenv.Profile: "a", awsenv.DefaultProfile: "b"}, "serious AWS_DEFAULT_PROFILE is b, and AWS_PROFILE is a", "AWS_DEFAULT_PROFILE is b"},
		{variables{awsenv.DefaultProfile: "b"}, "serious AWS_DEFAULT_PROFILE is b", "AWS_DEFAULT_PROFILE is b"},
		{variables{awsenv.BedrockToken: "x"}, "warning AWS_BEARER_TOKEN_BEDROCK is set in this terminal", "AWS_BEARER_TOKEN_BEDROCK is set"},
		{variables{"AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": "/x"}, "serious AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE is set in this terminal", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"},
		{variables{"AWS_EB_PROFILE": "x"}, "serious AWS_EB_PROFILE is set in this terminal", "AWS_EB_PROFILE"},
	} {
		path := filepath.Join(t.TempDir(), "config")
		if err := os.WriteFile(path, []byte("[profile a]\nregion = x\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		env := map[string]string{"AWS_CONFIG_FILE": path}
		for name, value := range c.env {
			env[name] = value
		}
		w, _, _ := here(t, env)
		d := &doctor{app: newApp(w)}
		d.environment(t.Context())
		var found []string
		for _, f := range d.findings {
			found = append(found, f.Severity+" "+f.What)
			if !strings.HasPrefix(f.Fix, "unset ") {
				t.Errorf("%v: %q", c.env, f.Fix)
			}
		}
		if got := strings.Join(found, "; "); got != c.finds {
			t.Errorf("%v: %q, want %q", c.env, got, c.finds)
		}
		e, err := newApp(w).explain("a")
		if err != nil {
			t.Fatal(err)
		}
		if c.says != "" && !slices.ContainsFunc(e.SDK, func(line string) bool { return strings.Contains(line, c.says) }) {
			t.Errorf("%v: explain says %q", c.env, e.SDK)
		}
	}
}
