package endpoint

import (
	"bufio"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"guise/internal/secret"
	"guise/session"
)

// FuzzEndpoint: whatever is sent, credentials are given for a GET of the one path with
// the token as the only word of its Authorization, and for nothing else.
func FuzzEndpoint(f *testing.F) {
	const text = "wJalrXUtnFEMI"
	e := New(Source{Cached: func() (Held, bool) {
		return Held{Credentials: session.Credentials{AccessKeyID: "ASIA", SecretAccessKey: secret.New(text), SessionToken: secret.New("t")}, Fresh: true}, true
	}}, time.Now)
	f.Cleanup(e.Close)
	e.token = "THETOKEN"
	for _, sent := range []string{
		"GET /credentials HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: THETOKEN\r\n\r\n", "GET /credentials HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer THETOKEN\r\n\r\n",
		"GET /credentials HTTP/1.1\r\nHost: x\r\nAuthorization: \r\n\r\n", "GET /credentials?Authorization=THETOKEN HTTP/1.0\r\n\r\n", "POST /credentials HTTP/1.1\r\nHost: x\r\nAuthorization: THETOKEN\r\nContent-Length: 0\r\n\r\n",
		"GET //credentials HTTP/1.1\r\nHost: x\r\nauthorization: x\r\nAUTHORIZATION: THETOKEN\r\n\r\n", "GET http://x/credentials HTTP/1.1\r\nHost: x\r\nAuthorization: thetoken\r\n\r\n",
	} {
		f.Add(sent)
	}
	f.Fuzz(func(t *testing.T, sent string) {
		request, err := http.ReadRequest(bufio.NewReader(strings.NewReader(sent)))
		if err != nil {
			return
		}
		w := httptest.NewRecorder()
		e.ServeHTTP(w, request)
		given := strings.Contains(w.Body.String(), text)
		if given != (w.Code == http.StatusOK) || w.Header().Get("Cache-Control") != "no-store" && w.Code != http.StatusNotFound {
			t.Fatalf("%d for %q: %s", w.Code, sent, w.Body)
		}
		first, _, _ := strings.Cut(strings.Join(request.Header["Authorization"], "\n"), "\n")
		if given != (first == "THETOKEN" && request.Method == http.MethodGet && request.URL.Path == Path) {
			t.Fatalf("%d for %q", w.Code, sent)
		}
	})
}
