package loopback

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
)

// A Lie is an answer with a success's status that is not AWS's: what a proxy, a
// sign-in page of a network, or somebody in AWS's place may send. The zero value is
// none. AWS itself has done what was asked, but for Instead.
type Lie struct {
	Body Body
	// Fields replaces the values of fields, by the names that the answer has.
	Fields map[string]string
	// Raw replaces the values by JSON: for those of another type.
	Raw map[string]string
	// Instead is where AWS is not reached at all, and somebody else answers.
	Instead bool
}

// Body is what is in the place of an answer.
type Body string

const (
	HTML      Body = "html"
	Empty     Body = "empty"     // and no request id of AWS's
	Nothing   Body = "nothing"   // an object or element without its fields
	Truncated Body = "truncated" // half of the answer, whole as HTTP has it
	Cut       Body = "cut"       // half of the answer, and the connection is closed
	Huge      Body = "huge"      // 10 MB behind the answer's start
	Redirect  Body = "redirect"  // 307 to another host
)

// elsewhere is where [Redirect] sends.
const elsewhere = "http://elsewhere.invalid/"

func (l Lie) told() bool { return l.Body != "" || l.Fields != nil || l.Raw != nil }

// tell writes an answer with the lie in it.
func (l Lie) tell(w http.ResponseWriter, truth *recorder) {
	body, status := truth.body.Bytes(), truth.status
	if l.Body == HTML || l.Body == Empty {
		truth.header, status = http.Header{}, http.StatusOK // of AWS's answer nothing is left
	}
	for name, values := range truth.header {
		w.Header()[name] = values
	}
	for name, value := range l.Fields {
		body = replaced(body, name, value)
	}
	for name, value := range l.Raw {
		body = inJSON(body, name, value)
	}
	switch l.Body {
	case HTML:
		w.Header().Set("Content-Type", "text/html")
		body = []byte("<!DOCTYPE html><html><body><h1>Welcome to the hotel's network</h1><p>Please sign in</body></html>")
	case Empty:
		body = nil
	case Nothing:
		body = nothing(body)
	case Truncated:
		body = body[:len(body)/2]
	case Cut:
		w.Header().Set("Content-Length", "100000")
		body = body[:len(body)/2]
	case Huge:
		body = append(body[:len(body)/2:len(body)/2], bytes.Repeat([]byte(" "), 10<<20)...)
	case Redirect:
		w.Header().Set("Location", elsewhere)
		status = http.StatusTemporaryRedirect
	}
	w.WriteHeader(status)
	_, _ = w.Write(body)
}

// replaced returns an answer with another value of a field, in XML or JSON.
func replaced(body []byte, name, value string) []byte {
	switch text := string(body); {
	case strings.HasPrefix(text, "<"):
		escaped := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "\n", "&#10;", "\r", "&#13;").Replace(value)
		open, end := "<"+name+">", "</"+name+">"
		before, rest, ok := strings.Cut(text, open)
		if _, after, found := strings.Cut(rest, end); ok && found {
			return []byte(before + open + escaped + end + string(replaced([]byte(after), name, value)))
		}
		return body
	case strings.HasPrefix(text, "{"):
		quoted, _ := json.Marshal(value)
		return inJSON(body, name, string(quoted))
	}
	return []byte(value) // a text of one word
}

// inJSON puts a value of JSON in the place of each of a field, where they are
// strings or numbers.
func inJSON(body []byte, name, value string) []byte {
	before, after, ok := strings.Cut(string(body), `"`+name+`":`)
	if !ok {
		return body
	}
	var old json.RawMessage
	decoder := json.NewDecoder(strings.NewReader(after))
	if decoder.Decode(&old) != nil {
		return body
	}
	rest := inJSON([]byte(after[decoder.InputOffset():]), name, value)
	return []byte(before + `"` + name + `":` + value + string(rest))
}

// nothing returns an answer of the same form that holds nothing.
func nothing(body []byte) []byte {
	if text := string(body); strings.HasPrefix(text, "<") {
		name, _, _ := strings.Cut(strings.TrimPrefix(text, "<"), " ")
		return []byte("<" + name + "></" + name + ">")
	}
	return []byte("{}")
}

// A recorder takes an answer in the place of the network.
type recorder struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func newRecorder() *recorder { return &recorder{header: http.Header{}, status: http.StatusOK} }

func (r *recorder) Header() http.Header         { return r.header }
func (r *recorder) WriteHeader(status int)      { r.status = status }
func (r *recorder) Write(p []byte) (int, error) { return r.body.Write(p) }
