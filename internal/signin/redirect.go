package signin

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"io"
	"net/http"
	"net/url"

	"guise/internal/local"
	"guise/internal/secret"
)

// A redirect is where the browser brings the code: a page on 127.0.0.1, at a port
// of its own, for one sign-in. It answers processes of our own user and of root,
// where the system can tell (package local).
type redirect struct {
	server   *local.Server
	state    string
	verifier secret.Text
	answer   chan callback
}

type callback struct {
	code secret.Text
	err  error
}

// callbackPath and callbackURL are what RegisterClient is told; the port is left
// out there, and may be any (RFC 8252, 7.3).
const (
	callbackPath = "/oauth/callback"
	callbackURL  = "http://127.0.0.1" + callbackPath
)

// listen waits for one sign-in to come back. Connections of other users are
// refused, and said.
func listen(say func(line string)) (r *redirect, err error) {
	r = &redirect{
		state: rand.Text() + rand.Text(), verifier: secret.New(rand.Text() + rand.Text()),
		answer: make(chan callback, 1),
	}
	r.server, err = local.ServeOurs(r, func(uid int) { say(local.Refused(uid)) })
	return r, err
}

func (r *redirect) url() string { return r.server.URL() + callbackPath }

// query is what the sign-in page is to be told.
func (r *redirect) query(clientID, method string) url.Values {
	sum := sha256.Sum256([]byte(r.verifier.Reveal()))
	return url.Values{
		"response_type": {"code"}, "client_id": {clientID}, "redirect_uri": {r.url()}, "state": {r.state},
		"code_challenge_method": {method}, "code_challenge": {base64.RawURLEncoding.EncodeToString(sum[:])},
	}
}

// ServeHTTP takes the answer: the first one with our state counts, whatever it
// says. One with another state is not an answer to this sign-in: a web page can
// send it as well as the provider can. It is refused, and the sign-in goes on.
func (r *redirect) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	if request.URL.Path != callbackPath || request.Method != http.MethodGet {
		http.NotFound(w, request)
		return
	}
	q := request.URL.Query()
	if subtle.ConstantTimeCompare([]byte(q.Get("state")), []byte(r.state)) != 1 {
		page(w, http.StatusBadRequest, "Not signed in", "This page belongs to another sign-in. The one in the terminal goes on.")
		return
	}
	got := callback{code: secret.New(q.Get("code"))}
	switch {
	case q.Get("error") != "":
		why := q.Get("error")
		if more := q.Get("error_description"); more != "" {
			why += " (" + more + ")"
		}
		got.err = &RefusedError{why}
	case got.code.Empty():
		got.err = &RefusedError{"the answer holds no code"}
	}
	if got.err != nil {
		page(w, http.StatusBadRequest, "Not signed in", "The terminal says why. You can close this page.")
	} else {
		page(w, http.StatusOK, "Signed in", "guise has what it needs. You can close this page.")
	}
	select {
	case r.answer <- got:
	default:
	}
}

// page is what the browser shows at the end.
func page(w http.ResponseWriter, status int, title, text string) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
	w.Header().Set("Referrer-Policy", "no-referrer")
	w.WriteHeader(status)
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
func (r *redirect) close() { r.server.Close() }
