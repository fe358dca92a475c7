package session_test

import (
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"guise/session"
)

const narrowing = profiles + `
[profile web]
role_arn = arn:aws-cn:iam::222222222222:role/A
web_identity_token_file = /t
[profile federated]
guise_saml_url = https://idp/
region = us-gov-west-1
[profile env]
role_arn = arn:aws:iam::222222222222:role/A
credential_source = Environment
[sso-session s]
sso_start_url = https://x/start
sso_region = eu-west-1
[profile sso]
sso_session = s
sso_account_id = 111111111111
sso_role_name = R
[profile over-sso]
role_arn = arn:aws:iam::222222222222:role/A
source_profile = sso
[profile login]
login_session = arn:aws:iam::111111111111:user/me
[profile process]
credential_process = /bin/creds
[profile alone]
region = cn-north-1
guise_session = yes
guise_session_duration = 2h
[profile narrow-user]
guise_policy = {"Version":"2012-10-17"}
[profile over-narrow-user]
role_arn = arn:aws:iam::222222222222:role/A
source_profile = narrow-user
[profile policy]
role_arn = arn:aws:iam::222222222222:role/A
source_profile = user
guise_policy_arns = arn:aws:iam::aws:policy/AmazonS3FullAccess
[profile reads]
role_arn = arn:aws:iam::222222222222:role/A
source_profile = user
guise_policy_arns = arn:aws:iam::aws:policy/ReadOnlyAccess
`

const narrowingKeys = keys + "[alone]\naws_access_key_id = AKIAALONE\naws_secret_access_key = s\n[narrow-user]\naws_access_key_id = AKIANARROW\naws_secret_access_key = s\n"

// TestGuiseOf: a profile with guise_of is the chain of the one that it names, whose last
// step has the policies; where no step takes them there is no chain at all.
func TestGuiseOf(t *testing.T) {
	for target, want := range map[string]string{
		"a":           "keys(AKIAUSER) session-token(me) assume-role(A)",
		"b":           "keys(AKIAUSER) session-token(me) assume-role(A) assume-role(B)",
		"without":     "keys(AKIAPLAIN) assume-role(A)",
		"plain":       "keys(AKIAPLAIN) assume-role(Own)", // as itself, not as a source, which is its keys
		"hidden":      "keys(AKIAUSER) session-token(me) assume-role(A)",
		"web":         "web-token() assume-role-with-web-identity(A)",
		"federated":   "assertion() assume-role-with-saml()",
		"env":         "environment() assume-role(A)",
		"over-sso":    "sso-token() sso-role() assume-role(A)",
		"alone":       "keys(AKIAALONE) federation-token()",
		"user":        "user cannot be narrowed: an IAM user is narrowed by GetFederationToken, which knows no MFA, and this one has an mfa_serial",
		"sso":         "sso cannot be narrowed: AWS takes no session policy for an SSO role",
		"login":       "login cannot be narrowed: AWS takes no session policy for a sign-in by aws login",
		"process":     "process cannot be narrowed: AWS takes no session policy for what another program prints",
		"temporary":   "temporary cannot be narrowed: its access key is a temporary one, of which AWS makes no other session",
		"policy":      "policy cannot be narrowed: it has session policies of its own, and another one would widen what they allow",
		"narrow-user": "narrow-user cannot be narrowed: it has session policies of its own, and another one would widen what they allow",
		"none":        "its guise_of none does not exist (reached by narrow → none)",
	} {
		f := read(t, narrowing+"[profile narrow]\nguise_of = "+target+"\nguise_policy_arns = arn:aws:iam::aws:policy/X, arn:aws:iam::111111111111:policy/y/Z\nguise_policy = {}\n", narrowingKeys)
		chain, err := session.Resolve(f, "narrow", session.Defaults{SessionName: "guise-" + strings.Repeat("x", 40)})
		got := ""
		if err != nil {
			got = err.Error()
		} else {
			got = sketch(chain)
		}
		if got != want && got != strings.TrimSuffix(want, " (reached by narrow → none)") {
			t.Errorf("%s: %s, want %s", target, got, want)
		}
		if err != nil {
			continue
		}
		last := chain.Last()
		if last.Policy != "{}" || len(last.PolicyARNs) != 2 || last.NarrowedBy != "narrow" || last.Profile != target && target != "alone" {
			t.Errorf("%s: %+v", target, last)
		}
		for i, l := range chain[:len(chain)-1] {
			if l.Policy != "" || l.PolicyARNs != nil || l.NarrowedBy != "" {
				t.Errorf("%s: link %d is narrowed: %+v", target, i, l)
			}
		}
		wide, err := session.Resolve(f, target, session.Defaults{SessionName: "guise-" + strings.Repeat("x", 40)})
		if err != nil || wide.Last().Policy != "" || wide.Key() == chain.Key() {
			t.Errorf("%s itself is narrowed: %v", target, err)
		}
		if target != "alone" && wide[:len(wide)-1].Key() != chain[:len(chain)-1].Key() {
			t.Errorf("%s: the sessions before the last are not shared", target)
		}
	}
}

