package session_test

import (
	"strings"
	"testing"

	"guise/session"
)

// TestChainsAsAWSSays: which way leads to a profile's credentials, as AWS says it.
// The facts are those of the test cases that AWS publishes with its SDKs
// (assume-role-tests.json in smithy-lang/smithy-rs); the cases are our own. Each is
// about the profile a. Where guise goes another way, the reason is beside it.
func TestChainsAsAWSSays(t *testing.T) {
	const (
		one, two = "aws_access_key_id = ONE\naws_secret_access_key = s\n", "aws_access_key_id = TWO\naws_secret_access_key = s\n"
		role     = "role_arn = arn:aws:iam::123456789012:role/"
		portal   = "sso_start_url = https://x.example\nsso_region = eu-west-1\n"
	)
	for _, c := range []struct{ about, config, want, otherwise string }{
		{"a role over a user's keys", "[profile a]\n" + role + "A\nsource_profile = b\n[profile b]\n" + one, "access-key ONE → role A", ""},
		{"keys beside a role with a source are not used", "[profile a]\n" + one + role + "A\nsource_profile = b\n[profile b]\n" + two, "access-key TWO → role A", ""},
		{"a role that names itself is assumed by its own keys", "[profile a]\n" + one + role + "A\nsource_profile = a\n", "access-key ONE → role A", ""},
		{"the machine's role", "[profile a]\n" + role + "A\ncredential_source = Ec2InstanceMetadata\n", "instance → role A", ""},
		{"a role without a source", "[profile a]\n" + role + "A\n", "error: no source_profile", ""},
		{"two sources", "[profile a]\n" + role + "A\ncredential_source = Environment\nsource_profile = b\n[profile b]\n" + one, "error: both source_profile and credential_source", ""},
		{"a key without its secret", "[profile a]\n" + role + "A\nsource_profile = b\n[profile b]\naws_access_key_id = ONE\n", "error: no aws_secret_access_key", ""},
		{"a secret without its key", "[profile a]\n" + role + "A\nsource_profile = b\n[profile b]\naws_secret_access_key = s\n", "error: no credentials", ""},
		{"a source with nothing in it", "[profile a]\n" + role + "A\nsource_profile = b\n[profile b]\n", "error: no credentials", ""},
		{"settings that give no credentials", "[profile a]\nec2_metadata_service_endpoint_mode = IPv6\n", "error: no credentials", ""},
		{"a source that is not there", "[profile a]\n" + role + "A\nsource_profile = b\n", "error: b does not exist", ""},
		{"no profile at all", "", "error: no such profile", ""},
		{"a chain of roles", "[profile a]\n" + role + "A\nsource_profile = b\n[profile b]\n" + role + "B\nsource_profile = c\n[profile c]\n" + one, "access-key ONE → role B → role A", ""},
		{
			"a source that has keys and a role is used by its keys",
			"[profile a]\n" + role + "A\nsource_profile = b\n" + two + "[profile b]\n" + role + "B\nsource_profile = c\n" + one + "[profile c]\n" + two,
			"access-key ONE → role A", "",
		},
		{"a circle", "[profile a]\n" + role + "A\nsource_profile = b\n[profile b]\n" + role + "B\nsource_profile = a\n", "error: loop", ""},
		{"a circle with keys in it", "[profile a]\n" + one + role + "A\nsource_profile = b\n[profile b]\n" + role + "B\nsource_profile = a\n", "error: loop", ""},
		{"a web identity", "[profile a]\n" + role + "A\nweb_identity_token_file = /t\n", "token /t → web-identity A", ""},
		{"a web identity without a role", "[profile a]\nweb_identity_token_file = /t\n", "error: no credentials", ""},
		{"a web identity as the source", "[profile a]\n" + role + "A\nsource_profile = b\n[profile b]\n" + role + "B\nweb_identity_token_file = /t\n", "token /t → web-identity B → role A", ""},
		{"a sign-in", "[profile a]\nsso_account_id = 012345678901\nsso_role_name = R\n" + portal, "sso 012345678901/R", ""},
		{"a sign-in without the account", "[profile a]\nsso_role_name = R\n" + portal, "error: sso_account_id", ""},
		{"a sign-in without the role", "[profile a]\nsso_account_id = 012345678901\n" + portal, "error: sso_role_name", ""},
		{"a region that is not the session's", "[profile a]\nsso_session = s\nsso_account_id = 012345678901\nsso_role_name = R\nsso_region = us-east-1\n[sso-session s]\n" + portal, "error: sso_region", ""},
		{"a session that is not there", "[profile a]\nsso_session = s\n", "error: [sso-session s]", ""},
		{"a session alone", "[profile a]\nsso_session = s\n[sso-session s]\n" + portal, "error: sso_account_id", "a bearer token signs no call that guise is asked for; botocore has no credentials either"},
	} {
		chain, err := session.Resolve(read(t, c.config, ""), "a", session.Defaults{})
		got := strings.ReplaceAll(chain.Plan(session.Defaults{}).String(), "arn:aws:iam::123456789012:role/", "")
		if err != nil {
			got = "error: " + err.Error()
		}
		ok := got == c.want
		if want, isError := strings.CutPrefix(c.want, "error: "); isError {
			ok = err != nil
			for word := range strings.FieldsSeq(want) {
				ok = ok && strings.Contains(got, word)
			}
		}
		if !ok {
			t.Errorf("%s: %s, want %s", c.about, got, c.want)
		}
	}
}
