package endpoint

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"net/textproto"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"guise/internal/await"
	"guise/internal/local"
	"guise/internal/secret"
	"guise/session"
)

// A user is who Get asks in these tests: it is asked, and answers when told to.
type user struct {
	asked   atomic.Int32
	answers chan error
	ended   atomic.Int32

	mu    sync.Mutex
	left  *session.Credentials // in the cache
	fresh bool
}

func (u *user) source() Source {
	return Source{
		Cached: func() (Held, bool) {
			u.mu.Lock()
			defer u.mu.Unlock()
			if u.left == nil {
				return Held{}, false
			}
			return Held{Credentials: *u.left, Fresh: u.fresh}, true
		},
		Get: func(ctx context.Context) (session.Credentials, error) {
			u.asked.Add(1)
			defer u.ended.Add(1)
			select {
			case err := <-u.answers:
				return keys("NEW"), err
			case <-ctx.Done():
				return session.Credentials{}, ctx.Err()
			}
		},
	}
}

func (u *user) has(c session.Credentials, fresh bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.left, u.fresh = &c, fresh
}

func keys(id string) session.Credentials {
	return session.Credentials{
		AccessKeyID: id, SecretAccessKey: secret.New("s"), SessionToken: secret.New("t"),
		Expires: time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC), AccountID: "111111111111",
	}
}

// A clock that a test turns.
type clock struct{ ahead atomic.Int64 }

func (c *clock) now() time.Time          { return time.Unix(1_000_000, c.ahead.Load()) }
func (c *clock) forward(d time.Duration) { c.ahead.Add(int64(d)) }

type got struct {
	status int
	body   map[string]string
	err    error
}

type client struct {
	t        *testing.T
	url      string
	token    string
	interims atomic.Int32
}

func serve(t *testing.T, u *user, c *clock) (*client, *Endpoint) {
	t.Helper()
	u.answers = make(chan error, 1)
	e := New(u.source(), c.now)
	server, err := local.Serve(e, e.Knows)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	t.Cleanup(e.Close)
	return &client{t: t, url: server.URL() + Path, token: e.Token()}, e
}

// ask is a request that the client gives up when ctx ends.
func (c *client) ask(ctx context.Context) (g got) {
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{Got1xxResponse: func(int, textproto.MIMEHeader) error {
		c.interims.Add(1)
		return nil
	}})
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, c.url, nil)
	if err != nil {
		return got{err: err}
	}
	r.Header.Set("Authorization", c.token)
	r.Header.Set("User-Agent", "python-urllib3/1.26")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return got{err: err}
	}
	defer func() { _ = answer.Body.Close() }()
	data, err := io.ReadAll(answer.Body)
	g = got{status: answer.StatusCode, err: err}
	if err == nil {
		g.err = json.Unmarshal(data, &g.body)
	}
	return g
}

func (c *client) begin(ctx context.Context) chan got {
	answers := make(chan got, 1)
	go func() { answers <- c.ask(ctx) }()
	return answers
}

// TestFresh: what is fresh is served, in AWS's spelling, and nobody is asked.
func TestFresh(t *testing.T) {
	u := &user{}
	c, _ := serve(t, u, &clock{})
	u.has(keys("OLD"), true)
	g := c.ask(t.Context())
	want := map[string]string{"AccessKeyId": "OLD", "SecretAccessKey": "s", "Token": "t", "Expiration": "2030-01-02T03:04:05Z", "AccountId": "111111111111"}
	if g.status != http.StatusOK || len(g.body) != len(want) || u.asked.Load() != 0 {
		t.Errorf("%+v", g)
	}
	for name, value := range want {
		if g.body[name] != value {
			t.Errorf("%s: %q", name, g.body[name])
		}
	}
}

// TestAskedOnce: many requests, of which most hang up, ask once; who asks after
// them gets the answer.
func TestAskedOnce(t *testing.T) {
	u := &user{}
	c, _ := serve(t, u, &clock{})
	for range 3 { // a client that hangs up and tries again
		ctx, hangUp := context.WithCancel(t.Context())
		answer := c.begin(ctx)
		await.That(t, "a question", func() bool { return u.asked.Load() == 1 })
		hangUp()
		if g := <-answer; g.err == nil {
			t.Errorf("answered: %+v", g)
		}
	}
	first, second := c.begin(t.Context()), c.begin(t.Context())
	await.That(t, "an interim response to each", func() bool { return c.interims.Load() >= 2 })
	if u.ended.Load() != 0 {
		t.Error("the question has ended with a request")
	}
	u.answers <- nil
	for _, answer := range []chan got{first, second} {
		if g := <-answer; g.status != http.StatusOK || g.body["AccessKeyId"] != "NEW" {
			t.Errorf("%+v", g)
		}
	}
	if n := u.asked.Load(); n != 1 {
		t.Errorf("asked %d times", n)
	}
}

