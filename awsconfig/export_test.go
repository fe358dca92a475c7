package awsconfig

import (
	"errors"
	"testing"

	"guise/internal/secret"
)

// TestExportTakesNobodysPlace: a profile that has an identity in either file, or is
// whom another one is made from, is not given a second; one that says only where and
// how may be, and one that Export wrote is written again.
func TestExportTakesNobodysPlace(t *testing.T) {
	const exported = "[out]\n" + exportMark + "\naws_access_key_id = ASIA\n"
	for _, c := range []struct {
		name, config, credentials string
		taken                     bool
	}{
		{"a new name", "", "", false},
		{"of settings alone", "[profile out]\nregion = eu-west-1\noutput = json\ns3 =\n  addressing_style = path\n", "", false},
		{"exported before", "[profile out]\nregion = eu-west-1\n", exported, false},
		{"exported before, and a source", "[profile x]\nrole_arn = r\nsource_profile = out\n", exported, false},
		{"keys", "", "[out]\naws_access_key_id = AKIA\n", true},
		{"settings in the credentials file", "", "[out]\nregion = eu-west-1\n", true},
		{"a role", "[profile out]\nrole_arn = r\nsource_profile = x\n", "", true},
		{"a role, exported before", "[profile out]\nrole_arn = r\nsource_profile = x\n", exported, true},
		{"managed", "[profile out]\nguise_role_arn = r\ncredential_process = /bin/guise credential-process --profile out\n", "", true},
		{"another spelling of the header", "[profile \"out\"]\nsso_session = s\n[profile out]\nregion = x\n", "", true},
		{"keys in the config file", "[profile out]\naws_access_key_id = AKIA\n", "", true},
		{"a process", "[profile out]\ncredential_process = /bin/creds\n", "", true},
		{"another tool's", "[profile out]\ngranted_sso_account_id = 1\n", "", true},
		{"SAML", "[profile out]\nguise_saml_url = https://idp/\n", "", true},
		{"a source", "[profile x]\nrole_arn = r\nsource_profile = out\n", "", true},
		{"a hidden source", "[profile out]\nregion = x\n[profile x]\nguise_role_arn = r\nguise_source_profile = out\n", "", true},
	} {
		f := filesOf(c.config, c.credentials)
		err := f.Export("out", Exported{AccessKeyID: "ASIA", SecretAccessKey: secret.New("s")})
		if got := errors.As(err, new(*TakenError)); got != c.taken || !got && err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		if data := f.snapshot(); c.taken && (string(data[0]) != c.config || string(data[1]) != c.credentials) {
			t.Errorf("%s: changed all the same:\n%s", c.name, data)
		}
	}
}
