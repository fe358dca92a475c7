package profiles

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"guise/internal/awsconfig"
	"guise/internal/awsenv"
	"guise/internal/guard"
	"guise/session"
)

func none(string) string                           { return "" }
func nowhere(session.Link) (token, ends time.Time) { return token, ends }

// TestExplainEnvironment: explain says what SDKs would prefer to the profile that
// AWS_PROFILE names.
func TestExplainEnvironment(t *testing.T) {
	f := read(t)
	asTyped := func(command string) string { return "<" + command + ">" } // in the words of the shell at hand
	type variables map[string]string
	for _, c := range []struct {
		profile string
		env     variables
		says    string
	}{
		{"user", variables{awsenv.Profile: "user", awsenv.DefaultProfile: "b"}, "AWS_DEFAULT_PROFILE is b: boto3 and the AWS CLI 1 prefer it to AWS_PROFILE"},
		{"user", variables{awsenv.DefaultProfile: "b"}, "AWS_DEFAULT_PROFILE is b: boto3 and the AWS CLI 1 prefer it to AWS_PROFILE"},
		{"user", variables{awsenv.BedrockToken: "x"}, "AWS_BEARER_TOKEN_BEDROCK is set: SDKs call Bedrock with it, whatever the profile is"},
		{
			"user",
			variables{"AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": "/x", "AWS_EB_PROFILE": "x"},
			"exported, and preferred to every profile by some SDKs or by all: AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE, AWS_EB_PROFILE; `<guise use user>` removes it",
		},
		{"user", nil, "no profile is active (AWS_PROFILE is not set)"},
		{"user", variables{awsenv.Profile: "admin"}, "the active profile is admin"},
		{"user", nil, "guise does not manage this profile, so SDKs get its credentials without guise: `<guise adopt user>` changes that"},
		{"admin", nil, `under AWS_PROFILE=admin SDKs run: /usr/local/bin/guise credential-process --profile admin`},
		{"lost", nil, "SDKs get no credentials from this profile"},
		{"user", variables{awsenv.ConfigFile: "/c"}, "the config file is /c"},
		{"default", nil, "this profile has settings and no credentials: SDKs look for those in the environment, then at a container's or machine's service"},
		{"portal", nil, "guise can manage this profile once its problem is fixed"},
	} {
		e := Explain(planned(t, f, c.profile), make([]time.Time, 9), nowhere, func(name string) string { return c.env[name] }, asTyped, guard.Rules{})
		if !slices.Contains(e.SDK, c.says) {
			t.Errorf("%v: explain says %q", c.env, e.SDK)
		}
	}
	same := func(name string) string {
		return map[string]string{awsenv.Profile: "admin", awsenv.DefaultProfile: "admin"}[name]
	}
	if e := Explain(planned(t, f, "admin"), make([]time.Time, 9), nowhere, same, strings.Clone, guard.Rules{}); len(e.SDK) != 1 {
		t.Errorf("where the profile is active there is one line: %q", e.SDK)
	}
}

// TestExplainSteps: each step, whether it is in the cache, and until when.
func TestExplainSteps(t *testing.T) {
	f := read(t)
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	plan := planned(t, f, "admin")
	e := Explain(plan, []time.Time{{}, now.Add(10 * time.Hour), now.Add(time.Hour)}, nowhere, none, strings.Clone, guard.Rules{})
	want := []Step{
		{Does: plan.Chain[0].Does(), Profile: "user"},
		{Does: plan.Chain[1].Does(), Profile: "user", Cached: "2026-01-02T13:04:05Z", Kept: true},
		{Does: plan.Chain[2].Does(), Profile: "admin", Cached: "2026-01-02T04:04:05Z", Kept: true},
	}
	if !reflect.DeepEqual(e.Steps, want) || e.Expires != "2026-01-02T04:04:05Z" || e.Session != "fresh" {
		t.Errorf("%+v", e)
	}
	if len(e.Defined) != 3 || !strings.HasPrefix(e.Defined[0], "role_arn: ") || !strings.HasSuffix(e.Defined[0], "config line 5") {
		t.Errorf("%q", e.Defined)
	}
	e = Explain(plan, []time.Time{{}, {}, now.Add(time.Hour)}, nowhere, none, strings.Clone, guard.Rules{})
	if text := strings.Join(e.Lines(now, "/home/alice"), "\n"); !strings.Contains(text, "     cached until "+now.Add(time.Hour).Local().Format("15:04")+", 1h left") {
		t.Error(text)
	}
}

