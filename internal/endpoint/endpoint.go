// Package endpoint hands the credentials of one profile to SDKs as a container's
// metadata service does: "Container credential provider" in the AWS SDKs and Tools
// reference. SDKs ask it again when the credentials are about to expire.
//
// # When the user is needed
//
// SDKs are impatient with such a service: the JavaScript SDK hangs up after a
// second, botocore after two, and both ask three times. The user needs longer. So
//
//   - there is one attempt to get a session at a time, however many requests come.
//     It does not end with the request that began it: the answer goes to whoever
//     asks next;
//   - a request that waits is told so each half second, by an interim response (100
//     Continue): clients count their time limit from the last byte that came;
//   - what is left of a session is served while the attempt goes on;
//   - a refusal is given to the requests of the next ten seconds too, unless a
//     session has come meanwhile: a client that tries three times asks once. Its
//     message holds what to do.
//
// Whoever has the token is answered; all users of a machine can reach 127.0.0.1.
package endpoint

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"sync"
	"time"

	"guise/session"
)

// Path is where the credentials are.
const Path = "/credentials"

// A Source has the credentials of one profile. Both functions are called from
// several goroutines; Get never twice at a time.
type Source struct {
	// Cached returns a session that is at hand and valid for another minute. It asks
	// nobody, and waits for nothing.
	Cached func() (held Held, ok bool)
	// Get gets a session, and may need the user for it. Its error is a *Refusal, or
	// any other, for which a client may try again at once.
	Get func(context.Context) (session.Credentials, error)
}

// Held is a session that is at hand.
type Held struct {
	session.Credentials
	Fresh bool   // it need not be renewed yet
	Gave  func() // is called before it is given; may be nil
}

// A Refusal is why there are no credentials, when trying again does not help: the
// user is needed and was not reached, or has said no.
type Refusal struct {
	Code    string // a word in CamelCase
	Message string // a line, with the command to run
}

func (r *Refusal) Error() string { return r.Message }

const (
	// sharedFor is how long a refusal counts for those who ask after it.
	sharedFor = 10 * time.Second
	// beat is how often a request that waits is told so.
	beat = 500 * time.Millisecond
	// lasts is what is said of credentials that do not expire: SDKs want to know
	// when to ask again.
	lasts = time.Hour
)

// An Endpoint is an http.Handler. Close it when nobody is to be answered any more.
type Endpoint struct {
	token  string
	source Source
	now    func() time.Time
	ctx    context.Context // of every attempt
	cancel context.CancelFunc

	mu   sync.Mutex
	last *attempt // nil: there was none
}

// An attempt is one call of Source.Get.
type attempt struct {
	done  chan struct{} // closed when the rest is set
	got   session.Credentials
	err   error
	ended time.Time
}

// New makes an endpoint with a token of its own.
func New(source Source, now func() time.Time) *Endpoint {
	ctx, cancel := context.WithCancel(context.Background())
	return &Endpoint{token: rand.Text() + rand.Text(), source: source, now: now, ctx: ctx, cancel: cancel}
}

// Token is what requests must have as their Authorization.
func (e *Endpoint) Token() string { return e.token }

// Knows reports whether a request has the token.
func (e *Endpoint) Knows(r *http.Request) bool {
	return subtle.ConstantTimeCompare([]byte(r.Header.Get("Authorization")), []byte(e.token)) == 1
}

// Close ends an attempt that is under way, and returns when it has ended.
func (e *Endpoint) Close() {
	e.cancel()
	e.mu.Lock()
	last := e.last
	e.mu.Unlock()
	if last != nil {
		<-last.done
	}
}

// ServeHTTP answers an SDK.
func (e *Endpoint) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != Path || r.Method != http.MethodGet {
		http.NotFound(w, r)
		return
	}
	if !e.Knows(r) {
		answer(w, http.StatusForbidden, problem{"AccessDenied", "the authorization token is wrong"})
		return
	}
	if held, ok := e.source.Cached(); ok && held.Fresh {
		e.giveHeld(w, held)
		return
	}
	// The server's time limit for reading a request would end the wait too.
	_ = http.NewResponseController(w).SetReadDeadline(time.Time{})
	e.await(w, r, e.attempt())
}

// await answers with what an attempt gives, or with what is left of a session if
// that takes long.
func (e *Endpoint) await(w http.ResponseWriter, r *http.Request, a *attempt) {
	beats := time.NewTicker(beat)
	defer beats.Stop()
	for {
		select {
		case <-r.Context().Done():
			return // the client has hung up
		case <-a.done:
			e.conclude(w, a)
			return
		case <-beats.C:
			if held, ok := e.source.Cached(); ok {
				e.giveHeld(w, held)
				return
			}
			if takesInterim(r) {
				w.WriteHeader(http.StatusContinue)
			}
		}
	}
}

// takesInterim is whether a client may be told that its request waits. Go's gives
// up after five interim responses (net/http up to Go 1.22), and waits for as long
// as it takes without.
func takesInterim(r *http.Request) bool {
	agent := r.Header.Get("User-Agent")
	return r.ProtoAtLeast(1, 1) && !strings.HasPrefix(agent, "aws-sdk-go") && !strings.HasPrefix(agent, "Go-http-client")
}

// attempt returns the one that is under way, or whose refusal still counts, or else
// begins one.
func (e *Endpoint) attempt() *attempt {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.last != nil && e.last.counts(e.now()) {
		return e.last
	}
	a := &attempt{done: make(chan struct{})}
	e.last = a
	go func() {
		got, err := e.source.Get(e.ctx)
		a.got, a.err, a.ended = got, err, e.now()
		close(a.done)
	}()
	return a
}

// counts is whether an attempt is the answer to a request that comes now.
func (a *attempt) counts(now time.Time) bool {
	select {
	case <-a.done:
		return errors.As(a.err, new(*Refusal)) && now.Sub(a.ended) < sharedFor
	default:
		return true
	}
}

// conclude answers with what came of an attempt; where nothing did, with what is
// left of a session.
func (e *Endpoint) conclude(w http.ResponseWriter, a *attempt) {
	if a.err == nil {
		e.give(w, a.got)
		return
	}
	if held, ok := e.source.Cached(); ok {
		e.giveHeld(w, held)
		return
	}
	if refusal, ok := errors.AsType[*Refusal](a.err); ok {
		answer(w, http.StatusForbidden, problem{refusal.Code, refusal.Message})
		return
	}
	answer(w, http.StatusServiceUnavailable, problem{"CredentialsUnavailable", a.err.Error()})
}

func (e *Endpoint) giveHeld(w http.ResponseWriter, held Held) {
	if held.Gave != nil {
		held.Gave()
	}
	e.give(w, held.Credentials)
}

func (e *Endpoint) give(w http.ResponseWriter, got session.Credentials) {
	if got.Expires.IsZero() {
		got.Expires = e.now().Add(lasts)
	}
	answer(w, http.StatusOK, credentials{
		AccessKeyID: got.AccessKeyID, SecretAccessKey: got.SecretAccessKey.Reveal(), Token: got.SessionToken.Reveal(),
		Expiration: got.Expires.UTC().Format(time.RFC3339), AccountID: got.AccountID,
	})
}

// credentials and problem are what SDKs read.
type credentials struct {
	AccessKeyID     string `json:"AccessKeyId"`
	SecretAccessKey string
	Token           string
	Expiration      string
	AccountID       string `json:"AccountId,omitempty"`
}

type problem struct {
	Code    string `json:"code"`
	Message string `json:"message"`
}

func answer(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v)
}
