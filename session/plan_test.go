package session_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"guise/internal/awsconfig"
	"guise/internal/sdk"
	"guise/session"
)

const signIns = "[sso-session s]\nsso_start_url = https://x/start\nsso_region = eu-west-1\n[sso-session open]\nsso_start_url = https://x/start\nsso_region = eu-west-1\nsso_registration_scopes = a, b\n"

// TestRefusedSettings: what AWS would refuse, or what would lead a secret to somebody
// else, is refused in the plan; what is right at the edge is not.
func TestRefusedSettings(t *testing.T) {
	const (
		role = "role_arn = arn:aws:iam::222222222222:role/A\nsource_profile = user\n"
		old  = "sso_account_id = 111111111111\nsso_role_name = R\nsso_region = eu-west-1\n"
		mfa  = "aws_access_key_id = A\naws_secret_access_key = s\nmfa_serial = arn:aws:iam::1:mfa/me\n"
	)
	for settings, says := range map[string]string{
		"role_arn = arn:aws:iam::222222222222:role/A:B\nsource_profile = user":  "role_arn",
		"role_arn = arn:aws:sts::222222222222:role/A\nsource_profile = user":    "role_arn",
		"role_arn = x:aws:iam::222222222222:role/A\nsource_profile = user":      "role_arn",
		"role_arn = arn:aws:iam::222222222222:user/A\nsource_profile = user":    "role_arn",
		"role_arn = arn:aws-cn:iam::222222222222:role/A\nsource_profile = user": "",
		role + "duration_seconds = 899":                                         "from 15m to 12h",
		role + "duration_seconds = 900":                                         "",
		role + "duration_seconds = 43200":                                       "",
		role + "duration_seconds = 43201":                                       "from 15m to 12h",
		role + "duration_seconds = 9223372036854775807":                         "from 15m to 12h",
		role + "duration_seconds = soon":                                        "from 15m to 12h",
		role + "duration_seconds = 12h":                                         "",
		role + "duration_seconds = 12h1s":                                       "from 15m to 12h",
		role + "session_tags = a=b, =c":                                         "Key=Value",
		mfa + "guise_session_duration = 36h":                                    "",
		mfa + "guise_session_duration = 129600":                                 "",
		mfa + "guise_session_duration = 129601":                                 "guise_session_duration",
		mfa + "session_duration = 129601":                                       "session_duration",
		old + "sso_start_url = https://x/start":                                 "",
		old + "sso_start_url = http://127.0.0.1:1/start":                        "",
		old + "sso_start_url = http://localhost:1/start":                        "",
		old + "sso_start_url = http://[::1]:1/start":                            "",
		old + "sso_start_url = ftp://localhost/start":                           "https address",
		old + "sso_start_url = http://localhost.evil.example/start":             "https address",
		old + "sso_start_url = https:///start":                                  "https address",
		old + "sso_start_url = https://x/%zz":                                   "https address",
		"sso_session = s\nsso_account_id = 11111111111x\nsso_role_name = R":     "12 digits",
		"sso_session = s\nsso_account_id = 1111111111111\nsso_role_name = R":    "12 digits",
		"guise_saml_url = https:///x":                                           "https address",
		"guise_saml_url = https://x/%zz":                                        "https address",
		"guise_saml_url = http://idp/":                                          "https address",
		"guise_saml_url = http://127.0.0.1/":                                    "",
		"guise_saml_url = https://idp/\nguise_saml_role_arn = A":                "guise_saml_role_arn",
		"guise_saml_url = https://idp/\nduration_seconds = 1":                   "duration_seconds",
		"guise_saml_url = https://idp/\nguise_saml_role_arn = " + roleA:         "",
		"guise_saml_command = /bin/assert\nguise_saml_url = nonsense":           "",
		"source_profile = user":                                                 "it has a source_profile, and no role_arn to assume",
		"credential_source = Environment":                                       "it has a credential_source, and no role_arn to assume",
	} {
		_, err := session.Resolve(read(t, signIns+"[profile p]\n"+settings+"\n", keys), "p", session.Defaults{})
		if (err == nil) != (says == "") || err != nil && !strings.Contains(err.Error(), says) {
			t.Errorf("%q: %v, want %q", settings, err, says)
		}
	}
}

