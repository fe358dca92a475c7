package session_test

import (
	"testing"

	"guise/internal/awsconfig"
	"guise/session"
)

// TestSignIns: the sign-ins of profiles, and of SSO sessions that no profile uses; what
// cannot be planned is left out.
func TestSignIns(t *testing.T) {
	f := read(t, `[profile dev]
sso_session = used
sso_account_id = 111111111111
sso_role_name = Developer
[profile broken]
role_arn = arn:aws:iam::111111111111:role/R
source_profile = none
[sso-session used]
sso_start_url = https://used.awsapps.com/start
sso_region = eu-west-1
[sso-session unused]
sso_start_url = https://unused.awsapps.com/start
sso_region = eu-north-1
[sso-session half]
sso_start_url = https://half.awsapps.com/start
`, "")
	at := session.Defaults{Endpoint: func(_ awsconfig.Profile, service string) string { return "https://" + service + ".test" }}
	begins := map[string]string{}
	chains := session.SignIns(f, at)
	for _, c := range chains {
		if c[0].Kind != session.SSOToken || c[1].Kind != session.SSORole {
			t.Errorf("%+v", c)
		}
		begins[c[0].Session] = c[1].Region + " " + c[1].Endpoint
	}
	if len(chains) != 3 || chains[0].Last().Profile != "dev" || len(begins) != 2 || begins["used"] != "eu-west-1 https://sso.test" || begins["unused"] != "eu-north-1 https://sso.test" {
		t.Errorf("%v", begins)
	}
}
