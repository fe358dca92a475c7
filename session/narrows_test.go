package session_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"guise/session"
)

// TestIsPolicy: the ARN of a managed policy, of AWS or of an account, and nothing else.
func TestIsPolicy(t *testing.T) {
	const own = "arn:aws:iam::111111111111:policy/"
	for arn, want := range map[string]bool{
		"arn:aws:iam::aws:policy/ReadOnlyAccess": true, "arn:aws-cn:iam::aws:policy/job-function/ViewOnlyAccess": true, own + "x": true,
		own + strings.Repeat("x", 2048-len(own)): true, own + strings.Repeat("x", 2049-len(own)): false,
		"": false, "arn:aws:iam": false, "x:aws:iam::aws:policy/x": false, "arn:aws:s3::aws:policy/x": false, "arn:aws:iam:eu-west-1:aws:policy/x": false,
		"arn:aws:iam::1111:policy/x": false, "arn:aws:iam::11111111111a:policy/x": false, "arn:aws:iam::11111111111111:policy/x": false, "arn:aws:iam::111111111111:role/x": false, own: false,
		own + "a,b": false, own + "a b": false, own + "a\x1b": false,
	} {
		if session.IsPolicy(arn) != want {
			t.Errorf("%.80q: %v", arn, !want)
		}
	}
}

// TestGuiseOfForLong: a profile of another one can be for another time, where its session
// has one.
func TestGuiseOfForLong(t *testing.T) {
	for target, can := range map[string]bool{"a": true, "web": true, "federated": true, "narrow-user": true, "sso": false, "process": false, "login": false, "user": false} {
		f := read(t, narrowing+"[profile longer]\nguise_of = "+target+"\nduration_seconds = 7200\n", narrowingKeys)
		chain, err := session.Resolve(f, "longer", session.Defaults{})
		switch refused := new(session.NoDurationError); {
		case !can && (!errors.As(err, &refused) || refused.Profile != target || err.Error() == ""):
			t.Errorf("%s: %v", target, err)
		case can && (err != nil || chain.Last().Duration != 2*time.Hour):
			t.Errorf("%s: %v, %+v", target, err, chain)
		}
	}
	f := read(t, narrowing+"[profile longer]\nguise_of = a\nduration_seconds = soon\n", narrowingKeys)
	if _, err := session.Resolve(f, "longer", session.Defaults{}); !errors.As(err, new(*session.SettingError)) {
		t.Error(err)
	}
	f = read(t, narrowing+"[profile longer]\nguise_of = none\nduration_seconds = 7200\n", narrowingKeys)
	if _, err := session.Resolve(f, "longer", session.Defaults{}); err == nil || errors.As(err, new(*session.NoDurationError)) {
		t.Error(err)
	}
	f = read(t, narrowing+"[profile both]\nguise_of = sso\nguise_policy = {}\nduration_seconds = 7200\n", narrowingKeys)
	if _, err := session.Resolve(f, "both", session.Defaults{}); !errors.As(err, new(*session.NarrowError)) {
		t.Errorf("what cannot be narrowed is said first: %v", err)
	}
}

