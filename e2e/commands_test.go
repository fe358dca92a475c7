//go:build unix

package e2e

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestCommands: the small ones, as a script uses them.
func TestCommands(t *testing.T) {
	w := adopted(t)
	profile := []string{"AWS_PROFILE=operator", "AWS_ACCESS_KEY_ID=AKIAX", "AWS_REGION=us-west-2"}
	if got := w.guise("login", "operator", "deploy", "ci"); got.code != 0 || !strings.Contains(got.err, "ci: an access key alone") {
		t.Fatalf("%+v", got)
	}

	got := w.run(profile, "guise", "exec", "deploy", "-r", "eu-north-1", "--", "sh", "-c", `echo "$AWS_PROFILE $AWS_REGION $AWS_DEFAULT_REGION [$AWS_ACCESS_KEY_ID]"; exit 7`)
	if got.code != 7 || got.out != "deploy eu-north-1 eu-north-1 []\n" {
		t.Errorf("exec: %+v", got)
	}
	if got := w.guise("exec", "deploy", "--", "sh", "-c", "kill -TERM $$"); got.code != -1 {
		t.Errorf("exec passes no signal on: %+v", got)
	}
	if got := w.guise("exec", "deploy", "--", "no-such-program"); got.code != 1 {
		t.Errorf("%+v", got)
	}

	got = w.run(profile, "guise", "current", "--json")
	var now struct {
		Profile, Account, Role, Region string
		Left                           int `json:"seconds_left"`
	}
	if err := json.Unmarshal([]byte(got.out), &now); err != nil || now.Profile != "operator" || now.Account != "222222222222" || now.Role != "Operator" || now.Region != "us-west-2" || now.Left < 3000 {
		t.Errorf("%+v %v", got, err)
	}
	if got := w.run(profile, "guise", "prompt", "--format", "{profile}:{role}:{account}"); got.out != "operator:Operator:222222222222\n" {
		t.Errorf("%+v", got)
	}
	if got := w.run([]string{"AWS_PROFILE=gone"}, "guise", "prompt"); got.out != "gone\n" || got.err != "" {
		t.Errorf("%+v", got)
	}

	got = w.guise("list", "--json")
	var all []struct {
		Profile, Kind, Session string
		Behind                 bool `json:"behind_guise"`
	}
	if err := json.Unmarshal([]byte(got.out), &all); err != nil || len(all) != 18 {
		t.Fatalf("%+v %v", got, err)
	}
	kinds := map[string]string{
		"alice": "iam-user", "prod": "role", "ci": "static", "org-dev": "sso", "org-deploy": "role", "federated": "saml", "console": "login",
	}
	for _, p := range all {
		if want := kinds[p.Profile]; want != "" && p.Kind != want || !p.Behind || (p.Session == "fresh") != (p.Profile == "operator" || p.Profile == "deploy" || p.Profile == "alice") {
			t.Errorf("%+v", p)
		}
	}

	got = w.run(profile, "guise", "explain", "operator")
	for _, want := range []string{"1. alice: takes the keys", "2. alice: makes an MFA session", "3. operator: assumes", "cached until", "in some SDK or in all: AWS_ACCESS_KEY_ID", "role_arn: "} {
		if !strings.Contains(got.out, want) {
			t.Errorf("explain does not say %q:\n%s", want, got.out)
		}
	}
	if got := w.guise("cache", "list"); !strings.Contains(got.out, "alice, prod, staging") || !strings.Contains(got.err, "a file") {
		t.Errorf("%+v", got)
	}
	if got := w.guise("cache", "dir"); got.out != filepath.Join(w.home, ".cache/guise")+"\n" {
		t.Errorf("%+v", got)
	}
	if got := w.guise("logout", "--all"); got.code != 0 {
		t.Errorf("%+v", got)
	}
	if got := w.guise("credential-process", "--profile", "prod"); got.code != 3 {
		t.Errorf("after logout --all: %+v", got)
	}
}

// TestPatience: a process that waits for another one's prompt gives up in time
// for its SDK to be told why.
func TestPatience(t *testing.T) {
	w := adopted(t)
	s := w.open(nil, "guise", "login", "prod")
	s.See("MFA code for prod")
	began := time.Now()
	got := w.run([]string{"GUISE_WAIT_FOR_PERSON=300ms"}, "guise", "credential-process", "--profile", "staging")
	if took := time.Since(began); got.code != 3 || got.out != "" || took < 300*time.Millisecond {
		t.Errorf("after %s: %+v", took, got)
	}
}

// TestSecondWindow: while one window is asked for the code, another that needs
// the same says what it waits for, and goes on with the answer.
func TestSecondWindow(t *testing.T) {
	w := adopted(t)
	one := w.open(nil, "guise", "login", "prod")
	one.See("MFA code for prod")
	two := w.open(nil, "guise", "login", "staging")
	two.See("waiting for another process")
	one.Type(w.code() + "\r")
	one.See("prod: Admin")
	two.See("staging: Developer")
	if code := two.Exit(); code != 0 {
		t.Errorf("exit code %d", code)
	}
}

// TestRunsItself: a command for codes that needs the very profile's credentials
// would call guise without end.
func TestRunsItself(t *testing.T) {
	w := newWorld(t)
	w.write(".aws/config", strings.Replace(w.read(".aws/config"), "guise_mfa_command = guise mfa code", "guise_mfa_command = guise credential-process --profile operator", 1))
	if got := w.guise("adopt", "--all", "--yes", "--keep-keys"); got.code != 0 {
		t.Fatalf("%+v", got)
	}
	if got := w.guise("credential-process", "--profile", "operator"); got.code != 1 { // at its first round: without end it would end never
		t.Errorf("%+v", got)
	}
}
