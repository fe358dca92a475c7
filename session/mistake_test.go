package session_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"guise/internal/awsconfig"
	"guise/session"
)

// TestMistakeIn: of each profile that cannot have credentials the line to change is found,
// and what to do there.
func TestMistakeIn(t *testing.T) {
	path := filepath.Join(t.TempDir(), "config")
	const text = `[profile broken]
role_arn = arn:aws:iam::222222222222:role/Admin
source_profile = nobody # line 3
[profile above]
role_arn = arn:aws:iam::222222222222:role/Admin
source_profile = broken
[profile loop]
role_arn = arn:aws:iam::222222222222:role/Admin
source_profile = pool
[profile pool]
role_arn = arn:aws:iam::222222222222:role/Admin
source_profile = loop
[profile signin]
sso_session = nope
[profile tab]
role_arn = arn:aws:iam::222222222222:role/Admin
source_profile = broken
	region = eu-west-1
[profile alone]
role_arn = arn:aws:iam::222222222222:role/Admin
[profile two]
role_arn = arn:aws:iam::222222222222:role/Admin
source_profile = broken
credential_source = Environment
[profile lonely]
source_profile = broken
[profile half]
aws_access_key_id = AKIAIOSFODNN7EXAMPLE
[profile long]
role_arn = arn:aws:iam::222222222222:role/Admin
	region = eu-west-1
credential_source = Environment
[profile nothing]
region = eu-west-1
[sso-session corp]
sso_start_url = https://corp.example/start
sso_region = eu-west-1
`
	if err := os.WriteFile(path, []byte(strings.Replace(text, " # line 3", "", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := awsconfig.Read(path, path+".none")
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]struct {
		line int
		do   string
	}{
		"broken": {3, "name a profile that there is, or add [profile nobody]"},
		"above":  {3, "name a profile that there is, or add [profile nobody]"},
		"loop":   {9, "name a profile here that does not lead back to loop"},
		"signin": {14, "name one that there is: corp; or add [sso-session nope]"},
		"tab":    {18, "remove the white space before it"},
		"alone":  {20, "add source_profile = NAME, whose credentials assume the role"},
		"two":    {23, "remove one of the two"},
		"lonely": {26, "add the role_arn that is to be assumed"},
		"half":   {28, "add its aws_secret_access_key"},
		"long":   {31, "remove the white space before it"},
	} {
		_, err := session.Resolve(f, name, session.Defaults{})
		if err == nil {
			t.Errorf("%s: it has a chain", name)
			continue
		}
		m, ok := session.MistakeIn(f, err)
		if !ok || m.File != path || m.Line != want.line || m.Do != want.do {
			t.Errorf("%s: %+v of %v, want %+v", name, m, err, want)
		}
	}
	_, err = session.Resolve(f, "nothing", session.Defaults{})
	if m, ok := session.MistakeIn(f, err); ok {
		t.Errorf("a profile of settings alone has no mistake: %+v", m)
	}
	for name, says := range map[string]string{
		"tab": "line 18 is indented, so it continues the source_profile of line 17", "long": "line 31 is indented, so it continues the role_arn of line 30",
		"signin": "sso_session = nope: there is no section [sso-session nope]",
	} {
		if _, err := session.Resolve(f, name, session.Defaults{}); err == nil || !strings.HasSuffix(err.Error(), says) || strings.Count(err.Error(), name) > 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
}
