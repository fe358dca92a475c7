package signin

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"io"
	"net"
	"net/http"
	"net/url"
	"time"

	"guise/internal/secret"
)

// A redirect is where the browser brings the code: a page on 127.0.0.1, at a port
// of its own, for one sign-in.
type redirect struct {
	listener net.Listener
	server   *http.Server
	state    string
	verifier secret.Text
	answer   chan answer
}

type answer struct {
	code secret.Text
	err  error
}

// callbackPath and callbackURL are what RegisterClient is told; the port is left
// out there, and may be any (RFC 8252, 7.3).
const (
	callbackPath = "/oauth/callback"
	callbackURL  = "http://127.0.0.1" + callbackPath
)

// listen waits for one sign-in to come back.
func listen() (*redirect, error) {
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	r := &redirect{
		listener: listener, state: rand.Text() + rand.Text(), verifier: secret.New(rand.Text() + rand.Text()),
		answer: make(chan answer, 1),
	}
	r.server = &http.Server{Handler: r, ReadHeaderTimeout: 5 * time.Second}
	go func() { _ = r.server.Serve(listener) }()
	return r, nil
}

func (r *redirect) url() string {
	_, port, _ := net.SplitHostPort(r.listener.Addr().String())
	return "http://127.0.0.1:" + port + callbackPath
}

// query is what the sign-in page is to be told.
func (r *redirect) query(clientID, method string) url.Values {
	sum := sha256.Sum256([]byte(r.verifier.Reveal()))
	return url.Values{
		"response_type": {"code"}, "client_id": {clientID}, "redirect_uri": {r.url()}, "state": {r.state},
		"code_challenge_method": {method}, "code_challenge": {base64.RawURLEncoding.EncodeToString(sum[:])},
	}
}

// ServeHTTP takes the answer. The first one at the right place counts, whatever
// it says: one with another state is a sign-in that somebody else began.
func (r *redirect) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	host, _, _ := net.SplitHostPort(request.Host)
	if request.URL.Path != callbackPath || request.Method != http.MethodGet || host != "127.0.0.1" {
		http.NotFound(w, request)
		return
	}
	q := request.URL.Query()
	got := answer{code: secret.New(q.Get("code"))}
	switch {
	case subtle.ConstantTimeCompare([]byte(q.Get("state")), []byte(r.state)) != 1:
		got.err = &RefusedError{"the answer that came back belongs to another sign-in (its state is not ours)"}
	case q.Get("error") != "":
		why := q.Get("error")
		if more := q.Get("error_description"); more != "" {
			why += " (" + more + ")"
		}
		got.err = &RefusedError{why}
	case got.code.Empty():
		got.err = &RefusedError{"the answer holds no code"}
	}
	page(w, got.err)
	select {
	case r.answer <- got:
	default:
	}
}

// page tells the person that the browser is done.
func page(w http.ResponseWriter, err error) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
	w.Header().Set("Referrer-Policy", "no-referrer")
	title, text := "Signed in", "guise has what it needs. You can close this page."
	if err != nil {
		w.WriteHeader(http.StatusBadRequest)
		title, text = "Not signed in", "The terminal says why. You can close this page."
	}
	_, _ = io.WriteString(w, "<!doctype html><title>guise: "+title+`</title><meta name="viewport" content="width=device-width">`+
		`<style>body{font:1.1rem/1.5 system-ui,sans-serif;max-width:32rem;margin:20vh auto;padding:0 1rem;color-scheme:light dark}</style><h1>`+
		title+"</h1><p>"+text+"\n")
}

// wait waits for the answer.
func (r *redirect) wait(ctx context.Context) (secret.Text, error) {
	select {
	case got := <-r.answer:
		return got.code, got.err
	case <-ctx.Done():
		return secret.Text{}, ctx.Err()
	}
}

// close lets the page that is being shown end, and then the port go.
func (r *redirect) close() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	_ = r.server.Shutdown(ctx)
}
