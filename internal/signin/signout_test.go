package signin_test

import (
	"context"
	"errors"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"guise/internal/loopback"
	"guise/internal/signin"
	"guise/session"
)

// TestSignOutAll: each sign-in ends once, whichever profiles start from it; what a portal
// is not told of is an error of that one alone.
func TestSignOutAll(t *testing.T) {
	b := newBench(t)
	b.must()
	portal := session.Link{Kind: session.SSORole, Place: b.link.Place}
	login := session.Link{Kind: session.Login, LoginARN: loopback.DemoLogin, Place: session.Place{Endpoint: b.link.Endpoint}}
	broken := errors.New("broken")
	out := signin.Services{
		SSO: func() (*signin.SSO, error) { return b.sso(), nil },
		Login: func() (*signin.Login, error) {
			return &signin.Login{Dir: filepath.Join(b.dir, "login"), Now: b.now}, nil
		},
	}
	chains := []session.Chain{
		{{Kind: session.Keys}}, {b.link, portal}, {b.link, portal, {Kind: session.AssumeRole}}, {login},
	}
	all := func() (ended []signin.Ended) {
		for e := range out.SignOutAll(t.Context(), chains) {
			ended = append(ended, e)
		}
		return ended
	}
	b.aws.Fail(loopback.Fault{Action: "Logout", Status: http.StatusForbidden, Code: "ForbiddenException"})
	got := all()
	if len(got) != 2 || !got[0].Was || !errors.As(got[0].Err, new(*signin.NotToldError)) || got[1].Was || got[1].Err != nil {
		t.Errorf("the portal refuses: %+v", got)
	}
	if got[0].Done() != "" || !strings.HasPrefix(got[0].Undone().Error(), "still signed in to ") || got[1].Done() != "" || got[1].Undone() != nil {
		t.Errorf("%q %v, %q %v", got[0].Done(), got[0].Undone(), got[1].Done(), got[1].Undone())
	}
	b.aws.Fail()
	if got = all(); len(got) != 2 || !got[0].Was || got[0].Err != nil || got[0].Link.Kind != session.SSOToken || got[1].Link.Kind != session.Login {
		t.Errorf("%+v", got)
	}
	if done := got[0].Done(); !strings.HasPrefix(done, "signed out of ") || got[0].Undone() != nil {
		t.Errorf("%q %v", done, got[0].Undone())
	}
	out.SSO = func() (*signin.SSO, error) { return nil, broken }
	if got = all(); len(got) != 2 || !errors.Is(got[0].Err, broken) || got[1].Err != nil {
		t.Errorf("%+v", got)
	}
}

// TestForceSignsOut: another sign-in begins with a sign-out at the portal, of guise's token
// and of the AWS CLI's; once for all that want it at the same time.
func TestForceSignsOut(t *testing.T) {
	b := newBench(t)
	shared := b.sso()
	shared.Share = true
	if _, err := shared.Token(t.Context(), b.link, session.BaseOptions{}); err != nil {
		t.Fatal(err)
	}
	file, _ := filepath.Glob(filepath.Join(b.dir, "sso", "*.json"))
	cli, err := os.ReadFile(file[0])
	if err != nil {
		t.Fatal(err)
	}
	began := b.now()
	first, err := b.token(session.BaseOptions{Force: true, Since: began})
	if err != nil || len(b.said) != 1 || !strings.HasPrefix(b.said[0], "signed out of demo, ") {
		t.Errorf("%v, %q", err, b.said)
	}
	if _, err := os.Stat(file[0]); !errors.Is(err, fs.ErrNotExist) {
		t.Error("the AWS CLI's token is still there")
	}
	b.done("Logout", 1)
	if again, err := b.token(session.BaseOptions{Force: true, Since: began}); err != nil || again != first || len(b.visits) != 2 {
		t.Errorf("a second time: %v, %d visits", err, len(b.visits))
	}
	// Two tokens: both end, the one that is over without a word.
	if err := os.WriteFile(file[0], cli, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := b.token(session.BaseOptions{Force: true, Since: b.now()}); err != nil {
		t.Error(err)
	}
	b.done("Logout", 2)
}

// TestForceThatFails: what becomes of the sign-in that there was.
func TestForceThatFails(t *testing.T) {
	b := newBench(t)
	first := b.must()
	force := session.BaseOptions{Force: true}
	b.absent = true // nobody can sign in again
	if _, err := b.token(force); !errors.Is(err, session.ErrNoPerson) || b.must() != first {
		t.Errorf("%v", err)
	}
	b.absent = false
	b.aws.Fail(loopback.Fault{Action: "Logout", Status: http.StatusServiceUnavailable, Code: "ServiceUnavailable"})
	if _, err := b.token(force); !errors.As(err, new(*signin.NotToldError)) || b.must() != first || len(b.visits) != 1 {
		t.Errorf("%v, %d visits", err, len(b.visits))
	}
	// Where the portal answers and refuses, one signs in all the same.
	b.aws.Fail(loopback.Fault{Action: "Logout", Status: http.StatusBadRequest, Code: "InvalidRequestException"})
	if second, err := b.token(force); err != nil || second == first || len(b.said) != 1 || !strings.HasPrefix(b.said[0], "the portal refuses to sign you out: Logout: InvalidRequest") {
		t.Errorf("%v, %q", err, b.said)
	}
	b.said = nil
	b.aws.Fail()
	b.act = b.click("deny")
	_, err := b.token(force)
	if !errors.As(err, new(*signin.RefusedError)) || len(b.said) != 2 || !strings.HasSuffix(b.said[1], ", and not signed in again") {
		t.Errorf("%v, %q", err, b.said)
	}
	b.done("Logout", 1)
	b.absent = true
	if _, err := b.token(session.BaseOptions{}); !errors.Is(err, session.ErrNoPerson) {
		t.Errorf("a token is left: %v", err)
	}
	// Where nobody was signed in, nothing is said.
	b.absent, b.said = false, nil
	b.act = b.click("allow")
	if _, err := b.token(force); err != nil || len(b.said) != 0 {
		t.Errorf("%v, %q", err, b.said)
	}
}

// lost is an Identity Center to which a company's own domain leads no more.
type lost struct{ signin.IdentityCenter }

func (lost) LeadsTo(context.Context, string) (string, error) {
	return "", errors.New("it leads nowhere")
}

// TestForceKnowsBeforehand: nobody is signed out where it is known that they could not sign
// in again.
func TestForceKnowsBeforehand(t *testing.T) {
	b := newBench(t)
	b.link.StartURL, b.link.Endpoint = "https://aws.acme.example/", ""
	b.leftByTheCLI("alice")
	x := b.sso()
	x.Center = lost{x.Center}
	_, err := x.Token(t.Context(), b.link, session.BaseOptions{Force: true, Portal: b.link.Place})
	if err == nil || !strings.Contains(err.Error(), "it leads nowhere") {
		t.Error(err)
	}
	if end, _ := x.Left(b.link); end.IsZero() || len(b.said) > 0 {
		t.Errorf("the token is gone: %q", b.said)
	}
}
