//go:build unix

package local

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"guise/internal/await"
	"guise/internal/need"
	"guise/internal/secret"
)

func hello(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "hello") }

func started(t *testing.T, serve func() (*Server, error)) *Server {
	t.Helper()
	s, err := serve()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

func get(t *testing.T, url, host string) int {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, url, nil)
	r.RequestURI = ""
	if host != "" {
		r.Host = host
	}
	transport := &http.Transport{DisableKeepAlives: true}
	answer, err := transport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	_ = answer.Body.Close()
	return answer.StatusCode
}

// TestHost: a web page that reaches the server by a name of its own gets nothing.
func TestHost(t *testing.T) {
	s := started(t, func() (*Server, error) { return Serve(http.HandlerFunc(hello), everyone) })
	_, port, _ := net.SplitHostPort(strings.TrimPrefix(s.URL(), "http://"))
	for host, want := range map[string]int{
		"": 200, "127.0.0.1:" + port: 200, "evil.example:" + port: 404, "localhost:" + port: 404, "127.0.0.1.evil.example:" + port: 404, "127.0.0.1": 404,
	} {
		if got := get(t, s.URL(), host); got != want {
			t.Errorf("%q: %d, want %d", host, got, want)
		}
	}
}

// TestOwnConnection: of whatever kind its socket is, a connection of ours is
// answered.
func TestOwnConnection(t *testing.T) {
	s := started(t, func() (*Server, error) {
		return ServeOurs(http.HandlerFunc(hello), func(uid int) { t.Errorf("refused user %d", uid) })
	})
	if got := get(t, s.URL(), ""); got != 200 {
		t.Errorf("%d", got)
	}
	if runtime.GOOS != "linux" {
		return
	}
	// A socket of IPv6 that is connected to a mapped address: as Java's are.
	curl := need.Program(t, "bash")
	_, port, _ := net.SplitHostPort(strings.TrimPrefix(s.URL(), "http://"))
	script := fmt.Sprintf(`exec 3<>/dev/tcp/::ffff:127.0.0.1/%[1]s; printf 'GET / HTTP/1.0\r\nHost: 127.0.0.1:%[1]s\r\n\r\n' >&3; cat <&3`, port)
	out, err := exec.Command(curl, "-c", script).CombinedOutput()
	if !strings.HasSuffix(string(out), "hello") {
		t.Errorf("%s %v", out, err)
	}
}

// TestStranger: another user of the machine gets nothing, which is said once, and
// does not use the page up; root and the page's own user are led on.
func TestStranger(t *testing.T) {
	need.OtherUsers(t)
	curl := need.Program(t, "curl")
	if !TellsOwner() {
		need.That(t, errors.New("the system cannot tell whose a connection is"))
	}
	var refused atomic.Int64
	page, err := NewPage(secret.New("https://example.com/?SigninToken=x"), func(uid int) {
		if uid != need.Stranger {
			t.Errorf("refused user %d", uid)
		}
		refused.Add(1)
	})
	if err != nil {
		t.Fatal(err)
	}
	defer page.Close()
	for range 3 {
		if out, err := need.As(need.Stranger, exec.Command(curl, "-sS", "-m", "10", "-i", page.URL)).CombinedOutput(); err == nil || strings.Contains(string(out), "SigninToken") {
			t.Errorf("a stranger was answered: %s", out)
		}
	}
	if n := refused.Load(); n != 1 {
		t.Errorf("said %d times", n)
	}
	select {
	case <-page.Taken:
		t.Error("a stranger has used the page up")
	default:
	}
	if got := get(t, page.URL+"x", ""); got != http.StatusNotFound {
		t.Errorf("another path: %d", got)
	}
	if got := get(t, page.URL, ""); got != http.StatusSeeOther {
		t.Errorf("%d", got)
	}
	<-page.Taken
	if got := get(t, page.URL, ""); got != http.StatusGone {
		t.Errorf("the second time: %d", got)
	}
}

