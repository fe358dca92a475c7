package awsconfig

import (
	"slices"
	"strings"
	"testing"

	"guise/internal/sdk"
)

// TestInclude: what a profile has itself wins, then what it includes, nearest first.
func TestInclude(t *testing.T) {
	const config = `[profile p]
include_profile = one
role_arn = own
[profile one]
guise_role_arn = not this
guise_source_profile = base
mfa_serial =
region = not taken
include_profile = two
credential_process = /bin/guise credential-process --profile one
[profile two]
mfa_serial = device
source_profile = not this
mfa_process = code
aws_access_key_id = AKIANOT
include_profile = p
[profile lost]
include_profile = nobody
[profile self]
include_profile = self
[profile alone]
include_profile = two
role_arn = own
source_profile = one
[default]
external_id = never
`
	one := func(name string) Profile {
		p, err := filesOf(config, "").Profile(name)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	all := func(name string) Profile {
		profiles := filesOf(config, "").Profiles()
		return profiles[slices.IndexFunc(profiles, func(p Profile) bool { return p.Name == name })]
	}
	for how, named := range map[string]func(string) Profile{"one": one, "all": all} {
		for key, want := range map[string]string{
			"role_arn": "own", "source_profile": "base", "mfa_serial": "device", "mfa_process": "code", "region": "", "aws_access_key_id": "", "credential_process": "", "external_id": "",
		} {
			if got := named("p").Get(key); got != want {
				t.Errorf("%s: %s: %q, want %q", how, key, got, want)
			}
		}
		if _, line := named("p").Where("mfa_serial"); line != 7 && line != 12 {
			t.Errorf("%s: mfa_serial is at line %d", how, line)
		}
		for name, want := range map[string]bool{"p": true, "two": false, "lost": false, "self": false, "alone": false} {
			if got := named(name).Includes(); got != want {
				t.Errorf("%s: %s includes others: %v", how, name, got)
			}
		}
	}
	broken := filesOf("[profile p]\ninclude_profile = q\n[profile q]\nrole_arn = x\nno setting\n", "")
	if p, _ := broken.Profile("p"); p.Check() == nil {
		t.Error("what is included cannot be read, and is taken")
	}
}

// TestIncludeKeepsTheLaw: of all profiles made of settings that lead to credentials, those
// that include another are none to botocore and the Go SDK.
func TestIncludeKeepsTheLaw(t *testing.T) {
	settings := []string{
		"role_arn = arn:aws:iam::222222222222:role/A", "source_profile = user", "credential_source = Environment", "web_identity_token_file = /t",
		"sso_session = s", "sso_start_url = https://x.awsapps.com/start", "sso_region = eu-west-1", "sso_account_id = 111111111111", "sso_role_name = R",
		"login_session = arn:aws:iam::111111111111:user/me", "credential_process = /bin/creds", "aws_access_key_id = AKIA\naws_secret_access_key = s",
	}
	const others = "[profile user]\naws_access_key_id = AKIA\naws_secret_access_key = s\n[sso-session s]\nsso_start_url = https://x.awsapps.com/start\nsso_region = eu-west-1\n"
	included := 0
	for chosen := range 1 << len(settings) {
		var config strings.Builder
		config.WriteString(others + "[profile p]\ninclude_profile = user\n")
		for i, one := range settings {
			if chosen>>i&1 == 1 {
				config.WriteString(one + "\n")
			}
		}
		p, err := filesOf(config.String(), "").Profile("p")
		if err != nil {
			t.Fatal(err)
		}
		if !p.Includes() {
			continue
		}
		included++
		by := sdk.Read(sdk.Files{Config: []byte(config.String())})
		for _, reading := range []*sdk.Reading{by.Botocore, by.Go} {
			if plan, err := reading.Who("p"); err == nil && len(plan) > 0 {
				t.Errorf("an SDK is %s as\n%s", plan, config.String())
			}
		}
	}
	if included < 30 {
		t.Errorf("%d profiles include another", included)
	}
}