// TestFederatedUser: what a narrowed session of an IAM user is.
func TestFederatedUser(t *testing.T) {
	f := read(t, narrowing+"[profile narrow]\nguise_of = alone\nguise_policy = {}\n", narrowingKeys)
	chain, err := session.Resolve(f, "narrow", session.Defaults{SessionName: "guise-" + strings.Repeat("x", 40)})
	if err != nil {
		t.Fatal(err)
	}
	if l := chain.Last(); len(l.SessionName) != 32 || l.Duration != 2*time.Hour || l.Region != "cn-north-1" {
		t.Errorf("%+v", l)
	}
	own, err := session.Resolve(f, "narrow-user", session.Defaults{SessionName: "guise-me"})
	if err != nil || sketch(own) != "keys(AKIANARROW) federation-token()" || own.Last().NarrowedBy != "" || own.Last().SessionName != "guise-me" {
		t.Errorf("%+v %v", own, err)
	}
	if _, err := session.Resolve(f, "over-narrow-user", session.Defaults{}); !errors.As(err, new(*session.SourceError)) {
		t.Errorf("AWS lets no such session assume a role: %v", err)
	}
}

// TestNoWideSession: a narrowed profile that does not say how, or in a way that AWS would
// refuse, has no chain.
func TestNoWideSession(t *testing.T) {
	for settings, want := range map[string]string{
		"":                              "guise_of = a: it needs guise_policy or guise_policy_arns, or it would be as wide as a",
		"guise_policy_arns = ,":         "guise_of = a: it needs",
		"guise_policy = x":              "guise_policy = x: must be a policy, as JSON",
		`guise_policy = "x"`:            "guise_policy = x: must be a policy, as JSON",
		`guise_policy = [1]`:            "guise_policy = [1]: must be a policy, as JSON",
		"guise_policy = {":              "guise_policy = {: must be a policy",
		"guise_policy_arns = ReadOnly":  "guise_policy_arns = ReadOnly: not the ARN of a policy",
		"guise_policy = {}\nrole_arn=x": "guise_of = a: it stands beside role_arn",
		"guise_policy = {}\nlogin_session = arn:aws:iam::111111111111:user/me":    "beside login_session",
		"guise_policy = {}\ncredential_process = /bin/creds":                      "beside credential_process",
		"guise_policy_arns = " + strings.Repeat("arn:aws:iam::aws:policy/X,", 11): "AWS takes 10 policies, and these are 11",
		`guise_policy = {"Sid":"` + strings.Repeat("x", 2039) + `"}`:              "AWS takes 2048 characters, and it has 2049",
		`guise_policy = {"Sid":"` + strings.Repeat("x", 2038) + `"}`:              "",
		"guise_policy_arns = " + strings.Repeat("arn:aws:iam::aws:policy/X,", 10): "",
	} {
		f := read(t, narrowing+"[profile narrow]\nguise_of = a\n"+settings+"\n", narrowingKeys)
		_, err := session.Resolve(f, "narrow", session.Defaults{})
		if want == "" && err == nil {
			continue
		}
		if setting := new(session.SettingError); !errors.As(err, &setting) || !strings.Contains(err.Error(), want) || want == "" {
			t.Errorf("%.60q: %v", settings, err)
		}
	}
}

