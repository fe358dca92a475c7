package session_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"guise/internal/awsconfig"
	"guise/session"
)

func read(t testing.TB, config, credentials string) *awsconfig.Files {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{"config": config, "credentials": credentials} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	f, err := awsconfig.Read(filepath.Join(dir, "config"), filepath.Join(dir, "credentials"))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

const keys = "[user]\naws_access_key_id = AKIAUSER\naws_secret_access_key = s\n[plain]\naws_access_key_id = AKIAPLAIN\naws_secret_access_key = s\n" +
	"[temporary]\naws_access_key_id = ASIATEMP\naws_secret_access_key = s\naws_session_token = t\n"

const profiles = `
[profile user]
mfa_serial = arn:aws:iam::111111111111:mfa/me
[profile a]
role_arn = arn:aws:iam::222222222222:role/A
source_profile = user
[profile b]
role_arn = arn:aws:iam::333333333333:role/B
source_profile = a
duration_seconds = 900
external_id = x
[profile lifted]
role_arn = arn:aws:iam::222222222222:role/A
source_profile = plain
mfa_serial = arn:aws:iam::111111111111:mfa/other
[profile without]
role_arn = arn:aws:iam::222222222222:role/A
source_profile = plain
[profile from-temporary]
role_arn = arn:aws:iam::222222222222:role/A
source_profile = temporary
mfa_serial = arn:aws:iam::111111111111:mfa/me
[profile plain]
role_arn = arn:aws:iam::222222222222:role/Own
source_profile = plain
[profile hidden]
guise_role_arn = arn:aws:iam::222222222222:role/A
guise_source_profile = user
credential_process = /bin/guise credential-process --profile hidden
[profile from-command]
role_arn = arn:aws:iam::222222222222:role/A
mfa_serial = arn:aws:iam::111111111111:mfa/me
web_identity_token_process = token
[profile over-command]
role_arn = arn:aws:iam::333333333333:role/B
source_profile = from-command
[profile sdks-first]
role_arn = arn:aws:iam::222222222222:role/A
source_profile = user
web_identity_token_process = token
[profile including]
include_profile = included
[profile included]
role_arn = arn:aws:iam::222222222222:role/A
source_profile = plain
mfa_serial = arn:aws:iam::111111111111:mfa/other
[profile tagged]
role_arn = arn:aws:iam::222222222222:role/A
source_profile = user
session_tags = Team=blue, Env=prod
transitive_session_tags = Env
`

// TestPlan: the chain of each kind of profile, written as its kinds.
func TestPlan(t *testing.T) {
	f := read(t, profiles, keys)
	for name, want := range map[string]string{
		"user":           "keys(AKIAUSER) session-token(me)",
		"a":              "keys(AKIAUSER) session-token(me) assume-role(A)",
		"b":              "keys(AKIAUSER) session-token(me) assume-role(A) assume-role(B)",
		"lifted":         "keys(AKIAPLAIN) session-token(other) assume-role(A)",
		"hidden":         "keys(AKIAUSER) session-token(me) assume-role(A)",
		"temporary":      "keys(ASIATEMP)",
		"from-temporary": "keys(ASIATEMP) assume-role(A)",
		"plain":          "keys(AKIAPLAIN) assume-role(Own)",
		"from-command":   "web-token() assume-role-with-web-identity(A)",
		"over-command":   "web-token() assume-role-with-web-identity(A) assume-role(B)",
		"sdks-first":     "keys(AKIAUSER) session-token(me) assume-role(A)",
		"including":      "keys(AKIAPLAIN) session-token(other) assume-role(A)",
		"tagged":         "keys(AKIAUSER) session-token(me) assume-role(A)",
	} {
		chain, err := session.Resolve(f, name, session.Defaults{SessionName: "guise-me"})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := sketch(chain); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
	tagged, _ := session.Resolve(f, "tagged", session.Defaults{SessionName: "guise-me"})
	if tags := tagged.Last().Tags; len(tags) != 2 || tags[0] != (session.Tag{Key: "Team", Value: "blue"}) || !tags[1].Transitive {
		t.Errorf("%+v", tags)
	}
	b, _ := session.Resolve(f, "b", session.Defaults{SessionName: "guise-me"})
	if l := b.Last(); l.Duration != 15*time.Minute || l.ExternalID != "x" || l.SessionName != "guise-me" {
		t.Errorf("%+v", l)
	}
}

func sketch(c session.Chain) string {
	var words []string
	for _, l := range c {
		of := l.AccessKeyID + l.RoleARN
		if l.Kind == session.SessionToken {
			of = l.Serial
		}
		words = append(words, string(l.Kind)+"("+of[strings.LastIndexAny(of, "/")+1:]+")")
	}
	return strings.Join(words, " ")
}

// TestNoPlan: what cannot work is said before any call.
func TestNoPlan(t *testing.T) {
	for _, c := range []struct{ config, profile, says string }{
		{"[profile x]\nrole_arn = arn:aws:iam::111111111111:role/x\nsource_profile = y\n[profile y]\nrole_arn = arn:aws:iam::111111111111:role/y\nsource_profile = x\n", "x", "x → y → x"},
		{"[profile x]\nrole_arn = arn:aws:iam::111111111111:role/x\nsource_profile = x\n", "x", "x → x"},
		{"[profile x]\nrole_arn = arn:aws:iam::111111111111:role/x\nsource_profile = gone\n", "x", "its source_profile gone does not exist"},
		{"[profile x]\nrole_arn = arn:aws:iam::111111111111:role/x\n", "x", "no source_profile"},
		{"[profile x]\nrole_arn = not-an-arn\nsource_profile = user\n", "x", "not the ARN of a role"},
		{"[profile x]\nrole_arn = arn:aws:iam::111111111111:role/x\nsource_profile = user\ncredential_source = Environment\n", "x", "AWS allows only one"},
		{"[profile x]\nrole_arn = arn:aws:iam::111111111111:role/x\nsource_profile = user\nduration_seconds = 60\n", "x", "from 15m to 12h"},
		{"[profile x]\nrole_arn = arn:aws:iam::111111111111:role/x\nsource_profile = user\nduration_seconds = 99999999999999\n", "x", "from 15m to 12h"},
		{"[profile x]\nrole_arn = arn:aws:iam::111111111111:role/x\nsource_profile = user\nsession_tags = nonsense\n", "x", "Key=Value"},
		{"[profile user]\nguise_session_duration = 40h\nmfa_serial = arn:aws:iam::1:mfa/me\n", "user", "from 15m to 36h"},
		{"[profile x]\nregion = y\n", "x", "no credentials"},
		{"[profile x]\naws_access_key_id = AKIA\n", "x", "no aws_secret_access_key"},
		{"[profile x]\nsso_session = s\nsso_account_id = 1\nsso_role_name = r\n", "x", "no section [sso-session s]"},
		{"[profile x]\nsso_start_url = https://x.awsapps.com/start\nsso_region = eu-west-1\nsso_account_id = 1\nsso_role_name = r\n", "x", "12 digits"},
		{"[profile x]\nsso_start_url = http://evil.example/start\nsso_region = eu-west-1\nsso_account_id = 111111111111\nsso_role_name = r\n", "x", "must be the https address"},
		{"[profile x]\nsso_start_url = https://x.awsapps.com/start\nsso_region = evil.example/\nsso_account_id = 111111111111\nsso_role_name = r\n", "x", "must be the region"},
		{"[profile x]\nrole_arn = arn:aws:iam::111111111111:role/x\ncredential_source = Moon\n", "x", "EcsContainer"},
		{"[profile x]\nguise_saml_url = ftp://x\n", "x", "https address"},
		{"", "nobody", "no such profile"},
	} {
		if _, err := session.Resolve(read(t, c.config, keys), c.profile, session.Defaults{}); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%q: %v, want %q", c.config, err, c.says)
		}
	}
}

// TestKey: every setting that changes what comes out changes the key, and what
// does not, does not.
func TestKey(t *testing.T) {
	const base = "[profile user]\nmfa_serial = arn:aws:iam::1:mfa/me\n[profile x]\nrole_arn = arn:aws:iam::111111111111:role/x\nsource_profile = user\n"
	key := func(config string) string {
		t.Helper()
		chain, err := session.Resolve(read(t, config, keys), "x", session.Defaults{SessionName: "n"})
		if err != nil {
			t.Fatal(err)
		}
		return chain.Key()
	}
	seen := map[string]string{key(base): "the base"}
	for _, more := range []string{
		"role_session_name = other", "external_id = x", "duration_seconds = 900", "source_identity = me", "session_tags = a=b",
		"session_tags = a=b\ntransitive_session_tags = a", "guise_policy = {}", "guise_policy_arns = arn:aws:iam::aws:policy/X", "mfa_serial = arn:aws:iam::1:mfa/other",
	} {
		k := key(base + more + "\n")
		if other, ok := seen[k]; ok {
			t.Errorf("%q has the key of %s", more, other)
		}
		seen[k] = more
	}
	for _, more := range []string{"region = us-east-1", "# a comment", "guise_description = x", "output = json"} {
		if key(base+more+"\n") != key(base) {
			t.Errorf("%q changes the key", more)
		}
	}
	if key(strings.ReplaceAll(base, "role/x", "role/y")) == key(base) {
		t.Error("another role has the same key")
	}
}
