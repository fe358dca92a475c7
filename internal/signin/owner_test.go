package signin_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"guise/internal/awsconfig"
	"guise/internal/loopback"
	"guise/internal/signin"
	"guise/session"
)

// twoSessions is a bench whose start URL two sessions have; the other one is bob's.
func twoSessions(t *testing.T) (b *bench, other session.Link) {
	t.Helper()
	b = newBench(t)
	other = b.link
	other.Session = "other"
	b.siblings = []session.Link{other}
	return b, other
}

// at runs do on another session of the same portal.
func (b *bench) at(l session.Link, siblings []session.Link, do func()) {
	link, before := b.link, b.siblings
	b.link, b.siblings = l, siblings
	defer func() { b.link, b.siblings = link, before }()
	do()
}

func (b *bench) saidOnce(t *testing.T, line string) {
	t.Helper()
	if n := len(slices.DeleteFunc(slices.Clone(b.said), func(s string) bool { return s != line })); n != 1 {
		t.Errorf("%q was said %d times: %q", line, n, b.said)
	}
}

// TestOtherIdentity: where two sessions have one start URL, guise says whose a sign-in is,
// and takes none of somebody else, until the session is signed out of.
func TestOtherIdentity(t *testing.T) {
	b, other := twoSessions(t)
	first := b.must()
	b.saidOnce(t, "demo: signed in as alice")
	if got := b.sso().State(b.link).Identity; got != "alice" {
		t.Errorf("%q", got)
	}
	b.pass(8 * time.Hour)
	if b.must() == first {
		t.Error("not renewed")
	}
	b.done("GetRoleCredentials", 1) // what is renewed stays whose it was
	if got := b.sso().State(b.link).Identity; got != "alice" {
		t.Errorf("%q", got)
	}

	b.aws.SetPerson("bob")
	b.at(other, []session.Link{b.link}, func() { b.must() })
	b.saidOnce(t, "other: signed in as bob")
	for _, force := range []bool{true, false} { // the first one has ended alice's
		token, err := b.token(session.BaseOptions{Force: force})
		refused, ok := errors.AsType[*signin.OtherError](err)
		if !ok || *refused != (signin.OtherError{Session: "demo", Was: "alice", Is: "bob"}) || token != "" {
			t.Errorf("%q, %v", token, err)
		}
	}
	if state := b.sso().State(b.link); state.Renews || !state.Expires.IsZero() || state.Identity != "" {
		t.Errorf("something was kept: %+v", state)
	}
	b.at(other, []session.Link{b.link}, func() { b.must() })
	if n := len(b.visits); n != 4 {
		t.Errorf("%d visits: the other session has its own token", n)
	}
	b.aws.SetPerson("alice")
	b.must()
	b.aws.SetPerson("bob")
	if _, err := b.sso().SignOut(t.Context(), b.link, b.link.Place); err != nil {
		t.Fatal(err)
	}
	b.must()
	b.saidOnce(t, "demo: signed in as bob, as in [sso-session other]")
}

// leftByTheCLI leaves the token of somebody's sign-in by the AWS CLI.
func (b *bench) leftByTheCLI(who string) string {
	b.aws.SetPerson(who)
	token := b.aws.SignedIn()
	data, err := json.Marshal(map[string]string{
		"startUrl": b.link.StartURL, "region": b.link.Region, "accessToken": token, "expiresAt": b.now().Add(time.Hour).UTC().Format(time.RFC3339),
	})
	if err != nil {
		b.t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(b.dir, "sso"), 0o700); err != nil {
		b.t.Fatal(err)
	}
	const ofDemo = "89e495e7941cf9e40e6980d14a16bf023ccd4c91.json" // SHA-1 of the session's name
	if err := os.WriteFile(filepath.Join(b.dir, "sso", ofDemo), data, 0o600); err != nil {
		b.t.Fatal(err)
	}
	return token
}