// TestNarrows: what narrows a session, in words.
func TestNarrows(t *testing.T) {
	for want, l := range map[string]session.Link{
		"": {}, "ReadOnlyAccess": {PolicyARNs: []string{"arn:aws:iam::aws:policy/ReadOnlyAccess"}}, "a policy of 2 characters": {Policy: "{}"},
		"X, y/Z, a policy of 3 characters": {PolicyARNs: []string{"arn:aws:iam::aws:policy/X", "arn:aws:iam::111111111111:policy/y/Z"}, Policy: "{ }"},
	} {
		if got := l.Narrows(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
		if got := (session.Chain{{Policy: "{}"}, l}).Narrows(); got != want {
			t.Errorf("of a chain: %q, want %q", got, want)
		}
	}
	if got := (session.Chain{}).Narrows(); got != "" {
		t.Errorf("of no chain: %q", got)
	}
}

// TestNarrowing: the profiles that narrow another one, at whatever distance, and what
// --read-only would make of it where that is not written.
func TestNarrowing(t *testing.T) {
	const more = "[profile less]\nguise_of = a\nguise_policy = {}\n[profile other]\nguise_of = b\nguise_policy = {}\n" +
		"[profile longer]\nguise_of = less\nduration_seconds = 7200\n[profile round]\nguise_of = around\nguise_policy = {}\n[profile around]\nguise_of = round\nguise_policy = {}\n"
	const written = "[profile a@read-only]\nguise_of = a\nguise_policy_arns = arn:aws:iam::aws:policy/ReadOnlyAccess\n"
	for _, c := range []struct {
		text, name string
		want       []string
	}{
		{more, "a", []string{"less", "longer", "a@read-only"}},
		{more, "less", []string{"longer"}}, // it has policies: none can be added
		{more, "longer", nil},
		{more, "b", []string{"other", "b@read-only"}},
		{more, "sso", nil},
		{more, "round", []string{"around"}},
		{more + written, "a", []string{"less", "a@read-only", "longer"}},
	} {
		f, d := read(t, narrowing+c.text, narrowingKeys), session.Defaults{SessionName: "guise-me"}
		var got []string
		for _, one := range session.Narrowing(f, session.ResolveAll(f, d), c.name, d) {
			if got = append(got, one.Profile.Name); c.name == "a" && (one.Err != nil || one.Chain.Narrows() == "") {
				t.Errorf("%s: %+v", one.Profile.Name, one)
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// TestReadOnlyTwin: an SSO profile of the same account and session that only reads.
func TestReadOnlyTwin(t *testing.T) {
	profile := func(name, account, of, url, role string) string {
		return "[profile " + name + "]\nsso_session = " + of + "\nsso_start_url = " + url + "\nsso_account_id = " + account + "\nsso_role_name = " + role + "\n"
	}
	text := profile("admin", "111111111111", "s", "u", "Admin") + profile("alone", "999999999999", "s", "u", "Admin") +
		profile("account", "222222222222", "s", "u", "ReadOnlyAccess") + profile("session", "111111111111", "z", "u", "ReadOnlyAccess") + profile("portal", "111111111111", "s", "v", "ReadOnlyAccess") +
		profile("wide", "111111111111", "s", "u", "Power") + "[profile none]\nregion = x\n[profile bare]\nsso_role_name = ReadOnlyAccess\n" + profile("reads", "111111111111", "s", "u", "ReadOnlyAccess")
	for name, want := range map[string]string{"admin": "reads", "wide": "reads", "alone": "", "none": "", "gone": ""} {
		if got := session.ReadOnlyTwin(read(t, text, ""), name); got != want {
			t.Errorf("%s: %q", name, got)
		}
	}
}

// TestLettersOfNames: the letters at both ends of what STS takes in the name of a session.
func TestLettersOfNames(t *testing.T) {
	f := read(t, namesConfig, "")
	for template, want := range map[string]string{"09azAZ_+=,.@-": "09azAZ_+=,.@-", "a/:[`{^\u0080": "a--------"[:len("a/:[`{^-")], "{a{user}": "-auser", "{user}.{host}": "user."} {
		chain, err := session.Resolve(f, "admin", session.Defaults{SessionName: template})
		if got := chain.Last().SessionName; err != nil || got != want {
			t.Errorf("%s: %q, not %q, %v", template, got, want, err)
		}
	}
	for _, template := range []string{"guise-{user}", "{profile}", "{source_session}", "{user}.{profile}"} {
		d := session.Defaults{SessionName: template, User: func() string { return "ana" }}
		for _, plan := range session.ResolveAll(f, d) { // what is the same for all is found once
			one, err := session.Resolve(f, plan.Profile.Name, d)
			if err == nil && one.Key() != plan.Chain.Key() {
				t.Errorf("%s: %s has another name among all", template, plan.Profile.Name)
			}
		}
	}
	asked := 0
	d := session.Defaults{SessionName: "guise-{user}", User: func() string { asked++; return "ana" }}
	many := namesConfig
	for _, name := range strings.Fields("p q r s t u v w x y z") {
		many += "[profile " + name + "]\nrole_arn = arn:aws:iam::222222222222:role/" + name + "\nsource_profile = keys\n"
	}
	session.ResolveAll(read(t, many, ""), d)
	if asked > 8 { // once on each processor, where there are few profiles
		t.Errorf("the user is asked for %d times", asked)
	}
}

// TestForSession: what AWS takes as the name of a role session, of what a system calls its user.
func TestForSession(t *testing.T) {
	for name, want := range map[string]string{
		"alice": "alice", "a.b_c=d,e@f-9Z": "a.b_c=d,e@f-9Z", "09azAZ": "09azAZ", `CORP\alice`: "alice", "a b\x00é": "a-b--", "[^{`": "----", "a\u0080:": "a--",
		strings.Repeat("x", 60): strings.Repeat("x", 50),
	} {
		if got := session.SessionName(name); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}
