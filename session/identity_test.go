package session_test

import (
	"strings"
	"testing"

	"guise/internal/awsconfig"
	"guise/session"
)

// TestKeyOfTheProfileTold: two profiles of one command are two sessions, since
// the command is told which profile it is run for; of one role they are one.
func TestKeyOfTheProfileTold(t *testing.T) {
	for settings, shared := range map[string]bool{
		"credential_process = /bin/creds":                                             false,
		"guise_credential_process = /bin/creds":                                       false,
		"guise_saml_command = /bin/assert":                                            false,
		"guise_saml_url = https://idp/":                                               true,
		"role_arn = arn:aws:iam::222222222222:role/A\nweb_identity_token_process = t": false,
		"include_profile = taken":                                                     false,
		"role_arn = arn:aws:iam::222222222222:role/A\nsource_profile = user":          true,
		"sso_session = one\nsso_account_id = 111111111111\nsso_role_name = R":         true,
		"role_arn = arn:aws:iam::222222222222:role/A\nsource_profile = base-process":  true,
	} {
		f := read(t, "[profile dev]\n"+settings+"\n[profile prod]\n"+settings+"\n[profile base-process]\ncredential_process = /bin/creds\n"+
			"[profile taken]\ncredential_process = /bin/creds\n[sso-session one]\nsso_start_url = https://x/start\nsso_region = eu-west-1\n", keys)
		if got := keyOf(t, f, "dev") == keyOf(t, f, "prod"); got != shared {
			t.Errorf("%q: two profiles share a session: %v", settings, got)
		}
	}
}

// TestKeyOfTheSSOSession: two [sso-session]s at one start URL may be two users.
func TestKeyOfTheSSOSession(t *testing.T) {
	f := read(t, `[sso-session me]
sso_start_url = https://x/start
sso_region = eu-west-1
[sso-session admin]
sso_start_url = https://x/start
sso_region = eu-west-1
[profile a]
sso_session = me
sso_account_id = 111111111111
sso_role_name = R
[profile b]
sso_session = admin
sso_account_id = 111111111111
sso_role_name = R
`, "")
	a, err := session.Resolve(f, "a", session.Defaults{})
	if err != nil {
		t.Fatal(err)
	}
	b, err := session.Resolve(f, "b", session.Defaults{})
	if err != nil {
		t.Fatal(err)
	}
	for i := range a {
		if a[:i+1].Key() == b[:i+1].Key() {
			t.Errorf("link %d (%s) is one for both sessions", i, a[i].Kind)
		}
	}
}

func keyOf(t *testing.T, f *awsconfig.Files, name string) string {
	t.Helper()
	chain, err := session.Resolve(f, name, session.Defaults{})
	if err != nil {
		t.Fatal(err)
	}
	return chain.Key()
}

// TestPolicyNeedsARole: a session policy that no step can carry is refused
// before any call; dropped, it would give more than the profile says.
func TestPolicyNeedsARole(t *testing.T) {
	const sso = "[sso-session s]\nsso_start_url = https://x/start\nsso_region = eu-west-1\n"
	for _, policy := range []string{"guise_policy = {}", "guise_policy_arns = arn:aws:iam::aws:policy/ReadOnlyAccess"} {
		for settings, refused := range map[string]bool{
			"sso_session = s\nsso_account_id = 111111111111\nsso_role_name = R":                                          true,
			"login_session = arn:aws:iam::1:user/me":                                                                     true,
			"aws_access_key_id = AKIA\naws_secret_access_key = s\nmfa_serial = arn:aws:iam::1:mfa/me":                    true,
			"aws_access_key_id = ASIA\naws_secret_access_key = s\naws_session_token = t":                                 true,
			"credential_process = /bin/creds":                                                                            true,
			"role_arn = arn:aws:iam::222222222222:role/A\nsource_profile = user":                                         false,
			"role_arn = arn:aws:iam::222222222222:role/A\ncredential_source = Environment":                               false,
			"role_arn = arn:aws:iam::222222222222:role/A\nweb_identity_token_file = /t":                                  false,
			"guise_saml_url = https://idp/":                                                                              false,
			"guise_role_arn = arn:aws:iam::222222222222:role/A\nguise_source_profile = user":                             false,
			"guise_sso_session = s\nguise_sso_account_id = 111111111111\nguise_sso_role_name = R\nregion = eu-central-1": true,
		} {
			f := read(t, sso+"[profile p]\n"+settings+"\n"+policy+"\n[profile above]\nrole_arn = arn:aws:iam::222222222222:role/B\nsource_profile = p\n", keys)
			for _, name := range []string{"p", "above"} {
				_, err := session.Resolve(f, name, session.Defaults{})
				refusal, ok := err.(*session.SettingError) //nolint:errorlint // that very error
				if ok != refused || err != nil && !ok {
					t.Errorf("%s with %q and %q: %v", name, settings, policy, err)
				}
				if ok && !strings.HasPrefix(policy, refusal.Key+" ") {
					t.Errorf("%q: the error names %s", settings, refusal.Key)
				}
			}
		}
	}
}
