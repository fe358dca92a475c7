package signin

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"guise/internal/partition"
)

// FuzzCallback: whatever a web page or another program sends to the page that a sign-in
// comes back to, only a GET of its path with the state of that sign-in ends it, and what
// was sent is not shown.
func FuzzCallback(f *testing.F) {
	const state = "THESTATE"
	f.Add("GET", callbackPath, "state="+state+"&code=c", "")
	f.Add("GET", callbackPath, "state=other&state="+state+"&code=c", "")
	f.Add("POST", callbackPath, "", "state="+state+"&code=c")
	f.Add("GET", callbackPath+"/", "state="+state+"&error=<script>alert(1)</script>&error_description=no", "")
	f.Add("GET", callbackPath, "state="+state+";code=c&%zz", "")
	f.Add("HEAD", callbackPath, "state=&code=c", "")
	f.Fuzz(func(t *testing.T, method, path, query, body string) {
		request, err := http.NewRequest(method, "http://127.0.0.1", strings.NewReader(body))
		if err != nil {
			return
		}
		request.URL.Path, request.URL.RawQuery = path, query
		r := &redirect{state: state, answer: make(chan callback, 1)}
		w := httptest.NewRecorder()
		r.ServeHTTP(w, request)
		values, _ := url.ParseQuery(query)
		ours := path == callbackPath && request.Method == http.MethodGet && len(values["state"]) > 0 && values["state"][0] == state
		select {
		case got := <-r.answer:
			if !ours || got.err == nil && (got.code.Empty() || got.code.Reveal() != values.Get("code")) {
				t.Fatalf("%s %s?%s is taken: %v", method, path, query, got.err)
			}
		default:
			if ours {
				t.Fatalf("%s %s?%s is not taken", method, path, query)
			}
		}
		shown := w.Body.String()
		for _, all := range values {
			for _, value := range all {
				if strings.ContainsAny(value, "<&\"") && len(value) > 8 && strings.Contains(shown, value) {
					t.Fatalf("the page shows %q: %s", value, shown)
				}
			}
		}
	})
}

// TestVerifierIsSecret: each sign-in has a state and a PKCE verifier of its own, and what
// the browser is told tells only the verifier's digest (RFC 7636, 4.2).
func TestVerifierIsSecret(t *testing.T) {
	seen := map[string]bool{}
	for range 2 {
		r := newRedirect("")
		verifier, query := r.verifier.Reveal(), r.query("c", "S256")
		sum := sha256.Sum256([]byte(verifier))
		if query.Get("code_challenge") != base64.RawURLEncoding.EncodeToString(sum[:]) || query.Get("state") != r.state || len(verifier) < 43 || len(r.state) < 43 {
			t.Errorf("%q of a verifier of %d characters", query, len(verifier))
		}
		if seen[verifier] || seen[r.state] || verifier == r.state || strings.Contains(query.Encode(), verifier) {
			t.Errorf("%q tells the verifier, or it is one of before", query)
		}
		seen[verifier], seen[r.state] = true, true
	}
}

// discarded is the end of a pipe that nobody reads.
type discarded struct{ io.Writer }

func (discarded) Close() error { return nil }