// TestFilled: whoever opens connections, and whatever they send on them short of a
// request, keeps nobody out; and theirs come to an end.
func TestFilled(t *testing.T) {
	s := started(t, func() (*Server, error) { return Serve(http.HandlerFunc(hello), everyone) })
	at := strings.TrimPrefix(s.URL(), "http://")
	var held []net.Conn
	for i := range 4 * maxConns {
		c, err := net.Dial("tcp4", at)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = c.Close() }()
		switch i % 4 {
		case 3: // a body that never comes
			_, _ = fmt.Fprintf(c, "POST / HTTP/1.1\r\nHost: %s\r\nContent-Length: 9\r\n\r\n", at)
		case 1:
			_, _ = io.WriteString(c, "GET / HTTP/1.1\r\nHost: ")
		case 2: // kept alive
			_, _ = fmt.Fprintf(c, "GET / HTTP/1.1\r\nHost: %s\r\n\r\n", at)
		}
		held = append(held, c)
	}
	if got := get(t, s.URL(), ""); got != 200 {
		t.Errorf("%d", got)
	}
	open := func() (n int) { s.mu.Lock(); defer s.mu.Unlock(); return len(s.conns) }
	if n := open(); n > maxConns {
		t.Errorf("%d connections are open", n)
	}
	if err := held[0].SetReadDeadline(time.Now().Add(await.Patience)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadAll(bufio.NewReader(held[0])); err != nil && !strings.Contains(err.Error(), "reset") {
		t.Errorf("the oldest connection is still open: %v", err)
	}
}

// TestFilledByWork: answers in work are not cut off for new connections.
func TestFilledByWork(t *testing.T) {
	release := make(chan struct{})
	var began atomic.Int64
	s := started(t, func() (*Server, error) {
		return Serve(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			began.Add(1)
			<-release
			hello(w, r)
		}), everyone)
	})
	answered := make(chan error, maxConns)
	for range maxConns {
		go func() {
			answer, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Get(s.URL())
			if err == nil {
				_ = answer.Body.Close()
			}
			answered <- err
		}()
	}
	await.That(t, "as many requests in work as may be", func() bool { return began.Load() >= maxConns })
	for range 3 {
		if answer, err := http.Get(s.URL()); err == nil {
			_ = answer.Body.Close()
			t.Error("one more than there may be was let in")
		}
	}
	close(release)
	for range maxConns {
		if err := <-answered; err != nil {
			t.Error(err)
		}
	}
}

// TestFilledByAnswersThatNobodyReads: whoever may not ask, and does not read what is
// answered, keeps nobody out who may.
func TestFilledByAnswersThatNobodyReads(t *testing.T) {
	s := started(t, func() (*Server, error) {
		return Serve(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if !knows(r) {
				_, _ = w.Write(make([]byte, 16<<20)) // more than the kernel holds of it
			}
			hello(w, r)
		}), knows)
	})
	for range 2 * maxConns {
		c, err := net.Dial("tcp4", s.listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = c.Close() }()
		if _, err := io.WriteString(c, "GET / HTTP/1.1\r\nHost: "+s.listener.Addr().String()+"\r\n\r\n"); err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadFull(c, make([]byte, 1)); err != nil { // it is being answered
			t.Fatal(err)
		}
	}
	r, err := http.NewRequest(http.MethodGet, s.URL(), nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "yes")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	if text, err := io.ReadAll(answer.Body); err != nil || string(text) != "hello" {
		t.Errorf("%q %v", text, err)
	}
}

func everyone(*http.Request) bool { return true }

func knows(r *http.Request) bool { return r.Header.Get("Authorization") == "yes" }

// TestTimeLimits: what has no end of its own is given one, and an answer that takes
// long is not cut off by the limit for its request.
func TestTimeLimits(t *testing.T) {
	const short = 50 * time.Millisecond
	s := started(t, func() (*Server, error) {
		return serve(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/long" {
				select {
				case <-r.Context().Done():
					t.Error("a long answer was cut off")
				case <-time.After(4 * short):
				}
			}
			hello(w, r)
		}), anyPort, nil, nil, limits{short, short, short})
	})
	at := strings.TrimPrefix(s.URL(), "http://")
	for name, sent := range map[string]string{
		"nothing": "", "half a head": "GET / HTTP/1.1\r\nHost: ", "kept alive": "GET / HTTP/1.1\r\nHost: " + at + "\r\n\r\n",
		"a body": "POST / HTTP/1.1\r\nHost: " + at + "\r\nContent-Length: 9\r\n\r\nhalf", "a long answer": "GET /long HTTP/1.1\r\nHost: " + at + "\r\n\r\n",
	} {
		c, err := net.Dial("tcp4", at)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = c.Close() }()
		if _, err := io.WriteString(c, sent); err != nil {
			t.Fatal(err)
		}
		if err := c.SetReadDeadline(time.Now().Add(await.Patience)); err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(c)
		if err != nil && !strings.Contains(err.Error(), "reset") {
			t.Errorf("%s: still open: %v", name, err)
		}
		if answered, whole := strings.HasSuffix(string(got), "hello"), strings.HasSuffix(sent, "\r\n\r\n"); answered != whole {
			t.Errorf("%s: answered %q", name, got)
		}
	}
}
