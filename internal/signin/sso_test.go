package signin_test

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"guise/cache"
	"guise/internal/awsapi"
	"guise/internal/custody"
	"guise/internal/loopback"
	"guise/internal/signin"
	"guise/session"
)

// bench is an SSO over the real cache, the real client and the loopback AWS, with
// a clock that the test sets and a user who does what the test says.
type bench struct {
	t       *testing.T
	aws     *loopback.AWS
	link    session.Link
	dir     string
	ahead   atomic.Int64
	store   *cache.Store
	endings signin.Endings

	absent, noBrowser bool
	wish              signin.Wish
	siblings          []session.Link
	visits            []signin.Visit
	said              []string
	act               func(signin.Visit) // in the browser
	acting            sync.WaitGroup
}

func newBench(t *testing.T) *bench {
	t.Helper()
	b := &bench{t: t, dir: t.TempDir()}
	b.aws, _ = loopback.DemoWorld(b.now)
	server, err := b.aws.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.acting.Wait(); _ = server.Close() })
	b.link = session.Link{
		Kind: session.SSOToken, Profile: "org-dev", Session: "demo", StartURL: b.aws.StartURL(), Place: session.Place{Region: "eu-west-1", Endpoint: server.URL()},
		Scopes: []string{"sso:account:access"},
	}
	b.store = cache.Open(filepath.Join(b.dir, "cache"), &custody.SealingKey{Dir: filepath.Join(b.dir, "cache"), Prefer: "file"}, b.now)
	b.act = b.click("allow")
	return b
}

func (b *bench) now() time.Time { return time.Now().Add(time.Duration(b.ahead.Load())) }

func (b *bench) pass(d time.Duration) { b.ahead.Add(int64(d)) }

func (b *bench) click(decision string) func(signin.Visit) {
	return func(v signin.Visit) {
		if _, err := loopback.Click(context.Background(), v.URL, decision); err != nil {
			b.t.Error(err)
		}
	}
}

func (b *bench) Reachable() error {
	if b.absent {
		return session.ErrNoPerson
	}
	return nil
}

func (b *bench) CanOpen(signin.Browser) bool { return !b.noBrowser }

func (b *bench) Say(line string) { b.said = append(b.said, line) }

func (b *bench) Visit(ctx context.Context, v signin.Visit, wait func(context.Context) error) error {
	b.visits = append(b.visits, v)
	b.acting.Go(func() { b.act(v) })
	return wait(ctx)
}

func (b *bench) sso() *signin.SSO {
	api, err := awsapi.New(awsapi.Settings{Region: func(session.Place, string) string { return "eu-west-1" }, Now: b.now})
	if err != nil {
		b.t.Fatal(err)
	}
	return &signin.SSO{
		Siblings: func(session.Link) []session.Link { return b.siblings },
		Portal:   func(l session.Link) session.Place { return l.Place },
		WhoIs: func(ctx context.Context, role session.Link, token session.Credentials) (string, error) {
			return api.RoleOf(ctx, role, token, b.link.Endpoint)
		},
		Cache: b.store, Center: api, Person: b, Wish: b.wish, Now: b.now, Limit: 20 * time.Second, Endings: b.endings,
		Shared: signin.Shared{Dir: filepath.Join(b.dir, "sso")},
		Sleep:  func(_ context.Context, d time.Duration) error { b.pass(d); return nil },
	}
}

func (b *bench) token(o session.BaseOptions) (string, error) {
	o.Portal = b.link.Place
	got, err := b.sso().Token(b.t.Context(), b.link, o)
	return got.Bearer.Reveal(), err
}

func (b *bench) must() string {
	b.t.Helper()
	token, err := b.token(session.BaseOptions{})
	if err != nil || token == "" {
		b.t.Fatalf("%q, %v", token, err)
	}
	return token
}

func (b *bench) done(action string, want int) {
	b.t.Helper()
	if got := b.aws.Done(action); got != want {
		b.t.Errorf("%d calls of %s, want %d", got, action, want)
	}
}