// TestOtherOfTheCLI: a token that the AWS CLI has left under a session's name is used only
// if it is of who the session's was.
func TestOtherOfTheCLI(t *testing.T) {
	b, _ := twoSessions(t)
	b.must()
	if err := b.store.Delete(signin.Names(b.link)[0]); err != nil {
		t.Fatal(err)
	}
	left := b.leftByTheCLI
	left("bob")
	b.absent = true
	if token, err := b.token(session.BaseOptions{}); !errors.Is(err, session.ErrNoPerson) {
		t.Errorf("%q, %v", token, err)
	}
	b.saidOnce(t, "demo: a sign-in of bob is passed over: that of [sso-session demo] was alice's")
	want := left("alice")
	for range 2 {
		if b.must() != want {
			t.Error("alice's own is not used")
		}
	}
	b.done("GetRoleCredentials", 3) // each token is asked for once
}

// TestEarlierToken: a token of before there was another session at the start URL is
// asked for at its next use.
func TestEarlierToken(t *testing.T) {
	b, _ := twoSessions(t)
	both := b.siblings
	b.siblings = nil
	token := b.must()
	b.done("GetRoleCredentials", 0)
	b.aws.SetPerson("bob")
	if _, err := b.token(session.BaseOptions{Force: true}); err != nil { // one session alone may be anybody
		t.Error(err)
	}
	b.siblings = both
	if b.must() == token {
		t.Error("not signed in again")
	}
	b.saidOnce(t, "demo: signed in as bob")
	b.done("GetRoleCredentials", 1)
}

// TestUnsaid: where AWS does not say whose a sign-in is, one that must be somebody's is
// refused, and another is used.
func TestUnsaid(t *testing.T) {
	b, _ := twoSessions(t)
	b.aws.SetOrganisation(nil)
	b.must()
	if !slices.ContainsFunc(b.said, func(s string) bool { return strings.HasPrefix(s, "demo: AWS does not say whose sign-in this is") }) {
		t.Errorf("%q", b.said)
	}
	b.aws.SetOrganisation(loopback.DemoOrganisation(2))
	b.must()
	b.saidOnce(t, "demo: signed in as alice")
	b.aws.SetOrganisation([]loopback.Account{{ID: "600000000001", Name: "empty"}})
	if token, err := b.token(session.BaseOptions{Force: true}); !errors.As(err, new(*signin.UnsaidError)) {
		t.Errorf("%q, %v", token, err)
	}
	b.aws.SetOrganisation(loopback.DemoOrganisation(2))
	b.aws.Fail(loopback.Fault{Action: "GetRoleCredentials", Status: 403, Code: "ForbiddenException"})
	if token, err := b.token(session.BaseOptions{Force: true}); !errors.As(err, new(*signin.UnsaidError)) {
		t.Errorf("%q, %v", token, err)
	}
	if state := b.sso().State(b.link); !state.Expires.IsZero() || state.Renews {
		t.Errorf("%+v", state)
	}
}

// TestIdentify: who is signed in to the only session of a start URL is asked through a role
// that is known, once for each token.
func TestIdentify(t *testing.T) {
	b := newBench(t)
	b.must()
	for range 2 {
		if err := b.sso().Identify(t.Context(), b.link, awsconfig.Grant{AccountID: "600000000001", Role: "Developer"}); err != nil {
			t.Fatal(err)
		}
	}
	if got := b.sso().State(b.link).Identity; got != "alice" {
		t.Errorf("%q", got)
	}
	b.done("GetRoleCredentials", 1)
	b.done("ListAccounts", 0)
}

// TestIdentifyOther: a token of somebody else that the AWS CLI has left beside the session's
// own makes nobody else the session's user, whoever asks, and however often.
func TestIdentifyOther(t *testing.T) {
	b, _ := twoSessions(t)
	own := b.must()
	b.leftByTheCLI("bob")
	for range 3 {
		if err := b.sso().Identify(t.Context(), b.link, awsconfig.Grant{AccountID: "600000000001", Role: "Developer"}); err != nil {
			t.Error(err)
		}
		if got := b.must(); got != own {
			t.Error("another token than the session's own is used")
		}
		if got := b.sso().State(b.link).Identity; got != "alice" {
			t.Errorf("%q", got)
		}
	}
}
