//go:build unix

package source

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"guise/internal/awsconfig"
	"guise/session"
)

// TestNoForeignWords: whatever a profile says, and whatever the commands that it names print,
// the error is in guise's words and names the setting: no text of Go's, nothing of what was
// printed.
func TestNoForeignWords(t *testing.T) {
	const (
		role   = "role_arn = arn:aws:iam::111111111111:role/x\n"
		after  = role + "source_profile = q\n"
		sso    = "sso_region = eu-west-1\nsso_account_id = 111111111111\nsso_role_name = r\nsso_start_url = "
		mark   = "LEAKED"
		answer = `{"Version":1,"AccessKeyId":"A","SecretAccessKey":"b"`
	)
	foreign := regexp.MustCompile(`strconv|parsing|invalid (character|syntax|duration|URL)|unmarshal|json|time: |parse |base64 data|XML|EOF|url\.|%!|0x|` + mark)
	for settings, names := range map[string]string{
		after + "duration_seconds = abc":                                          "duration_seconds = abc",
		after + "duration_seconds = 1e99":                                         "duration_seconds = 1e99",
		after + "duration_seconds = -1":                                           "duration_seconds = -1",
		after + "duration_seconds = 99999999999999999999":                         "duration_seconds = 9",
		after + "session_tags = x":                                                "session_tags = x",
		"role_arn = x\nsource_profile = q":                                        "role_arn = x",
		"role_arn = arn:aws:iam::1:user/x\nsource_profile = q":                    "role_arn",
		role + "credential_source = x":                                            "credential_source = x",
		"guise_saml_url = :%zz":                                                   "guise_saml_url",
		"guise_saml_command = x\nduration_seconds = 1y":                           "duration_seconds = 1y",
		"guise_saml_command = echo " + mark:                                       "SAML response",
		"guise_saml_command = echo '<a/>' | base64":                               "SAML response",
		sso + "ht tp://%zz":                                                       "sso_start_url",
		sso + "http://[::1":                                                       "sso_start_url",
		"credential_process = true":                                               "credential_process",
		"credential_process = echo " + mark:                                       "credential_process",
		"credential_process = echo '\"" + mark + "\"'":                            "credential_process",
		"credential_process = echo '[1'":                                          "credential_process",
		"credential_process = echo '{\"Version\":\"" + mark + "\"}'":              "Version",
		"credential_process = echo '{\"Version\":1e99}'":                          "Version",
		"credential_process = echo '{\"Version\":2}'":                             "Version 2",
		"credential_process = echo '" + answer + `,"Expiration":"` + mark + `"}'`: "Expiration",
		"credential_process = echo '" + answer + `,"SessionToken":7}'`:            "SessionToken",
		role + "web_identity_token_process = true":                                "web_identity_token_process",
		role + "web_identity_token_process = echo '" + mark + " b'":               "web_identity_token_process",
	} {
		path := filepath.Join(t.TempDir(), "config")
		if err := os.WriteFile(path, []byte("[profile p]\n"+settings+"\n[profile q]\ncredential_process = x\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		files, err := awsconfig.Read(path, path+".none")
		if err != nil {
			t.Fatal(err)
		}
		chain, err := session.Resolve(files, "p", session.Defaults{})
		if err == nil {
			_, err = Sources{Getenv: os.Getenv, Environ: os.Environ, Now: time.Now}.Get(t.Context(), chain[0], session.BaseOptions{For: "p"})
		}
		if err == nil || foreign.MatchString(err.Error()) || !strings.Contains(err.Error(), names) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s\n%v", settings, err)
		}
	}
}
