package signin_test

import (
	"errors"
	"net/http"
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