// TestSignInOnce: a page, a registration and a token, and then none of it until
// the refresh token ends.
func TestSignInOnce(t *testing.T) {
	b := newBench(t)
	first := b.must()
	if b.must() != first || len(b.visits) != 1 {
		t.Errorf("%d visits", len(b.visits))
	}
	b.pass(8 * time.Hour)
	b.absent = true
	second := b.must()
	if second == first {
		t.Error("not renewed")
	}
	b.pass(8 * time.Hour)
	if b.must() == second {
		t.Error("not renewed a second time: the new refresh token was not kept")
	}
	b.done("RegisterClient", 1)
	b.done("SignInPage", 1)
	b.done("CreateToken", 3)
	// Another sign-in uses the same registration.
	b.absent = false
	if _, err := b.token(session.BaseOptions{Force: true}); err != nil {
		t.Error(err)
	}
	b.done("RegisterClient", 1)
	b.done("SignInPage", 2)
}

func TestSignInByDevice(t *testing.T) {
	b := newBench(t)
	b.noBrowser = true
	b.must()
	if v := b.visits[0]; !v.Elsewhere || len(v.Code) != 9 || !strings.HasSuffix(v.URL, v.Code) {
		t.Errorf("%+v", v)
	}
	b.act = b.click("deny")
	_, err := b.token(session.BaseOptions{Force: true})
	if !errors.As(err, new(*signin.RefusedError)) {
		t.Errorf("%v", err)
	}
}

// TestNobodyThere: no page, no registration, no call.
func TestNobodyThere(t *testing.T) {
	b := newBench(t)
	b.absent = true
	if _, err := b.token(session.BaseOptions{}); !errors.Is(err, session.ErrNoPerson) {
		t.Errorf("%v", err)
	}
	if calls := b.aws.Calls(""); len(calls) != 0 || len(b.visits) != 0 {
		t.Errorf("%v, %v", calls, b.visits)
	}
}

// TestRevoked: a refresh token that AWS refuses is tried once, and then a user
// is needed.
func TestRevoked(t *testing.T) {
	b := newBench(t)
	b.must()
	b.aws.RevokeRefresh(true)
	b.absent = true
	for range 3 {
		if _, err := b.token(session.BaseOptions{Refused: true}); !errors.Is(err, session.ErrNoPerson) {
			t.Errorf("%v", err)
		}
	}
	if n := len(b.aws.Calls("CreateToken")); n != 2 {
		t.Errorf("%d calls of CreateToken", n)
	}
	b.absent = false
	if _, err := b.token(session.BaseOptions{Refused: true}); err != nil {
		t.Error(err)
	}
}

// TestUnreachable: a token at hand is used while AWS does not answer; without one
// nobody is sent to a page.
func TestUnreachable(t *testing.T) {
	b := newBench(t)
	first := b.must()
	b.pass(8*time.Hour - 3*time.Minute)
	b.aws.Fail(loopback.Fault{Drop: true})
	if b.must() != first {
		t.Error("the token at hand was not used")
	}
	b.pass(3 * time.Minute)
	_, err := b.token(session.BaseOptions{})
	if session.ReasonOf(err) != session.Unreachable || len(b.visits) != 1 {
		t.Errorf("%v, %d visits", err, len(b.visits))
	}
}

