package awsconfig

import (
	"errors"
	"strings"
	"testing"
	"time"

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
		{"an empty section", "", "[out]\n", true},
		{"empty settings", "[profile out]\nrole_arn =\nsource_profile =\n", "", false},
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
		if data := f.Bytes(); c.taken && (string(data[0]) != c.config || string(data[1]) != c.credentials) {
			t.Errorf("%s: changed all the same:\n%s", c.name, data)
		}
	}
}

// TestExportAgain: what is exported again takes the place of what was, and what stands
// before the next section is that one's.
func TestExportAgain(t *testing.T) {
	const before = "[first]\nregion = x\n\n[out]\n" + exportMark + "\naws_access_key_id = ASIA1\naws_secret_access_key = s1\nregion = old\n"
	const after = "\n# about the last\n; and more\n[last]\nregion = z\n"
	expires := time.Date(2026, 1, 2, 3, 4, 5, 0, time.FixedZone("", 3600))
	f := filesOf("", before+after)
	if err := f.Export("out", Exported{AccessKeyID: "ASIA2", SecretAccessKey: secret.New("s2"), SessionToken: secret.New("t2"), Region: "new", Expires: expires}); err != nil {
		t.Fatal(err)
	}
	const written = "[out]\n" + exportMark + "\naws_access_key_id = ASIA2\naws_secret_access_key = s2\naws_session_token = t2\nregion = new\nguise_expires = 2026-01-02T02:04:05Z\n"
	if got := string(f.Bytes()[1]); got != "[first]\nregion = x\n\n"+written+after {
		t.Errorf("%s", got)
	}
	if err := f.Export("out", Exported{AccessKeyID: "ASIA3", SecretAccessKey: secret.New("s3")}); err != nil {
		t.Fatal(err)
	}
	if got := string(f.Bytes()[1]); got != "[first]\nregion = x\n\n[out]\n"+exportMark+"\naws_access_key_id = ASIA3\naws_secret_access_key = s3\n"+after {
		t.Errorf("%s", got)
	}
	f = filesOf("", "[out]\n"+exportMark+"\n")
	if err := f.Export("out", Exported{AccessKeyID: "ASIA", SecretAccessKey: secret.New("s")}); err != nil || string(f.Bytes()[1]) != "[out]\n"+exportMark+"\naws_access_key_id = ASIA\naws_secret_access_key = s\n" {
		t.Errorf("%v\n%s", err, f.Bytes()[1])
	}
	for config, want := range map[string]string{"[profile x]\nsource_profile = out\n": "source_profile of x", "[profile out]\nrole_arn = r\n": "that guise export did not write"} {
		if err := filesOf(config, "").Export("out", Exported{AccessKeyID: "A", SecretAccessKey: secret.New("s")}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", config, err)
		}
	}
}