// TestGuiseOfLoops: profiles that lead back to themselves, whichever of the two keys leads
// where, have no chain, alone and among all.
func TestGuiseOfLoops(t *testing.T) {
	const by = "\nguise_policy = {}\n"
	const role = "\nrole_arn = arn:aws:iam::222222222222:role/A\n"
	for text, want := range map[string]string{
		"[profile x]\nguise_of = x" + by:                                                                                            "x → x",
		"[profile x]\nguise_of = y" + by + "[profile y]\nguise_of = x" + by:                                                         "x → y → x",
		"[profile x]\nguise_of = y" + by + "[profile y]\nsource_profile = x" + role:                                                 "x → y → x",
		"[profile x]" + role + "source_profile = y\n[profile y]\nguise_of = x" + by:                                                 "x → y → x",
		"[profile x]" + role + "source_profile = z\n[profile y]\nguise_of = x" + by + "[profile z]" + role + "source_profile = y\n": "x → z → y → x",
	} {
		f := read(t, text, "")
		_, err := session.Resolve(f, "x", session.Defaults{})
		if loop := new(session.LoopError); !errors.As(err, &loop) || strings.Join(loop.Profiles, " → ") != want || !loop.Of || !strings.HasPrefix(err.Error(), "source_profile and guise_of form a loop: ") {
			t.Errorf("%q: %v", text, err)
		}
		if m, ok := session.MistakeIn(f, err); !ok || m.Line == 0 {
			t.Errorf("%q: where to change it: %+v", text, m)
		}
		for _, plan := range session.ResolveAll(f, session.Defaults{}) {
			if !errors.As(plan.Err, new(*session.LoopError)) {
				t.Errorf("%q: %s: %v", text, plan.Profile, plan.Err)
			}
		}
	}
}

// TestProfilesOfAChain: guards look at every profile that a chain is made of.
func TestProfilesOfAChain(t *testing.T) {
	f := read(t, narrowing+"[profile narrow]\nguise_of = b\nguise_policy = {}\n[profile above]\nsource_profile = narrow\nrole_arn = arn:aws:iam::222222222222:role/C\n", narrowingKeys)
	for name, want := range map[string][]string{
		"narrow": {"narrow", "b", "a", "user"},
		"above":  {"above", "narrow", "b", "a", "user"},
		"b":      {"b", "a", "user"},
	} {
		chain, err := session.Resolve(f, name, session.Defaults{SessionName: "guise-me"})
		if err != nil || !slices.Equal(chain.Profiles(), want) {
			t.Errorf("%s: %v, %v", name, chain.Profiles(), err)
		}
	}
	plans := session.ResolveAll(f, session.Defaults{SessionName: "guise-me"})
	for _, plan := range plans { // with shared sources the plans are the same
		alone, err := session.Resolve(f, plan.Profile.Name, session.Defaults{SessionName: "guise-me"})
		if (err == nil) != (plan.Err == nil) || err == nil && alone.Key() != plan.Chain.Key() {
			t.Errorf("%s: %v, among all: %v", plan.Profile, err, plan.Err)
		}
	}
}

