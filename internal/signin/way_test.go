package signin_test

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"guise/internal/awsapi"
	"guise/internal/loopback"
	"guise/internal/secret"
	"guise/internal/signin"
	"guise/session"
)

// TestWay: --device wins over guise_sign_in, that over the setting; where nothing is set,
// it is a browser, if one can be opened or is elsewhere with the port forwarded.
func TestWay(t *testing.T) {
	for _, c := range []struct {
		wish      signin.Wish
		own       string
		noBrowser bool
		device    bool // a code on both sides
		elsewhere bool // no page is opened here
	}{
		{},
		{noBrowser: true, device: true, elsewhere: true},
		{wish: signin.Wish{Way: signin.ByDevice}, device: true, elsewhere: true},
		{wish: signin.Wish{Way: signin.ByDevice}, own: "browser"},
		{wish: signin.Wish{Way: signin.ByBrowser}, noBrowser: true}, // no device code where somebody does not want one
		{wish: signin.Wish{Way: signin.ByPaste}, elsewhere: true},
		{wish: signin.Wish{Way: signin.ByPaste, Device: true}, own: "browser", device: true, elsewhere: true},
		{own: "paste", noBrowser: true, elsewhere: true},
		{own: "device", device: true, elsewhere: true},
		{wish: signin.Wish{Port: freePort(t)}, noBrowser: true},
	} {
		b := newBench(t)
		b.wish, b.link.SignIn, b.noBrowser = c.wish, c.own, c.noBrowser
		b.must()
		if v := b.visits[0]; (v.Code != "") != c.device || v.Elsewhere != c.elsewhere || (v.Paste == nil) != c.device || (v.Ends == "") != c.device {
			t.Errorf("%+v: %+v", c, v)
		}
	}
	b := newBench(t)
	b.link.SignIn = "telepathy"
	for _, force := range []bool{false, true} { // which signs nobody out either
		if _, err := b.token(session.BaseOptions{Force: force}); !errors.As(err, new(*signin.WayError)) || len(b.visits) > 0 {
			t.Errorf("%v", err)
		}
	}
	b.wish.Device = true
	b.must()
	b.wish.Device = false
	if _, err := b.token(session.BaseOptions{Force: true}); !errors.As(err, new(*signin.WayError)) || b.aws.Done("Logout") > 0 {
		t.Errorf("%v", err)
	}
}

// TestUnattended: whatever the way, nobody is sent anywhere where nobody is.
func TestUnattendedWays(t *testing.T) {
	for _, way := range []signin.Way{signin.ByBrowser, signin.ByDevice, signin.ByPaste} {
		b := newBench(t)
		b.wish.Way, b.absent = way, true
		if _, err := b.token(session.BaseOptions{}); !errors.Is(err, session.ErrNoPerson) || len(b.aws.Calls("")) > 0 {
			t.Errorf("%s: %v", way, err)
		}
	}
}

func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().(*net.TCPAddr).Port
}

// TestRedirectPort: the page comes back to the port that is set, and to no other address
// of the machine; where it is in use, to another, and the user is told by whom.
func TestRedirectPort(t *testing.T) {
	b := newBench(t)
	b.wish.Port = freePort(t)
	b.must()
	at := fmt.Sprintf("http://127.0.0.1:%d/oauth/callback", b.wish.Port)
	if page, err := url.Parse(b.visits[0].URL); err != nil || page.Query().Get("redirect_uri") != at || b.visits[0].Ends != at {
		t.Errorf("%+v", b.visits[0])
	}
	taken, err := net.Listen("tcp4", net.JoinHostPort("127.0.0.1", strconv.Itoa(b.wish.Port)))
	if err != nil {
		t.Fatalf("the port is not free again: %v", err)
	}
	defer func() { _ = taken.Close() }()
	if _, err := b.token(session.BaseOptions{Force: true}); err != nil {
		t.Fatal(err)
	}
	told := func() (n int) {
		for _, line := range b.said {
			if strings.HasPrefix(line, fmt.Sprintf("redirect_port: port %d is in use", b.wish.Port)) {
				n++
			}
		}
		return n
	}
	if told() != 1 || b.visits[1].Ends == at {
		t.Errorf("%q, %+v", b.said, b.visits[1])
	}
	b.wish.Way = signin.ByPaste // the port is of no use there
	if _, err := b.token(session.BaseOptions{Force: true}); err != nil || told() != 1 {
		t.Errorf("%q, %v", b.said, err)
	}
}