// TestComesBackWrong: what the browser brings is taken once, with our state.
func TestComesBackWrong(t *testing.T) {
	send := func(b *bench, change func(url.Values)) func(signin.Visit) {
		return func(v signin.Visit) {
			page, err := url.Parse(v.URL)
			if err != nil {
				t.Error(err)
				return
			}
			q := url.Values{"state": {page.Query().Get("state")}, "code": {"x"}}
			change(q)
			answer, err := http.Get(page.Query().Get("redirect_uri") + "?" + q.Encode())
			if err != nil {
				t.Error(err)
				return
			}
			_ = answer.Body.Close()
			if answer.StatusCode != http.StatusBadRequest && q.Get("code") != "made-up" {
				t.Errorf("the browser was told %s", answer.Status)
			}
		}
	}
	for name, c := range map[string]struct {
		change func(url.Values)
		says   string
	}{
		"refused":    {func(q url.Values) { q.Del("code"); q.Set("error", "access_denied") }, "access_denied"},
		"no code":    {func(q url.Values) { q.Del("code") }, "no code"},
		"false code": {func(q url.Values) { q.Set("code", "made-up") }, "InvalidGrantException"},
	} {
		b := newBench(t)
		b.act = send(b, c.change)
		if _, err := b.token(session.BaseOptions{}); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
	b := newBench(t)
	b.act = b.click("deny")
	if _, err := b.token(session.BaseOptions{}); err == nil || !strings.Contains(err.Error(), "access_denied") {
		t.Errorf("%v", err)
	}
	b.act = func(signin.Visit) {} // the page is closed
	sso := b.sso()
	sso.Limit = 50 * time.Millisecond
	_, err := sso.Token(t.Context(), b.link, session.BaseOptions{})
	if !errors.As(err, new(*signin.TimeoutError)) {
		t.Errorf("%v", err)
	}
}

// TestForgedState: an answer with another state, or none, is refused, and ours is
// taken after it.
func TestForgedState(t *testing.T) {
	b := newBench(t)
	b.act = func(v signin.Visit) {
		page, err := url.Parse(v.URL)
		if err != nil {
			t.Error(err)
			return
		}
		for _, q := range []string{"?code=x&state=forged", "?code=x", "?error=access_denied&state=forged", ""} {
			answer, err := http.Get(page.Query().Get("redirect_uri") + q)
			if err != nil {
				t.Error(err)
				return
			}
			_ = answer.Body.Close()
			if answer.StatusCode != http.StatusBadRequest {
				t.Errorf("%s: %s", q, answer.Status)
			}
		}
		b.click("allow")(v)
	}
	b.must()
}

// TestShared: the AWS CLI's tokens are used and renewed where they are; what else
// their file says stays.
func TestShared(t *testing.T) {
	cli := newBench(t)
	sso := cli.sso()
	sso.Share = true
	if _, err := sso.Token(t.Context(), cli.link, session.BaseOptions{}); err != nil {
		t.Fatal(err)
	}
	files, _ := filepath.Glob(filepath.Join(cli.dir, "sso", "*.json"))
	if len(files) != 1 || filepath.Base(files[0]) != "89e495e7941cf9e40e6980d14a16bf023ccd4c91.json" { // SHA-1 of "demo"
		t.Fatalf("%v", files)
	}
	if info, err := os.Stat(files[0]); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v", info.Mode())
	}
	if entries, _ := cli.store.List(); len(entries) != 2 {
		t.Errorf("%d entries beside the registration and when that was", len(entries)-2)
	}
	data, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	more := strings.Replace(string(data), "{", `{"note":"of another program",`, 1)
	if err := os.WriteFile(files[0], []byte(more), 0o600); err != nil {
		t.Fatal(err)
	}
	cli.absent = true
	cli.must() // with Share off: found, and used
	cli.pass(9 * time.Hour)
	cli.must() // renewed in place
	renewed, err := os.ReadFile(files[0])
	if err != nil || !strings.Contains(string(renewed), "of another program") || string(renewed) == more {
		t.Errorf("%v", err)
	}
	// A file of another portal is not used.
	cli.link.StartURL = "https://other.awsapps.com/start"
	if _, err := cli.token(session.BaseOptions{}); !errors.Is(err, session.ErrNoPerson) {
		t.Errorf("%v", err)
	}
}

func TestSignOut(t *testing.T) {
	b := newBench(t)
	b.must()
	portal := b.link.Place
	was, err := b.sso().SignOut(t.Context(), b.link, portal)
	if !was || err != nil {
		t.Errorf("%v, %v", was, err)
	}
	b.done("Logout", 1)
	b.absent = true
	if _, err := b.token(session.BaseOptions{}); !errors.Is(err, session.ErrNoPerson) {
		t.Errorf("%v", err)
	}
}

// TestLastingThrottle: where AWS answers nothing but that it is too much, reading an
// organisation ends soon, and has not asked much.
func TestLastingThrottle(t *testing.T) {
	for _, action := range []string{"ListAccounts", "ListAccountRoles"} {
		b := newBench(t)
		b.must()
		b.aws.Forget()
		b.aws.Fail(loopback.Fault{Action: action, Status: http.StatusTooManyRequests, Code: "TooManyRequestsException"})
		began := b.now()
		_, err := b.granted(func(int, int) {})
		refused, ok := errors.AsType[*session.APIError](err)
		if !ok || refused.Reason != session.Throttled || !refused.Temporary {
			t.Errorf("%s: %v", action, err)
		}
		if n, slept := len(b.aws.Calls("")), b.now().Sub(began); n > 40 || slept > 30*time.Second {
			t.Errorf("%s: %d calls in %s", action, n, slept)
		} else {
			t.Logf("%s: %d calls in %s", action, n, slept)
		}
	}
}
