package loopback

import (
	"crypto/rand"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"time"
)

// A handler answers one call. It is called with the lock held.
type handler func(r *http.Request, body []byte) (any, *refusal)

// services are the calls that are told by method and path: all but STS, IAM and
// DynamoDB.
func (a *AWS) services() map[string]struct {
	action string
	answer handler
} {
	return map[string]struct {
		action string
		answer handler
	}{
		"POST /client/register":                           {"RegisterClient", a.registerClient},
		"POST /device_authorization":                      {"StartDeviceAuthorization", a.startDevice},
		"POST /token":                                     {"CreateToken", a.createToken},
		"GET /assignment/accounts":                        {"ListAccounts", a.listAccounts},
		"GET /assignment/roles":                           {"ListAccountRoles", a.listRoles},
		"GET /federation/credentials":                     {"GetRoleCredentials", a.roleCredentials},
		"POST /logout":                                    {"Logout", a.portalLogout},
		"POST /v1/token":                                  {"CreateOAuth2Token", a.consoleToken},
		"GET /federation":                                 {"getSigninToken", a.signinToken},
		"PUT /latest/api/token":                           {"IMDSToken", a.imdsToken},
		"GET /latest/meta-data/iam/security-credentials/": {"IMDSRole", a.imdsRole},
		"GET /container":                                  {"ContainerCredentials", a.containerCredentials},
	}
}

// headed is a text and a header that goes with it.
type headed struct{ header, value, text string }

// serveREST answers a call that its method and path tell, if they do.
func (a *AWS) serveREST(w http.ResponseWriter, r *http.Request) bool {
	path := r.URL.Path
	if strings.HasPrefix(path, imdsRoles) {
		path = imdsRoles
	}
	service, ok := a.services()[r.Method+" "+path]
	if operation, is := strings.CutPrefix(r.Header.Get("X-Amz-Target"), dynamoTarget); is {
		service.action, service.answer, ok = operation, a.dynamo, true
	}
	if !ok {
		return false
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<20))
	if err != nil {
		writeJSONRefusal(w, refuse(http.StatusRequestEntityTooLarge, "RequestEntityTooLarge", "the request is too large"))
		return true
	}
	over, later := a.goesWrong(w, service.action, writeJSONRefusal)
	if over {
		return true
	}
	if later.Lie.told() {
		truth := newRecorder()
		defer later.Lie.tell(w, truth)
		w = truth
	}
	a.mu.Lock()
	note := Call{At: a.clock(), Action: service.action}
	answer, refused := service.answer(r, body)
	if refused != nil {
		note.Code = refused.code
	}
	a.calls = append(a.calls, note)
	w.Header().Set("Date", a.clock().Format(http.TimeFormat))
	a.mu.Unlock()
	later.hold()
	w.Header().Set("X-Amzn-Requestid", rand.Text())
	switch answer := answer.(type) {
	case nil:
		writeJSONRefusal(w, refused)
	case string:
		_, _ = io.WriteString(w, answer)
	case headed:
		w.Header().Set(answer.header, answer.value)
		_, _ = io.WriteString(w, answer.text)
	default:
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(answer)
	}
	return true
}

// writeJSONRefusal answers as AWS's REST services do: the code in a header. The
// sign-in services say it the way of OAuth too, DynamoDB in __type.
func writeJSONRefusal(w http.ResponseWriter, r *refusal) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-Amzn-Errortype", r.code)
	w.WriteHeader(r.status)
	_ = json.NewEncoder(w).Encode(map[string]string{"__type": r.code, "message": r.message, "error": oauthName(r.code), "error_description": r.message})
}

// oauthName: AuthorizationPendingException is authorization_pending.
func oauthName(code string) string {
	var b strings.Builder
	for i, c := range strings.TrimSuffix(code, "Exception") {
		if c >= 'A' && c <= 'Z' && i > 0 {
			b.WriteByte('_')
		}
		b.WriteRune(c)
	}
	return strings.ToLower(b.String())
}

// bad is a request that makes no sense.
func bad(message string) *refusal {
	return refuse(http.StatusBadRequest, "InvalidRequestException", message)
}

func unix(t time.Time) int64 { return t.Unix() }
