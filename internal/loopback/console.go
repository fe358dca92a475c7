package loopback

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"html"
	"math/big"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The clients of `aws login`: one whose browser comes back to 127.0.0.1, and one whose
// browser ends at a page of AWS's own, which shows what the user types.
const (
	consoleClient = "arn:aws:signin:::devtools/same-device"
	remoteClient  = "arn:aws:signin:::devtools/cross-device"
	confirmation  = "/v1/sessions/confirmation"
)

// consoleLife is how long the credentials of a console sign-in last.
const consoleLife = 15 * time.Minute

// consoleSession is what a refresh token of the console is good for.
type consoleSession struct{ key, who string }

// DemoLogin is who the browser is signed in to the console as.
const DemoLogin = "arn:aws:iam::" + DemoAccount + ":user/alice"

// consoleToken is CreateOAuth2Token: a code or a refresh token, bound to the key
// that signs each request (DPoP).
func (a *AWS) consoleToken(r *http.Request, body []byte) (any, *refusal) {
	var in struct{ ClientID, GrantType, Code, CodeVerifier, RedirectURI, RefreshToken string }
	if err := json.Unmarshal(body, &in); err != nil || in.ClientID != consoleClient && in.ClientID != remoteClient {
		return nil, refuse(http.StatusBadRequest, "ValidationException", "not a request")
	}
	key, refused := a.proof(r)
	if refused != nil {
		return nil, refused
	}
	denied := refuse(http.StatusForbidden, "AccessDeniedException", "TOKEN_EXPIRED")
	var who string
	switch in.GrantType {
	case grantCode:
		if who, refused = a.takeCode(in.ClientID, in.Code, in.RedirectURI, in.CodeVerifier, true); refused != nil {
			return nil, denied
		}
	case grantRefresh:
		bound, ok := a.consoleSessions[in.RefreshToken]
		if !ok || bound.key != in.ClientID+key {
			return nil, denied
		}
		who = bound.who
		delete(a.consoleSessions, in.RefreshToken)
	default:
		return nil, refuse(http.StatusBadRequest, "ValidationException", "grantType")
	}
	user := a.userNamed(who)
	if user == nil {
		return nil, denied
	}
	got := a.issue(credentials{user: user, mfaAt: a.clock()}, consoleLife)
	refresh := randomSecret(60)
	a.consoleSessions[refresh] = consoleSession{in.ClientID + key, who}
	answer := map[string]any{
		"accessToken": map[string]string{"accessKeyId": got.id, "secretAccessKey": got.secret, "sessionToken": got.token},
		"tokenType":   "aws_sigv4", "expiresIn": int(consoleLife / time.Second), "refreshToken": refresh,
	}
	if in.GrantType == grantCode {
		answer["idToken"] = a.jwt(map[string]any{"sub": user.ARN()})
	}
	return answer, nil
}

func (a *AWS) userNamed(who string) *User {
	for _, c := range a.keys {
		if c.user != nil && c.user.Account == DemoAccount && c.user.Name == who {
			return c.user
		}
	}
	return nil
}

// proof verifies a DPoP header (RFC 9449) and gives a name of its key.
func (a *AWS) proof(r *http.Request) (string, *refusal) {
	invalid := refuse(http.StatusBadRequest, "ValidationException", "invalid DPoP proof")
	parts := strings.Split(r.Header.Get("DPoP"), ".")
	if len(parts) != 3 {
		return "", invalid
	}
	var header struct {
		Typ, Alg string
		Jwk      struct{ Kty, Crv, X, Y string }
	}
	var claims struct {
		Jti, Htm, Htu string
		Iat           int64
	}
	decode := base64.RawURLEncoding.DecodeString
	first, err1 := decode(parts[0])
	second, err2 := decode(parts[1])
	signature, err3 := decode(parts[2])
	if err1 != nil || err2 != nil || err3 != nil || len(signature) != 64 || json.Unmarshal(first, &header) != nil || json.Unmarshal(second, &claims) != nil {
		return "", invalid
	}
	x, err1 := decode(header.Jwk.X)
	y, err2 := decode(header.Jwk.Y)
	if err1 != nil || err2 != nil || len(x) != 32 || len(y) != 32 || header.Typ != "dpop+jwt" || header.Alg != "ES256" {
		return "", invalid
	}
	key, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), slices.Concat([]byte{4}, x, y))
	if err != nil {
		return "", invalid
	}
	sum := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	at := time.Unix(claims.Iat, 0)
	if !ecdsa.Verify(key, sum[:], new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:])) ||
		claims.Htm != r.Method || claims.Htu != a.origin(r)+r.URL.Path || a.clock().Sub(at).Abs() > mostSkew || a.proofs[claims.Jti] {
		return "", invalid
	}
	a.proofs[claims.Jti] = true
	return header.Jwk.X, nil
}

// signinToken is the federation endpoint's first step: credentials become a
// token for one sign-in.
func (a *AWS) signinToken(r *http.Request, _ []byte) (any, *refusal) {
	q := r.URL.Query()
	if q.Get("Action") == "login" {
		who, page := a.signedIn(q)
		return "<!doctype html><title>console: " + html.EscapeString(who) + "</title>" + page, nil
	}
	var in struct{ SessionID, SessionKey, SessionToken string }
	if q.Get("Action") != "getSigninToken" || json.Unmarshal([]byte(q.Get("Session")), &in) != nil {
		return nil, refuse(http.StatusBadRequest, "BadRequest", "not a request for a sign-in token")
	}
	known, ok := a.keys[in.SessionID]
	if !ok || known.token == "" || known.secret != in.SessionKey || known.token != in.SessionToken || !a.clock().Before(known.expires) {
		return nil, refuse(http.StatusBadRequest, "BadRequest", "the credentials are not valid")
	}
	if known.role == nil && !known.federated {
		return nil, refuse(http.StatusBadRequest, "BadRequest", "a user's session cannot sign in")
	}
	if text := q.Get("SessionDuration"); text != "" {
		seconds, err := strconv.Atoi(text)
		if err != nil || seconds < shortest || seconds > longestRole || known.federated || known.chained && seconds > longestChained {
			return nil, refuse(http.StatusBadRequest, "BadRequest", "SessionDuration")
		}
	}
	token := rand.Text() + rand.Text()
	a.signinTokens[token] = known.arn()
	return map[string]string{"SigninToken": token}, nil
}

// signedIn takes a sign-in token, once, and says who has come in.
func (a *AWS) signedIn(q url.Values) (who, page string) {
	who, ok := a.signinTokens[q.Get("SigninToken")]
	delete(a.signinTokens, q.Get("SigninToken"))
	if destination, err := url.Parse(q.Get("Destination")); !ok || err != nil || destination.Host == "" {
		return "", "not signed in"
	}
	return who, "signed in as " + who + " at " + q.Get("Destination")
}

func (a *AWS) serveConsole(w http.ResponseWriter, _ *http.Request) {
	show(w, http.StatusOK, page{Title: "The demo's console", Text: "There is nothing to see here."})
}
