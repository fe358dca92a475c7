package oneoff

import (
	"context"
	"strings"
	"testing"

	"guise/internal/awsconfig"
	"guise/internal/configtest"
	"guise/internal/ssosession"
	"guise/session"
)

const awsFile = `[profile base]
aws_access_key_id = AKIABASE
aws_secret_access_key = s
region = eu-west-1
[profile other]
aws_access_key_id = AKIAOTHER
aws_secret_access_key = s
[profile prod]
role_arn = arn:aws:iam::222222222222:role/Prod
source_profile = base
[sso-session acme]
sso_start_url = https://acme.awsapps.com/start
sso_region = eu-west-1
`

// made is the profile that flags make, in files that have it.
func made(t *testing.T, words string) (*awsconfig.Files, Profile) {
	t.Helper()
	files := configtest.Files(t, awsFile)
	f, args := parsed(t, words)
	if err := f.Check(args); err != nil {
		t.Fatal(err)
	}
	var kept Profile
	m := Maker{
		Flags: &f, What: "exec", Files: func() (*awsconfig.Files, error) { return files, nil }, Defaults: func() session.Defaults { return session.Defaults{} },
		Source: func(_ context.Context, _ string, words []string) (string, error) { return words[0], nil },
		SSO:    func() (ssosession.Sessions, error) { return ssosession.Sessions{Files: files}, nil },
		Keep:   func(p Profile) { kept = p },
	}
	name, err := m.Profile(t.Context(), func(context.Context) (string, error) { return args[0], nil })
	if err != nil || name != kept.Name {
		t.Fatalf("%s: %q, %q, %v", words, name, kept.Name, err)
	}
	return In(files, Decode(Encode([]Profile{kept}))), kept
}

// TestKeyHoldsEveryFlag: each input changed alone is another session in the cache.
func TestKeyHoldsEveryFlag(t *testing.T) {
	role := "--role-arn|arn:aws:iam::222222222222:role/A|--source|base"
	arn := "|--policy|arn:aws:iam::aws:policy/"
	seen := map[string]string{}
	for _, words := range []string{
		role, strings.Replace(role, "role/A", "role/B", 1), strings.Replace(role, "222222222222", "333333333333", 1), strings.Replace(role, "base", "other", 1),
		role + "|--external-id|abc", role + "|--external-id|abd", role + "|--session-name|one", role + "|--session-name|two",
		role + "|--tag|a=b", role + "|--tag|a=c", role + "|--tag|b=b", role + "|--tag|a=b|--tag|b=b", role + "|--duration|1h", role + "|--duration|2h",
		role + arn + "One", role + arn + "Two", role + arn + "One" + arn + "Two", role + "|--policy|{dir}/p.json", role + "|--read-only",
		"--account|111111111111|--role|A", "--account|111111111112|--role|A", "--account|111111111111|--role|B",
		"prod|--duration|1h", "prod|--duration|2h", "prod|--read-only", "prod" + arn + "One", "prod|--policy|{dir}/p.json", "prod|--read-only|--duration|1h",
	} {
		files, p := made(t, words)
		chain, err := session.Resolve(files, p.Name, session.Defaults{})
		if err != nil {
			t.Errorf("%s: %v", words, err)
			continue
		}
		if before, twice := seen[chain.Key()]; twice {
			t.Errorf("%s and %s are one session", before, words)
		}
		seen[chain.Key()] = words
	}
}

// TestStanding: what another terminal knows of a profile that it cannot.
func TestStanding(t *testing.T) {
	files, p := made(t, "--role-arn|arn:aws:iam::222222222222:role/A|--source|base")
	if got, sso := Standing(files, []Profile{p}, p.Name); got != "base" || sso != "" || p.Name != "A@222222222222" {
		t.Error(p.Name, got, sso)
	}
	files, p = made(t, "--account|111111111111|--role|A")
	if got, sso := Standing(files, []Profile{p}, p.Name); got != "" || sso != "acme" {
		t.Error(got, sso)
	}
	if got, _ := Standing(nil, nil, "prod"); got != "prod" {
		t.Error(got)
	}
	if Known([]Profile{p}, "adopt") != nil || len(Known([]Profile{p}, "exec")) != 1 || Decode("no such thing") != nil {
		t.Error("who knows it")
	}
}
