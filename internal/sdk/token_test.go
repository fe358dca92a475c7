package sdk

import "testing"

// TestBotocoreToken: botocore makes no client for a profile whose sso_session is not there,
// whatever else the profile has; as a source of a role it is taken all the same.
func TestBotocoreToken(t *testing.T) {
	const keys = "aws_access_key_id = AKIA\naws_secret_access_key = s\n"
	for text, is := range map[string]bool{
		"sso_session = s\n" + keys:       true,
		"sso_session = half\n" + keys:    false,
		"sso_session = nowhere\n" + keys: false,
		"sso_session =\n" + keys:         false,
		"sso_session = nowhere\nrole_arn = arn:aws:iam::222222222222:role/r\nweb_identity_token_file = f\n": false,
	} {
		r := Botocore(Files{Config: []byte("[sso-session s]\nsso_start_url = u\nsso_region = r\n[sso-session half]\nsso_region = r\n[profile a]\n" + text + "[profile b]\nrole_arn = arn:aws:iam::222222222222:role/r\nsource_profile = a\n")})
		if _, err := r.Who("a"); (err == nil) != is {
			t.Errorf("%q: %v", text, err)
		}
		if _, err := r.Who("b"); err != nil {
			t.Errorf("%q: a role by it: %v", text, err)
		}
	}
}