// FuzzDevTools: whatever the browser tells of the pages in it, an assertion is taken
// from a form alone that is posted to AWS over https, and is what that form holds.
func FuzzDevTools(f *testing.F) {
	paused := func(method, address, form string) []byte {
		params := object{"requestId": "1", "request": object{"url": address, "method": method, "postData": form}}
		data, err := json.Marshal(object{"method": "Fetch.requestPaused", "sessionId": "s", "params": params})
		if err != nil {
			f.Fatal(err)
		}
		return append(data, 0)
	}
	attach := []byte(`{"method":"Target.attachedToTarget","params":{"sessionId":"s","targetInfo":{"type":"page"}}}` + "\x00")
	const aws = "https://signin.aws.amazon.com/saml"
	f.Add(append(bytes.Clone(attach), paused("POST", aws, "SAMLResponse=eA%3D%3D&RelayState=")...))
	f.Add(paused("GET", aws, "SAMLResponse=x"))
	f.Add(append(paused("POST", "https://signin.aws.amazon.com.evil.example/saml", "SAMLResponse=x"), paused("POST", "http://signin.aws.amazon.com/saml", "SAMLResponse=x")...))
	f.Add(append(paused("POST", "https://evil@signin.aws.amazon.com/saml/x", "SAMLResponse=x"), paused("POST", "https://evilsignin.aws.amazon.com/saml", "SAMLResponse=x")...))
	f.Add(paused("POST", "https://eu-west-1.signin.aws.amazon.com/saml/", "SAMLResponse=&SAMLResponse=x"))
	f.Add([]byte("{}\x00[]\x00null\x00{\"params\":5}\x00"))
	f.Add([]byte(`{"method":"Fetch.requestPaused","params":{"request":{"url":"` + aws + `","method":"POST","postDataEntries":[{"bytes":"U0FNTFJlc3BvbnNlPXg="}]}}}` + "\x00"))
	f.Fuzz(func(t *testing.T, told []byte) {
		b := &browser{to: discarded{io.Discard}, from: bufio.NewReader(bytes.NewReader(told))}
		got, err := b.catch("https://idp.example/start", partition.SAMLReceivers())
		if err != nil || got.Empty() {
			if !got.Empty() || err == nil {
				t.Fatalf("%q: %v", told, err)
			}
			return
		}
		if !postedToAWS(t, told, got.Reveal()) {
			t.Fatalf("%q is taken from %s", got.Reveal(), told)
		}
	})
}

// postedToAWS reports whether one of the messages is a form with a response that is
// posted to a page of AWS's.
func postedToAWS(t *testing.T, told []byte, response string) bool {
	t.Helper()
	for one := range bytes.SplitSeq(told, []byte{0}) {
		var m struct {
			Method string
			Params struct {
				Request struct {
					URL, Method, PostData string
					PostDataEntries       []struct{ Bytes []byte }
				}
			}
		}
		if json.Unmarshal(one, &m) != nil || m.Params.Request.Method != http.MethodPost {
			continue
		}
		form := m.Params.Request.PostData
		if form == "" {
			for _, entry := range m.Params.Request.PostDataEntries {
				form += string(entry.Bytes)
			}
		}
		u, err := url.Parse(m.Params.Request.URL)
		values, failed := url.ParseQuery(form)
		if err != nil || failed != nil || u.Scheme != "https" || strings.TrimSuffix(u.Path, "/") != "/saml" || values.Get("SAMLResponse") != response {
			continue
		}
		for _, host := range []string{"signin.aws.amazon.com", "signin.amazonaws.cn", "signin.amazonaws-us-gov.com"} {
			if u.Host == host || strings.HasSuffix(u.Host, "."+host) {
				return true
			}
		}
	}
	return false
}

// FuzzPasted: whatever is pasted, what is taken has our state, or is a code alone where one
// may be; and why nothing is taken says nothing of the text.
func FuzzPasted(f *testing.F) {
	for _, text := range []string{
		"http://127.0.0.1:1/oauth/callback?code=c&state=STATE", "code=c&state=STATE#x", "?state=STATE", "error=x&state=STATE", "c", "code=c", "state=other&code=c",
		"c3RhdGU9U1RBVEUmY29kZT1j", "c3RhdGU9b3RoZXImY29kZT1j", "https://example.com/", "%", "a b", "\x1b[0m", "é", "code=c;state=STATE", "code=&state=STATE",
	} {
		f.Add(text, true)
		f.Add(text, false)
	}
	f.Fuzz(func(t *testing.T, text string, takesCode bool) {
		r := newRedirect("")
		r.state, r.takesCode = "STATE", takesCode
		got, err := r.readPasted(text)
		text = strings.TrimSpace(text)
		if err != nil {
			if !got.code.Empty() || err != errOtherSignIn && err != errNothing { //nolint:errorlint // it is one of these two
				t.Fatalf("%q: %v", text, err)
			}
			return
		}
		code := got.code.Reveal()
		if code == "" && got.err == nil || code != "" && got.err == nil && !takesCode && !strings.Contains(text, "STATE") && query(text).Get("state") != "STATE" {
			t.Fatalf("%q is taken from %q", code, text)
		}
		if q := query(text); q.Has("state") && q.Get("state") != "STATE" {
			t.Fatalf("%q of another sign-in is taken from %q", code, text)
		}
	})
}
