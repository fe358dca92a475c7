package session_test

import (
	"strings"
	"testing"

	"guise/session"
)

const namesConfig = `
[profile user]
aws_access_key_id = AKIAEXAMPLEEXAMPLE01
aws_secret_access_key = x
mfa_serial = arn:aws:iam::111111111111:mfa/ana@example.com
[profile admin]
role_arn = arn:aws:iam::222222222222:role/Admin
source_profile = user
[profile "team ops/é"]
role_arn = arn:aws:iam::333333333333:role/Ops
source_profile = admin
[profile own]
role_arn = arn:aws:iam::222222222222:role/Own
source_profile = user
role_session_name = mine
source_identity = ana
[profile behind]
role_arn = arn:aws:iam::222222222222:role/Behind
source_profile = own
[profile keys]
aws_access_key_id = AKIAEXAMPLEEXAMPLE02
aws_secret_access_key = x
[profile of-keys]
role_arn = arn:aws:iam::222222222222:role/Keys
source_profile = keys
[profile sso]
sso_start_url = https://acme.awsapps.com/start
sso_region = eu-west-1
sso_account_id = 444444444444
sso_role_name = Viewer
[profile of-sso]
role_arn = arn:aws:iam::222222222222:role/Sso
source_profile = sso
`

// TestSessionNames: each role of a chain has the name of the template, in the letters and within the
// length that STS takes, unless its profile names it; and all that is in it is in the key.
func TestSessionNames(t *testing.T) {
	f := read(t, namesConfig, "")
	named := func(d session.Defaults, profile string) (names, identities string, key string) {
		t.Helper()
		chain, err := session.Resolve(f, profile, d)
		if err != nil {
			t.Fatal(profile, err)
		}
		var all, ids []string
		for _, l := range chain {
			if l.Kind == session.AssumeRole {
				all, ids = append(all, l.SessionName), append(ids, l.SourceIdentity)
			}
		}
		return strings.Join(all, " "), strings.Join(ids, " "), chain.Key()
	}
	here := func(template, identity string) session.Defaults {
		return session.Defaults{SessionName: template, SourceIdentity: identity, User: func() string { return "ana" }, Host: func() string { return "box.example" }}
	}
	for _, c := range []struct{ template, profile, want string }{
		{"guise-{user}", "admin", "guise-ana"},
		{"{user}@{host}", "admin", "ana@box.example"},
		{"{profile}", "team ops/é", "admin team-ops--"},
		{"{source_session}", "admin", "ana@example.com"},
		{"{source_session}", "team ops/é", "ana@example.com ana@example.com"},
		{"{source_session}.x", "behind", "mine mine.x"},
		{"{source_session}", "of-keys", "ana"},
		{"{source_session}", "of-sso", "ana"},
		{"x y/{profile}+=,.@_-", "admin", "x-y-admin+=,.@_-"},
		{"x", "admin", "x-"},
		{"{user}", "own", "mine"},
		{strings.Repeat("long", 20), "admin", strings.Repeat("long", 16)},
	} {
		if got, _, _ := named(here(c.template, ""), c.profile); got != c.want {
			t.Errorf("%s of %s: %q, want %q", c.template, c.profile, got, c.want)
		}
	}
	for profile, want := range map[string]string{"admin": "ana", "team ops/é": "ana ", "own": "ana", "behind": "ana "} {
		if _, got, _ := named(here("x", "{user}"), profile); got != want {
			t.Errorf("source identities of %s: %q, want %q", profile, got, want)
		}
	}
	_, _, plain := named(here("guise-{user}", ""), "admin")
	for _, d := range []session.Defaults{here("guise-{profile}", ""), here("guise-{user}", "{user}")} {
		if _, _, key := named(d, "admin"); key == plain {
			t.Errorf("%+v: the key is the same", d)
		}
	}
	other := here("guise-{user}", "")
	other.User = func() string { return "bob" }
	if _, _, key := named(other, "admin"); key == plain {
		t.Error("another user has the same key")
	}
}

// TestNamesOfPlans: a name of guise's own is none to the law of adoption, whatever it is made
// of; a profile's own is.
func TestNamesOfPlans(t *testing.T) {
	f := read(t, namesConfig, "")
	d := session.Defaults{SessionName: "{profile}.{source_session}", User: func() string { return "ana" }}
	for profile, want := range map[string]string{"team ops/é": "", "own": "mine"} {
		chain, err := session.Resolve(f, profile, d)
		if err != nil {
			t.Fatal(err)
		}
		plan := chain.Plan(d)
		if got := plan[len(plan)-1].SessionName(); got != want {
			t.Errorf("%s: %q, want %q", profile, got, want)
		}
	}
}

func TestCheckName(t *testing.T) {
	for template, want := range map[string]string{
		"guise-{user}.{host}.{profile}.{source_session}": "", "plain": "", "{open": "",
		"{usr}": "has no field {usr}; there is {user}", "{program}": "has no field {program}; there are {user}, {host}, {profile}, {source_session}",
	} {
		err := session.CheckName(template)
		if (err == nil) != (want == "") || err != nil && err.Error() != want {
			t.Errorf("%s: %v, want %q", template, err, want)
		}
	}
}

// TestSourceIdentityDenied: AWS' denial of a source identity says what has to allow it.
func TestSourceIdentityDenied(t *testing.T) {
	denied := &session.APIError{Op: "AssumeRole", Code: "AccessDenied", Message: "User: arn:aws:iam::111111111111:user/ana is not authorized to perform: sts:SetSourceIdentity on resource: arn:aws:iam::222222222222:role/Admin", Reason: session.Denied}
	for identity, want := range map[string]bool{"ana": true, "": false} {
		err := &session.StepError{Link: session.Link{Kind: session.AssumeRole, SourceIdentity: identity}, Err: denied}
		if got := strings.Contains(err.Refusal(), "sts:SetSourceIdentity; or set no source_identity"); got != want {
			t.Errorf("%q: %s", identity, err.Refusal())
		}
	}
}