// TestExplanationLines: each fact that there is, then the ways.
func TestExplanationLines(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	end := now.Add(time.Hour)
	e := Explanation{
		Description: Description{Profile: "p", Kind: "role", Account: "1", Role: "r", Region: "eu", MFA: "m", Special: &Special{Description: "d", Alias: "a", Problem: "x", Tags: "t"}},
		Steps:       []Step{{Does: "takes", Profile: "u"}, {Does: "makes", Profile: "u", Kept: true}, {Does: "assumes", Profile: "p", Kept: true, Cached: end.Format(time.RFC3339)}},
		SDK:         []string{"one", "two"}, Defined: []string{"role_arn: /home/alice/.aws/config line 3"},
	}
	want := `p (role)
  description  d
  alias        a
  tags         t
  account      1
  role         r
  region       eu
  MFA device   m
  problem      x

How guise gets its credentials:
  1. u: takes
  2. u: makes
     not cached
  3. p: assumes
     cached until ` + end.Local().Format("15:04") + `, 1h left

In this terminal:
  one
  two

Defined in:
  role_arn: ~/.aws/config line 3`
	if got := strings.Join(e.Lines(now, "/home/alice"), "\n"); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
	if got := strings.Join(Explanation{Description: Description{Profile: "p", Kind: "none", Special: &Special{}}, SDK: []string{"one"}}.Lines(now, "/home/alice"), "\n"); got != "p (none)\n\nIn this terminal:\n  one" {
		t.Error(got)
	}
}

// TestExplainSignIn: an SSO sign-in is kept in its own way.
func TestExplainSignIn(t *testing.T) {
	end := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	chain := session.Chain{{Kind: session.SSOToken, StartURL: "u"}, {Kind: session.SSORole}}
	signedIn := func(l session.Link) (token, ends time.Time) {
		if l.StartURL != "u" {
			t.Errorf("%+v", l)
		}
		return end, end.Add(5 * time.Hour)
	}
	e := Explain(session.Planned{Profile: awsconfig.Profile{Name: "p"}, Chain: chain}, make([]time.Time, 2), signedIn, none, strings.Clone, guard.Rules{})
	if !e.Steps[0].Kept || e.Steps[0].Cached != end.Format(time.RFC3339) || e.Steps[1].Cached != "" || e.Expires != "" {
		t.Errorf("%+v", e)
	}
	if text := strings.Join(e.Lines(end.Add(-time.Hour), ""), "\n"); !strings.Contains(text, ", 1h left\n     the session ends in about 6h, as last time\n") {
		t.Error(text)
	}
	if e := Explain(session.Planned{Profile: awsconfig.Profile{Name: "p"}, Chain: chain}, []time.Time{end.Add(time.Hour), {}}, signedIn, none, strings.Clone, guard.Rules{}); e.Steps[0].Cached != end.Add(time.Hour).Format(time.RFC3339) {
		t.Errorf("%+v", e)
	}
}

// TestExplainProblem: a profile that cannot have a session says why.
func TestExplainProblem(t *testing.T) {
	plan := planned(t, read(t), "lost")
	text := strings.Join(Explain(plan, nil, nowhere, none, strings.Clone, guard.Rules{}).Lines(time.Now(), "/home/alice"), "\n")
	if !strings.Contains(text, "  problem      "+plan.Err.Error()) || strings.Contains(text, "How guise gets") {
		t.Error(text)
	}
}
