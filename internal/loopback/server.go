package loopback

import (
	"crypto/rand"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Server is an AWS that listens.
type Server struct {
	aws      *AWS
	listener net.Listener
	http     *http.Server
	control  string // an unguessable path
}

// Start listens on a free port of 127.0.0.1.
func (a *AWS) Start() (*Server, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s := &Server{aws: a, listener: listener, control: "/" + rand.Text()}
	a.mu.Lock()
	a.base = s.URL()
	a.mu.Unlock()
	s.http = &http.Server{Handler: s, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: time.Minute, IdleTimeout: time.Minute}
	go func() { _ = s.http.Serve(listener) }()
	return s, nil
}

// URL is what AWS_ENDPOINT_URL must be.
func (s *Server) URL() string { return "http://" + s.listener.Addr().String() }

// ControlURL is where other processes ask for codes (/code?serial=) and calls
// (/calls). It is secret as long as the environment is that holds it.
func (s *Server) ControlURL() string { return s.URL() + s.control }

// Close ends all of it.
func (s *Server) Close() error { return s.http.Close() }

// ServeHTTP answers for AWS.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	// A page in a browser could be made to call here by a name of its own.
	if host, _, err := net.SplitHostPort(r.Host); err != nil || host != "127.0.0.1" && host != "localhost" {
		http.Error(w, "not loopback", http.StatusForbidden)
		return
	}
	if path, ok := strings.CutPrefix(r.URL.Path, s.control); ok {
		s.serveControl(w, r, path)
		return
	}
	s.aws.ServeHTTP(w, r)
}

// ServeHTTP answers for AWS, whatever the name it is reached by.
func (a *AWS) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !a.servePage(w, r) && !a.serveREST(w, r) {
		a.serve(w, r)
	}
}

func (s *Server) serveControl(w http.ResponseWriter, r *http.Request, path string) {
	switch path {
	case "/code":
		code, err := s.aws.Code(r.URL.Query().Get("serial"))
		if err != nil {
			http.Error(w, err.Error(), http.StatusNotFound)
			return
		}
		_, _ = io.WriteString(w, code+"\n")
	case "/calls":
		_ = json.NewEncoder(w).Encode(s.aws.Calls(""))
	default:
		http.NotFound(w, r)
	}
}

func (a *AWS) serve(w http.ResponseWriter, r *http.Request) {
	id := rand.Text()
	a.mu.Lock()
	w.Header().Set("Date", a.clock().Format(http.TimeFormat))
	a.mu.Unlock()
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<20))
	if err != nil {
		writeRefusal(w, id, refuse(http.StatusBadRequest, "RequestEntityTooLarge", "the request is too large"))
		return
	}
	form, err := url.ParseQuery(string(body))
	if err != nil || r.Method != http.MethodPost {
		writeRefusal(w, id, refuse(http.StatusBadRequest, "MalformedInput", "this AWS knows STS, IAM, IAM Identity Center, sign-ins and a table of DynamoDB, and no other service"))
		return
	}
	action := form.Get("Action")
	over, later := a.goesWrong(w, action, func(w http.ResponseWriter, r *refusal) { writeRefusal(w, id, r) })
	if over {
		return
	}
	if later.Lie.told() {
		truth := newRecorder()
		defer later.Lie.tell(w, truth)
		w = truth
	}
	result, refused := a.call(r, body, action, form)
	later.hold()
	w.Header().Set("X-Amzn-Requestid", id)
	if refused != nil {
		writeRefusal(w, id, refused)
		return
	}
	writeAnswer(w, action, id, result)
}

// call verifies and answers one call, and notes it.
func (a *AWS) call(r *http.Request, body []byte, action string, form url.Values) (any, *refusal) {
	a.mu.Lock()
	defer a.mu.Unlock()
	note := Call{At: a.clock(), Action: action, Role: form.Get("RoleArn")}
	var result any
	var refused *refusal
	switch action {
	case "AssumeRoleWithSAML": // these two are not signed
		result, refused = a.assumeRoleWithSAML(form)
	case "AssumeRoleWithWebIdentity":
		result, refused = a.assumeRoleWithWebIdentity(form)
	default:
		service, answer := "sts", a.sts
		if isIAM(action) {
			service, answer = "iam", a.iam
		}
		var caller *credentials
		if caller, refused = a.verify(r, body, service); refused == nil {
			note.AccessKeyID = caller.id
			result, refused = answer(action, form, caller)
		}
	}
	if refused != nil {
		note.Code = refused.code
	}
	a.calls = append(a.calls, note)
	return result, refused
}

// goesWrong plays the fault that a call meets, and reports whether it ends there;
// if it does not, what holds its answer back and what is said in its place.
func (a *AWS) goesWrong(w http.ResponseWriter, action string, write func(http.ResponseWriter, *refusal)) (over bool, later Fault) {
	a.mu.Lock()
	f, faulty := a.fault(action)
	if faulty && (f.Drop || f.Status != 0 || f.Lie.Instead) {
		a.calls = append(a.calls, Call{At: a.clock(), Action: action, Code: "fault " + f.Code})
	}
	a.mu.Unlock()
	if !faulty {
		return false, Fault{}
	}
	if f.After {
		return false, f
	}
	f.hold()
	switch {
	case f.Drop:
		if hijacker, ok := w.(http.Hijacker); ok {
			if conn, _, err := hijacker.Hijack(); err == nil {
				_ = conn.Close()
			}
		}
		return true, Fault{}
	case f.Lie.Instead:
		f.Lie.tell(w, newRecorder())
		return true, Fault{}
	case f.Status != 0:
		write(w, refuse(f.Status, f.Code, "as asked for"))
		return true, Fault{}
	}
	return false, Fault{Lie: f.Lie}
}
