package cmd

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"guise/internal/awsenv"
)

// TestExplainEnvironment: explain says what SDKs would prefer to the profile that
// AWS_PROFILE names.
func TestExplainEnvironment(t *testing.T) {
	type variables map[string]string
	for _, c := range []struct {
		env  variables
		says string
	}{
		{variables{awsenv.Profile: "a", awsenv.DefaultProfile: "b"}, "AWS_DEFAULT_PROFILE is b"},
		{variables{awsenv.DefaultProfile: "b"}, "AWS_DEFAULT_PROFILE is b"},
		{variables{awsenv.BedrockToken: "x"}, "AWS_BEARER_TOKEN_BEDROCK is set"},
		{variables{"AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": "/x"}, "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"},
		{variables{"AWS_EB_PROFILE": "x"}, "AWS_EB_PROFILE"},
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
		e, err := newApp(w).explain("a")
		if err != nil {
			t.Fatal(err)
		}
		if !slices.ContainsFunc(e.SDK, func(line string) bool { return strings.Contains(line, c.says) }) {
			t.Errorf("%v: explain says %q", c.env, e.SDK)
		}
	}
}
