package signin

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"io"
	mathrand "math/rand/v2"
	"net/http"
	"net/url"
	"time"

	"guise/internal/local"
	"guise/internal/secret"
)

// A redirect is where the browser brings the code: a page on 127.0.0.1, for one sign-in.
// It answers processes of our own user and of root, where the system can tell (package
// local). What does not come that way, the user may paste: see paste.go.
type redirect struct {
	server   *local.Server // nil: the browser ends elsewhere
	address  string        // where the browser ends, without what it brings: the redirect URI
	state    string
	verifier secret.Text
	answer   chan callback // of the browser
	pasted   chan callback
	// takesCode is whether a code alone may be pasted.
	takesCode bool
}

type callback struct {
	code secret.Text
	err  error
	// verdict is nil for what the browser brought. What was pasted gets nil here, or why
	// something else is to be pasted.
	verdict chan<- error
}

// callbackPath and callbackURL are what RegisterClient is told; the port is left
// out there, and may be any (RFC 8252, 7.3), as the AWS CLI does it.
const (
	callbackPath = "/oauth/callback"
	callbackURL  = "http://127.0.0.1" + callbackPath
)

// newRedirect is one whose browser ends at an address that is not ours.
func newRedirect(address string) *redirect {
	return &redirect{
		address: address, state: rand.Text() + rand.Text(), verifier: secret.New(rand.Text() + rand.Text()),
		answer: make(chan callback, 1), pasted: make(chan callback),
	}
}

// listen waits for one sign-in to come back, at the port that is wished for, or else at
// any, or, where none can be had, nowhere: then the user must paste. It says so where they
// did not want to. Connections of other users are refused, and said.
func (w Wish) listen(person Person, way Way) *redirect {
	r := newRedirect("")
	r.takesCode = true
	refused := func(uid int) { person.Say(local.Refused(uid)) }
	server, err := local.ServeOursAt(w.Port, r, refused)
	why := ""
	if err != nil && w.Port != 0 {
		why = fmt.Sprintf("redirect_port: %v; this sign-in comes back to another port, which is not forwarded", err)
		server, err = local.ServeOurs(r, refused)
	}
	at := fmt.Sprintf("http://127.0.0.1:%d", firstPrivate+mathrand.IntN(1<<16-firstPrivate))
	if err != nil {
		why = fmt.Sprintf("the browser cannot come back: %v", err)
	} else {
		r.server, at = server, server.URL()
	}
	r.address = at + callbackPath
	if why != "" && way != ByPaste {
		person.Say(why)
	}
	return r
}

// firstPrivate is the first of the ports that are no service's (RFC 6335, 6).
const firstPrivate = 49152

// query is what the sign-in page is to be told.
func (r *redirect) query(clientID, method string) url.Values {
	sum := sha256.Sum256([]byte(r.verifier.Reveal()))
	return url.Values{
		"response_type": {"code"}, "client_id": {clientID}, "redirect_uri": {r.address}, "state": {r.state},
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
	got, ours := r.read(request.URL.Query())
	if !ours {
		page(w, http.StatusBadRequest, "Not signed in", "This page belongs to another sign-in. The one in the terminal goes on.")
		return
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

// read reads what a page ends with; ours is whether it has our state.
func (r *redirect) read(q url.Values) (got callback, ours bool) {
	if subtle.ConstantTimeCompare([]byte(q.Get("state")), []byte(r.state)) != 1 {
		return callback{}, false
	}
	got.code = secret.New(q.Get("code"))
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
	return got, true
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

// visit sends the user to a page, and calls take with the code that comes back: from the
// browser, or, once AWS has taken it, from what the user pastes.
func (r *redirect) visit(ctx context.Context, person Person, limit time.Duration, v Visit, take func(ctx context.Context, code secret.Text) error) error {
	v.Paste = r.paste
	return visit(ctx, person, limit, v, func(ctx context.Context) error {
		for {
			var got callback
			select {
			case got = <-r.answer:
			case got = <-r.pasted:
			case <-ctx.Done():
				return ctx.Err()
			}
			err := got.err
			if err == nil {
				err = take(ctx, got.code)
			}
			if got.verdict == nil {
				return err
			}
			again := refusedCode(err)
			got.verdict <- again
			if again == nil {
				return err
			}
		}
	})
}

// close lets the page that is being shown end, and then the port go.
func (r *redirect) close() {
	if r.server != nil {
		r.server.Close()
	}
}