// elsewhere is a user whose browser does not get to this machine. What do makes of the
// address at which that ends is pasted, piece by piece; it says what guise is to answer
// to each, "" for the last.
func (b *bench) elsewhere(decision string, do func(ends *url.URL) [][2]string) func(signin.Visit) {
	return func(v signin.Visit) {
		ends, code, err := loopback.ClickElsewhere(context.Background(), v.URL, decision)
		if err != nil {
			b.t.Error(err)
			return
		}
		u, err := url.Parse(ends)
		if err != nil {
			b.t.Error(err)
			return
		}
		if code != "" {
			u.Fragment = code
		}
		for _, step := range do(u) {
			ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
			err := v.Paste(ctx, secret.New(step[0]))
			cancel()
			if step[1] == "" && err != nil || step[1] != "" && (err == nil || !strings.Contains(err.Error(), step[1])) {
				b.t.Errorf("%q: %v, want %q", step[0], err, step[1])
			}
			if err != nil && len(step[0]) > 8 && strings.Contains(err.Error(), step[0]) {
				b.t.Errorf("what was pasted is said: %v", err)
			}
		}
	}
}

// TestPaste: what may be pasted in the place of the redirect, and what may not.
func TestPaste(t *testing.T) {
	const other, nothing, refused = "belongs to another sign-in", "there is no code in this", "AWS did not take this code (InvalidGrantException)"
	for name, do := range map[string]func(ends *url.URL) [][2]string{
		"the address": func(u *url.URL) [][2]string { return [][2]string{{u.String(), ""}} },
		"with spaces": func(u *url.URL) [][2]string { return [][2]string{{"  " + u.String() + " ", ""}} },
		"its query":   func(u *url.URL) [][2]string { return [][2]string{{u.RawQuery, ""}} },
		"its code":    func(u *url.URL) [][2]string { return [][2]string{{u.Query().Get("code"), ""}} },
		"code=":       func(u *url.URL) [][2]string { return [][2]string{{"code=" + u.Query().Get("code"), ""}} },
		"in Base64": func(u *url.URL) [][2]string {
			return [][2]string{{base64.StdEncoding.EncodeToString([]byte(u.RawQuery)), ""}}
		},
		"a wrong state": func(u *url.URL) [][2]string {
			return [][2]string{{strings.Replace(u.String(), "state=", "state=x", 1), other}, {u.String(), ""}}
		},
		"a wrong code": func(u *url.URL) [][2]string { return [][2]string{{"made-up", refused}, {u.String(), ""}} },
		"a wrong code with our state": func(u *url.URL) [][2]string {
			return [][2]string{{strings.Replace(u.String(), "code=", "code=x", 1), refused}, {u.String(), ""}}
		},
		"anything": func(u *url.URL) [][2]string {
			return [][2]string{
				{"", nothing},
				{"two words", nothing},
				{"https://example.com/", nothing},
				{u.Scheme + "://" + u.Host + u.Path, nothing},
				{"state=" + u.Query().Get("state"), nothing},
				{"\x1b]0;x\x07", nothing},
				{"?state=x&code=y", other},
				{"?error=access_denied&state=x", other},
				{u.String(), ""},
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			b.wish.Way = signin.ByPaste
			b.act = b.elsewhere("allow", do)
			b.must()
			b.acting.Wait()
		})
	}
	t.Run("the page where it begins", func(t *testing.T) {
		b := newBench(t)
		b.wish.Way = signin.ByPaste
		b.act = func(v signin.Visit) {
			if err := v.Paste(t.Context(), secret.New(v.URL)); err == nil || !strings.Contains(err.Error(), nothing) {
				t.Error(err)
			}
			b.click("allow")(v) // and the browser comes by itself after all
		}
		b.must()
	})
	t.Run("a no", func(t *testing.T) {
		b := newBench(t)
		b.wish.Way = signin.ByPaste
		b.act = b.elsewhere("deny", func(u *url.URL) [][2]string { return [][2]string{{u.String(), ""}} })
		if _, err := b.token(session.BaseOptions{}); !errors.As(err, new(*signin.RefusedError)) || !strings.Contains(err.Error(), "access_denied") {
			t.Errorf("%v", err)
		}
	})
}