// TestRefused: the message says what to do; the tries of the next seconds get the
// same answer without asking, until a session has come; later tries ask again.
func TestRefused(t *testing.T) {
	u, time := &user{}, &clock{}
	c, _ := serve(t, u, time)
	u.answers <- &Refusal{Code: "UserNeeded", Message: "prod: you are needed; guise login prod"}
	for range 3 {
		g := c.ask(t.Context())
		if g.status != http.StatusForbidden || g.body["code"] != "UserNeeded" || g.body["message"] != "prod: you are needed; guise login prod" {
			t.Errorf("%+v", g)
		}
		time.forward(sharedFor / 4)
	}
	if n := u.asked.Load(); n != 1 {
		t.Errorf("asked %d times", n)
	}
	u.has(keys("MEANWHILE"), true)
	if g := c.ask(t.Context()); g.body["AccessKeyId"] != "MEANWHILE" {
		t.Errorf("%+v", g)
	}
	u.mu.Lock()
	u.left = nil
	u.mu.Unlock()
	time.forward(sharedFor)
	u.answers <- nil
	if g := c.ask(t.Context()); g.status != http.StatusOK || u.asked.Load() != 2 {
		t.Errorf("%+v", g)
	}
}

// TestPassingFailure is not shared: the next try may well succeed.
func TestPassingFailure(t *testing.T) {
	u := &user{}
	c, _ := serve(t, u, &clock{})
	u.answers <- errors.New("AWS is throttling")
	if g := c.ask(t.Context()); g.status != http.StatusServiceUnavailable || g.body["message"] != "AWS is throttling" {
		t.Errorf("%+v", g)
	}
	u.answers <- nil
	if g := c.ask(t.Context()); g.status != http.StatusOK {
		t.Errorf("%+v", g)
	}
}

// TestLeft: what is left of a session is served while its renewal takes long, and
// where it fails.
func TestLeft(t *testing.T) {
	u := &user{}
	c, _ := serve(t, u, &clock{})
	u.has(keys("LEFT"), false)
	if g := c.ask(t.Context()); g.body["AccessKeyId"] != "LEFT" || u.asked.Load() != 1 || u.ended.Load() != 0 {
		t.Errorf("%+v", g)
	}
	u.answers <- &Refusal{Code: "Cancelled", Message: "no"}
	if g := c.ask(t.Context()); g.body["AccessKeyId"] != "LEFT" {
		t.Errorf("%+v", g)
	}
}

// TestLasting: keys that do not expire are to be asked for again.
func TestLasting(t *testing.T) {
	u, clock := &user{}, &clock{}
	c, _ := serve(t, u, clock)
	lasting := keys("AKIA")
	lasting.Expires, lasting.SessionToken = time.Time{}, secret.Text{}
	u.has(lasting, true)
	g := c.ask(t.Context())
	if end, err := time.Parse(time.RFC3339, g.body["Expiration"]); err != nil || !end.Equal(clock.now().Add(lasts).Truncate(time.Second)) {
		t.Errorf("%+v", g)
	}
	if token, has := g.body["Token"]; !has || token != "" { // botocore wants it
		t.Errorf("%+v", g)
	}
}

// TestWho: without the token there is no answer, and nobody is asked.
func TestWho(t *testing.T) {
	u := &user{}
	e := New(u.source(), time.Now)
	defer e.Close()
	for _, r := range []struct {
		method, path, token string
		status              int
	}{
		{"GET", Path, "", http.StatusForbidden},
		{"GET", Path, "wrong", http.StatusForbidden},
		{"GET", Path, e.Token() + "x", http.StatusForbidden},
		{"GET", Path, "Bearer " + e.Token(), http.StatusForbidden},
		{"POST", Path, e.Token(), http.StatusNotFound},
		{"GET", "/", e.Token(), http.StatusNotFound},
	} {
		w, request := httptest.NewRecorder(), httptest.NewRequest(r.method, r.path, nil)
		request.Header.Set("Authorization", r.token)
		e.ServeHTTP(w, request)
		if w.Code != r.status {
			t.Errorf("%+v: %d %s", r, w.Code, w.Body)
		}
	}
	if u.asked.Load() != 0 {
		t.Error("asked")
	}
}

// TestClose ends what is under way, and waits for it.
func TestClose(t *testing.T) {
	u := &user{}
	c, e := serve(t, u, &clock{})
	answer := c.begin(t.Context())
	await.That(t, "a question", func() bool { return u.asked.Load() == 1 })
	e.Close()
	if u.ended.Load() != 1 {
		t.Error("the question is still there")
	}
	<-answer
}