// TestPlanned: what settings become in the plan.
func TestPlanned(t *testing.T) {
	plan := func(settings string, o outside) session.Chain {
		t.Helper()
		chain, err := session.Resolve(read(t, signIns+"[profile p]\n"+settings+"\n", keys), "p", o.defaults())
		if err != nil {
			t.Fatalf("%q: %v", settings, err)
		}
		return chain
	}
	const (
		sso  = "\nsso_account_id = 111111111111\nsso_role_name = R"
		mfa  = "aws_access_key_id = A\naws_secret_access_key = s\nmfa_serial = arn:aws:iam::1:mfa/me\n"
		over = "role_arn = arn:aws:iam::222222222222:role/A\n"
	)
	here := outside{env: map[string]string{}, dir: "/home/alice"}
	if l := plan("sso_session = s"+sso, here)[0]; !slices.Equal(l.Scopes, []string{"sso:account:access"}) {
		t.Errorf("%q", l.Scopes)
	}
	if l := plan("sso_session = open"+sso, here)[0]; !slices.Equal(l.Scopes, []string{"a", "b"}) {
		t.Errorf("%q", l.Scopes)
	}
	for settings, want := range map[string]time.Duration{
		mfa: 12 * time.Hour, mfa + "guise_session_duration = 90m": 90 * time.Minute, mfa + "session_duration = 3600": time.Hour,
		mfa + "session_duration = 3600\nguise_session_duration = 7200": 2 * time.Hour,
		"guise_saml_url = https://idp/\nduration_seconds = 3600":       time.Hour, "guise_saml_url = https://idp/": 0,
	} {
		if got := plan(settings, here).Last().Duration; got != want {
			t.Errorf("%q: %s, want %s", settings, got, want)
		}
	}
	if l := plan("guise_saml_command = /bin/assert\nguise_saml_url = https://idp/", here)[0]; l.URL != "" || l.Command != "/bin/assert" {
		t.Errorf("a command needs no page: %q", l.URL)
	}
	instance := over + "credential_source = Ec2InstanceMetadata\n"
	const six, four = "http://[fd00:ec2::254]", "http://169.254.169.254"
	for _, c := range []struct {
		settings string
		env      map[string]string
		want     string
	}{
		{"", nil, four},
		{"ec2_metadata_service_endpoint_mode = ipv6", nil, six},
		{"ec2_metadata_service_endpoint_mode = IPv4", nil, four},
		{"", map[string]string{"AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE": "IPv6"}, six},
		{"ec2_metadata_service_endpoint = http://a/", nil, "http://a/"},
		{"ec2_metadata_service_endpoint = http://a/", map[string]string{"AWS_EC2_METADATA_SERVICE_ENDPOINT": "http://b/"}, "http://b/"},
	} {
		o := here
		o.env = c.env
		if l := plan(instance+c.settings, o)[0]; l.Endpoint != c.want {
			t.Errorf("%q, %v: %s", c.settings, c.env, l.Endpoint)
		}
	}
	container := here
	container.env = map[string]string{"AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://full/"}
	if l := plan(over+"credential_source = EcsContainer", container)[0]; l.URL != "http://full/" {
		t.Error(l.URL)
	}
	container.env = map[string]string{"AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://full/", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/role"}
	if l := plan(over+"credential_source = EcsContainer", container)[0]; l.URL != "http://169.254.170.2/role" {
		t.Error(l.URL)
	}
	container.env = map[string]string{"AWS_CONTAINER_AUTHORIZATION_TOKEN": "value"}
	if l := plan(over+"credential_source = EcsContainer", container)[0]; len(l.Outside) != 1 || !strings.HasPrefix(l.Outside[0], "token=") || strings.Contains(l.Outside[0], "value") {
		t.Errorf("%q", l.Outside)
	}
	if l := plan(over+"credential_source = EcsContainer", here)[0]; l.Outside != nil {
		t.Errorf("%q", l.Outside)
	}
	login := here
	login.env = map[string]string{"AWS_LOGIN_CACHE_DIRECTORY": "own/../logins"}
	if l := plan("login_session = arn:aws:iam::1:user/me", login)[0]; !slices.Equal(l.Outside, []string{"folder=/home/alice/logins"}) {
		t.Errorf("%q", l.Outside)
	}
	login.env = map[string]string{"AWS_LOGIN_CACHE_DIRECTORY": "/logins"}
	if l := plan("login_session = arn:aws:iam::1:user/me", login)[0]; !slices.Equal(l.Outside, []string{"folder=/logins"}) {
		t.Errorf("%q", l.Outside)
	}
	// A device beside a role is the role's, also where the profile is another's source
	// and its keys are used.
	f := read(t, "[profile p]\n"+over+"source_profile = q\n[profile q]\n"+mfa+over+"source_profile = user\n", keys)
	if chain, err := session.Resolve(f, "p", session.Defaults{}); err != nil || sketch(chain) != "keys(A) assume-role(A)" {
		t.Errorf("%s, %v", sketch(chain), err)
	}
	// Temporary keys make no session.
	temporary := plan("aws_access_key_id = ASIA\naws_secret_access_key = s\naws_session_token = t\nmfa_serial = "+phone, here)
	if len(temporary) != 1 || temporary[0].Kind != session.Keys {
		t.Errorf("%+v", temporary)
	}
}

// TestPlanOfNobody: a plan can be made with nothing known of the outside.
func TestPlanOfNobody(t *testing.T) {
	for _, settings := range []string{
		"credential_process = creds ./x $HOME", "credential_process = creds x", "guise_saml_command = creds", "login_session = arn:aws:iam::1:user/me",
		"role_arn = arn:aws:iam::222222222222:role/A\ncredential_source = EcsContainer", "role_arn = arn:aws:iam::222222222222:role/A\ncredential_source = Ec2InstanceMetadata",
		"role_arn = arn:aws:iam::222222222222:role/A\nweb_identity_token_file = /t",
	} {
		if _, err := session.Resolve(read(t, "[profile p]\n"+settings+"\n", ""), "p", session.Defaults{}); err != nil {
			t.Errorf("%q: %v", settings, err)
		}
	}
}

// TestSSOSession plans a sign-in with no profile.
func TestSSOSession(t *testing.T) {
	f := read(t, signIns+"[sso-session bad]\nsso_start_url = http://x/\nsso_region = eu-west-1\n", "")
	if l, err := session.SSOSession(f, "s", session.Defaults{}); err != nil || l.Kind != session.SSOToken || l.Session != "s" || l.StartURL != "https://x/start" || l.Region != "eu-west-1" {
		t.Errorf("%+v, %v", l, err)
	}
	for name, says := range map[string]string{"gone": "there is no section [sso-session gone]", "bad": "https address"} {
		_, err := session.SSOSession(f, name, session.Defaults{})
		if !errors.As(err, new(*session.SettingError)) || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestWay: which way a profile goes, by its own settings; of several the first.
func TestWay(t *testing.T) {
	const (
		keys = "aws_access_key_id = A\naws_secret_access_key = s\n"
		role = "role_arn = arn:aws:iam::222222222222:role/A\n"
	)
	for _, c := range []struct{ config, credentials, want string }{
		{role + "web_identity_token_file = /t\n" + keys, "", "web-identity"},
		{role + "source_profile = x\n" + keys, "", "role"},
		{"web_identity_token_file = /t\n", "", "none"},
		{"sso_account_id = 1\n" + keys, "", "sso"},
		{"sso_role_name = R\n" + keys, "", "sso"},
		{"sso_start_url = https://x/\n", "", "sso"},
		{"sso_start_url = https://x/\n" + keys, "", "static"},
		{"guise_saml_url = https://x/\n" + keys, "", "saml"},
		{"guise_saml_command = x\n" + keys, "", "saml"},
		{"login_session = x\ncredential_process = x\n" + keys, "", "login"},
		{"credential_process = x\n" + keys, "", "process"},
		{"credential_process = x\n", keys, "static"},
		{"login_session = x\nmfa_serial = m\n", keys, "iam-user"},
		{keys, "", "static"},
		{keys + "mfa_serial = m\n", "", "iam-user"},
		{keys + "mfa_serial = m\naws_session_token = t\n", "", "static"},
		{"sso_session = s\n", "", "sso"},
		{"sso_session = s\n" + keys, "", "static"},
		{"region = x\nmfa_serial = m\n", "", "none"},
	} {
		credentials := ""
		if c.credentials != "" {
			credentials = "[p]\n" + c.credentials
		}
		p, err := read(t, "[profile p]\n"+c.config, credentials).Profile("p")
		if err != nil {
			t.Fatal(err)
		}
		if got := session.Way(p); got != c.want {
			t.Errorf("%q %q: %s, want %s", c.config, c.credentials, got, c.want)
		}
	}
}

// TestFromFilesAlone: which plans another terminal would make too.
func TestFromFilesAlone(t *testing.T) {
	for kind, want := range map[session.Kind]bool{
		session.Keys: true, session.SSOToken: true, session.Assertion: true, session.Environment: false, session.Instance: false, session.Container: false,
		session.WebToken: false, session.Process: false, session.Login: false,
	} {
		if got := (session.Chain{{Kind: kind}}).FromFilesAlone(); got != want {
			t.Errorf("%s: %v", kind, got)
		}
	}
	if (session.Chain{{Kind: session.Assertion, Command: "x"}}).FromFilesAlone() {
		t.Error("a command sees more than the files")
	}
}

// TestAsTheSDKsWays: each kind of source and step, as an adoption compares it.
func TestAsTheSDKsWays(t *testing.T) {
	assume := session.Link{Kind: session.AssumeRole, RoleARN: roleA, SessionName: "me"}
	named := assume
	named.SessionName = "own"
	defaults := session.Defaults{SessionName: "me"}
	for _, c := range []struct {
		chain session.Chain
		want  string
	}{
		{session.Chain{{Kind: session.Login, LoginARN: "arn:me"}}, "login arn:me"},
		{session.Chain{{Kind: session.Environment}, assume}, "environment → role " + roleA},
		{session.Chain{{Kind: session.Instance}}, "instance"},
		{session.Chain{{Kind: session.Container}}, "container"},
		{session.Chain{{Kind: session.Assertion, URL: "https://idp/"}, {Kind: session.SAML, RoleARN: roleA}}, "assertion https://idp/ → assume-role-with-saml " + roleA},
	} {
		if got := c.chain.Plan(defaults).String(); got != c.want {
			t.Errorf("%s, want %s", got, c.want)
		}
	}
	// Two sessions of one role differ by the name that a profile gives one of them; the
	// one that guise makes up is none.
	plan := func(l session.Link) sdk.Plan { return (session.Chain{l}).Plan(defaults) }
	unnamed := assume
	unnamed.SessionName = ""
	if !slices.Equal(plan(assume), plan(unnamed)) || slices.Equal(plan(assume), plan(named)) {
		t.Errorf("%+v, %+v, %+v", plan(assume), plan(unnamed), plan(named))
	}
	if p := plan(session.Link{Kind: session.Process, Command: "/bin/creds"}); !slices.Equal(p, sdk.Plan{sdk.Process("/bin/creds")}) {
		t.Errorf("%+v", p)
	}
}

// TestErrorsSay what is wrong, in one line.
func TestErrorsSay(t *testing.T) {
	long := strings.Repeat("x", 59) + "é" + strings.Repeat("y", 50)
	for _, c := range []struct {
		err  error
		want string
	}{
		{&session.SourceError{Profile: "a", Why: "it has none", Path: []string{"a"}}, "it has none"},
		{&session.SourceError{Profile: "b", Why: "it has none", Path: []string{"a", "b"}}, "it has none (reached by a → b)"},
		{&session.SettingError{Profile: "p", Key: "k", Value: strings.Repeat("x", 60), Why: "must not"}, "profile p: k = " + strings.Repeat("x", 60) + ": must not"},
		{&session.SettingError{Profile: "p", Key: "k", Value: long, Why: "must not"}, "profile p: k = " + strings.Repeat("x", 59) + "…: must not"},
		{&session.APIError{Op: "AssumeRole", Code: "AccessDenied", Message: " no\n"}, "AssumeRole: AccessDenied: no"},
		{&session.APIError{Op: "AssumeRole", Message: "no answer"}, "AssumeRole: no answer"},
		{&session.WaitError{After: 90*time.Second + time.Millisecond}, "another process has been waiting for a code for 1m30s"},
	} {
		if got := c.err.Error(); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

// TestLeft: by AWS's clock where ours is off by more than it tolerates.
func TestLeft(t *testing.T) {
	now := time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)
	for skew, want := range map[time.Duration]time.Duration{
		0: time.Hour, 5 * time.Minute: time.Hour, -5 * time.Minute: time.Hour, 6 * time.Minute: 54 * time.Minute, -6 * time.Minute: 66 * time.Minute,
	} {
		if got := (session.Credentials{Expires: now.Add(time.Hour), Skew: skew}).Left(now); got != want {
			t.Errorf("%s: %s", skew, got)
		}
	}
	if got := (session.Credentials{}).Left(now); got < 50*365*24*time.Hour {
		t.Errorf("keys that do not expire: %s", got)
	}
}

// TestCommandsSecrets: the value of a secret variable that a command names is no part of
// what is written down of the session; that of another is.
func TestCommandsSecrets(t *testing.T) {
	in := func(env map[string]string) string {
		f := read(t, "[profile p]\ncredential_process = /bin/creds ${MY_token} $API_SECRET ${PASSWORD:-none} $TOKEN_FILE\n", "")
		chain, err := session.Resolve(f, "p", outside{env: env}.defaults())
		if err != nil {
			t.Fatal(err)
		}
		return strings.Join(chain[0].Outside, "\n")
	}
	all := in(map[string]string{"MY_token": "value1", "API_SECRET": "value2", "PASSWORD": "value3", "TOKEN_FILE": "/value4", "aws_profile": "value5", "Aws_Secret_Access_Key": "value6"})
	for _, secret := range []string{"value1", "value2", "value3", "value6"} {
		if strings.Contains(all, secret) {
			t.Errorf("%s is in %q", secret, all)
		}
	}
	if !strings.Contains(all, "/value4") || !strings.Contains(all, "value5") {
		t.Errorf("%q", all)
	}
	for range 10 { // the environment has no order
		if again := in(map[string]string{"AWS_B": "1", "AWS_A": "2", "AWS_C": "3", "AWS_D": "4"}); again != "AWS_A=2\nAWS_B=1\nAWS_C=3\nAWS_D=4\ncommand=/bin/creds      none " && !strings.HasPrefix(again, "AWS_A=2\nAWS_B=1\nAWS_C=3\nAWS_D=4") {
			t.Errorf("%q", again)
		}
	}
}

// TestUnreadableSection: a line that cannot be read is no setting that is not there.
func TestUnreadableSection(t *testing.T) {
	f := read(t, "[profile p]\nrole_arn\nsource_profile = user\n[sso-session s]\nsso_start_url\n[profile q]\nsso_session = s\nsso_account_id = 111111111111\nsso_role_name = R\n", keys)
	for _, name := range []string{"p", "q"} {
		if _, err := session.Resolve(f, name, session.Defaults{}); !errors.As(err, new(*awsconfig.SyntaxError)) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestSplitKeys: an id in one file and its secret in the other are refused.
func TestSplitKeys(t *testing.T) {
	f := read(t, "[profile p]\naws_secret_access_key = s\n", "[p]\naws_access_key_id = A\n")
	if _, err := session.Resolve(f, "p", session.Defaults{}); !errors.As(err, new(*awsconfig.SplitKeysError)) {
		t.Errorf("%v", err)
	}
}