// TestPasteOfAnother: a code that somebody else's sign-in made is not taken, with a state or
// without: a code alone has none, and AWS finds that it is not of this sign-in (PKCE).
func TestPasteOfAnother(t *testing.T) {
	theirs := newBench(t)
	theirs.wish.Way = signin.ByPaste
	b := newBench(t)
	b.wish.Way = signin.ByPaste
	b.aws, b.link = theirs.aws, theirs.link // one AWS for both
	var address, code string
	theirs.act = theirs.elsewhere("allow", func(u *url.URL) [][2]string {
		address, code = u.String(), u.Query().Get("code")
		b.act = b.elsewhere("allow", func(u *url.URL) [][2]string {
			return [][2]string{{address, "belongs to another sign-in"}, {code, "AWS did not take this code"}, {u.String(), ""}}
		})
		b.must()
		b.acting.Wait()
		return [][2]string{{address, "AWS did not take"}} // it was spent by the attempt
	})
	sso := theirs.sso()
	sso.Limit = time.Second
	if _, err := sso.Token(t.Context(), theirs.link, session.BaseOptions{}); !errors.As(err, new(*signin.TimeoutError)) {
		t.Errorf("%v", err)
	}
}

// TestConsoleElsewhere: `aws login` on another device, as the AWS CLI's --remote has it.
func TestConsoleElsewhere(t *testing.T) {
	for name, c := range map[string]struct {
		wish signin.Wish
		own  string
	}{"--device": {signin.Wish{Device: true}, ""}, "device": {signin.Wish{}, "device"}, "paste": {signin.Wish{Way: signin.ByPaste}, ""}, "no browser": {}} {
		b := newBench(t)
		b.noBrowser = true
		api, err := awsapi.New(awsapi.Settings{Region: func(session.Place, string) string { return "eu-west-1" }, Now: b.now})
		if err != nil {
			t.Fatal(err)
		}
		link := session.Link{Kind: session.Login, LoginARN: loopback.DemoLogin, SignIn: c.own, Place: session.Place{Endpoint: b.link.Endpoint}}
		login := &signin.Login{Dir: filepath.Join(b.dir, "login"), Console: api, Person: b, Wish: c.wish, Now: b.now, Limit: 20 * time.Second}
		b.act = b.elsewhere("allow", func(u *url.URL) [][2]string {
			shown, both := u.Fragment, u.Query()
			if shown == "" || shown == both.Get("code") || !strings.HasSuffix(u.Path, "/v1/sessions/confirmation") {
				t.Errorf("%s ends at %s", name, u)
			}
			forged := base64.StdEncoding.EncodeToString([]byte("state=forged&code=" + both.Get("code")))
			return [][2]string{{both.Get("code"), "there is no code in this"}, {forged, "belongs to another sign-in"}, {shown[:len(shown)/2], "there is no code in this"}, {shown, ""}}
		})
		first, err := login.Credentials(t.Context(), link, session.BaseOptions{})
		if err != nil || first.AccessKeyID == "" || !b.visits[0].Elsewhere || b.visits[0].Ends != "" {
			t.Fatalf("%s: %+v, %v", name, b.visits, err)
		}
		b.acting.Wait()
		b.absent = true
		b.pass(14 * time.Minute)
		if got, err := login.Credentials(t.Context(), link, session.BaseOptions{}); err != nil || got.AccessKeyID == first.AccessKeyID {
			t.Errorf("%s: not renewed, as the client that signed in: %v", name, err)
		}
	}
}

// TestBothAnswers: where the browser comes and the user pastes, one of them counts, and
// the other is left alone.
func TestBothAnswers(t *testing.T) {
	b := newBench(t)
	b.act = func(v signin.Visit) {
		ends, _, err := loopback.ClickElsewhere(context.Background(), v.URL, "allow")
		if err != nil {
			t.Error(err)
			return
		}
		done := make(chan struct{})
		go func() {
			defer close(done)
			ctx, cancel := context.WithTimeout(context.Background(), time.Second) // a person ends it with the visit
			defer cancel()
			_ = v.Paste(ctx, secret.New(ends))
		}()
		if answer, err := http.Get(ends); err == nil { // unless the paste was first, and the port is closed
			_ = answer.Body.Close()
		}
		<-done
	}
	b.must()
	b.done("CreateToken", 1)
}