// TestReadOnly: which profile --read-only means.
func TestReadOnly(t *testing.T) {
	const own = `
[profile sso-twin]
sso_session = s
sso_account_id = 111111111111
sso_role_name = R
guise_read_only = twin
[profile twin]
sso_session = s
sso_account_id = 111111111111
sso_role_name = ReadOnly
guise_read_only = twin
[profile gone]
guise_read_only = nowhere
[profile written]
role_arn = arn:aws:iam::222222222222:role/A
source_profile = user
region = eu-west-1
[profile written@read-only]
guise_of = written
guise_policy_arns = arn:aws:iam::aws:policy/ReadOnlyAccess
[profile wider]
role_arn = arn:aws:iam::222222222222:role/A
source_profile = user
[profile wider@read-only]
guise_of = wider
guise_policy_arns = arn:aws:iam::aws:policy/AdministratorAccess
[profile taken]
role_arn = arn:aws:iam::222222222222:role/A
source_profile = user
[profile taken@read-only]
role_arn = arn:aws:iam::222222222222:role/A
source_profile = user
`
	f := read(t, narrowing+own, narrowingKeys)
	const access = "arn:aws:iam::aws:policy/ReadOnlyAccess"
	for name, want := range map[string]struct{ use, policy, err string }{
		"a":                 {"a@read-only", access, ""},
		"b":                 {"b@read-only", access, ""},
		"web":               {"web@read-only", "arn:aws-cn:iam::aws:policy/ReadOnlyAccess", ""},
		"federated":         {"federated@read-only", "arn:aws-us-gov:iam::aws:policy/ReadOnlyAccess", ""},
		"alone":             {"alone@read-only", "arn:aws-cn:iam::aws:policy/ReadOnlyAccess", ""},
		"reads":             {"reads", access, ""},
		"sso-twin":          {"twin", "", ""},
		"twin":              {"twin", "", ""},
		"written":           {"written@read-only", access, ""},
		"written@read-only": {"written@read-only", access, ""},
		"sso":               {"", "", "cannot be narrowed: AWS takes no session policy for an SSO role"},
		"user":              {"", "", "knows no MFA"},
		"policy":            {"", "", "would widen"},
		"gone":              {"", "", "guise_read_only = nowhere: there is no such profile"},
		"wider":             {"", "", "guise_policy_arns = arn:aws:iam::aws:policy/AdministratorAccess: must be " + access + " alone"},
		"taken":             {"", "", "guise_read_only = taken@read-only: must say so"},
		"no-such":           {"", "", "no such profile"},
	} {
		with, use, err := session.ReadOnly(f, name, session.Defaults{SessionName: "guise-me"})
		if want.err != "" {
			if err == nil || !strings.Contains(err.Error(), want.err) {
				t.Errorf("%s: %v, want %s", name, err, want.err)
			}
			continue
		}
		if err != nil || use != want.use {
			t.Errorf("%s: %s, %v", name, use, err)
			continue
		}
		chain, err := session.Resolve(with, use, session.Defaults{SessionName: "guise-me"})
		if err != nil || want.policy != "" && !slices.Equal(chain.Last().PolicyARNs, []string{want.policy}) {
			t.Errorf("%s: %v, %v", name, chain, err)
		}
	}
	narrow := new(session.NarrowError)
	if _, _, err := session.ReadOnly(f, "sso", session.Defaults{}); !errors.As(err, &narrow) || !narrow.ReadOnly || narrow.Profile != "sso" {
		t.Errorf("%+v", narrow)
	}
	for name, want := range map[string]string{"sso": "sso_role_name = R", "user": "mfa_serial = ", "policy": "guise_policy_arns = "} {
		with, _, err := session.ReadOnly(f, name, session.Defaults{})
		m, ok := session.MistakeIn(with, err)
		data, _ := os.ReadFile(m.File)
		if lines := strings.Split(string(data), "\n"); !ok || !strings.HasPrefix(lines[m.Line-1], want) || !strings.HasPrefix(m.Do, "add guise_read_only = "+map[string]string{"sso": "twin"}[name]) {
			t.Errorf("%s: where to add the key: %+v", name, m)
		}
	}
	in := map[string]string{"AWS_REGION": "cn-north-1"}
	if with, use, err := session.ReadOnly(f, "federated", session.Defaults{}); err != nil {
		t.Error(err)
	} else if p, err := with.Profile(use); err != nil || p.Get("region") != "us-gov-west-1" {
		t.Errorf("the region of SDKs is the profile's: %v", err)
	}
	f = read(t, "[profile here]\nguise_saml_url = https://idp/\n", "")
	with, use, err := session.ReadOnly(f, "here", session.Defaults{Getenv: func(name string) string { return in[name] }})
	if p, _ := with.Profile(use); err != nil || p.Own("policy_arns") != "arn:aws-cn:iam::aws:policy/ReadOnlyAccess" {
		t.Errorf("in the terminal's region: %q %v", p.Own("policy_arns"), err)
	}
}
