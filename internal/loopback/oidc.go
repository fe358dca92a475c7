package loopback

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// A sign-in service with the grants of OAuth 2.0 that AWS has: a code with PKCE
// (RFC 7636), a device's code (RFC 8628), and refresh tokens that are used once.

// oauthClient is one that has registered.
type oauthClient struct {
	secret    string
	redirects []string
	grants    []string
	scopes    []string
	ends      time.Time
}

// pending is a sign-in that waits for the user.
type pending struct {
	client    string
	redirect  string // of a browser on this machine
	state     string
	challenge string
	code      string // what the browser brings back
	decision  string // "", allow, deny
	ends      time.Time
	asked     time.Time // when a device last asked
	console   bool      // for the console's session, not for SSO
	who       string    // whose browser decided
}

// grant is what a token is good for.
type grant struct {
	client  string
	who     string
	ends    time.Time // of the access token
	refresh string
	renews  bool      // the scope gives a refresh token
	over    time.Time // when the session of the portal ends; zero: it does not
}

const (
	grantCode    = "authorization_code"
	grantDevice  = "urn:ietf:params:oauth:grant-type:device_code"
	grantRefresh = "refresh_token"
	scopeAccess  = "sso:account:access"

	registrationLife = 90 * 24 * time.Hour
	signInLife       = 10 * time.Minute
	deviceInterval   = time.Second
)

func (a *AWS) registerClient(_ *http.Request, body []byte) (any, *refusal) {
	var in struct {
		ClientName, ClientType, IssuerURL string
		Scopes, RedirectUris, GrantTypes  []string
	}
	if err := json.Unmarshal(body, &in); err != nil || in.ClientName == "" {
		return nil, bad("not a registration")
	}
	if in.ClientType != "public" {
		return nil, refuse(http.StatusBadRequest, "InvalidClientMetadataException", "clientType must be public")
	}
	if slices.Contains(in.GrantTypes, grantCode) {
		if len(in.RedirectUris) == 0 || in.IssuerURL != a.startURL() {
			return nil, refuse(http.StatusBadRequest, "InvalidClientMetadataException", "redirectUris and issuerUrl are needed")
		}
	}
	for _, scope := range in.Scopes {
		if scope != scopeAccess && scope != "openid" {
			return nil, refuse(http.StatusBadRequest, "InvalidScopeException", "unknown scope "+scope)
		}
	}
	id := random(24)
	c := &oauthClient{secret: randomSecret(60), redirects: in.RedirectUris, grants: in.GrantTypes, scopes: in.Scopes, ends: a.clock().Add(registrationLife)}
	a.clients[id] = c
	return map[string]any{
		"clientId": id, "clientSecret": c.secret, "clientIdIssuedAt": unix(a.clock()), "clientSecretExpiresAt": unix(c.ends),
	}, nil
}

// authenticate checks a client's id and secret.
func (a *AWS) authenticate(id, secret, grantType string) (*oauthClient, *refusal) {
	c, ok := a.clients[id]
	if !ok || subtle.ConstantTimeCompare([]byte(c.secret), []byte(secret)) != 1 || !a.clock().Before(c.ends) {
		return nil, refuse(http.StatusUnauthorized, "InvalidClientException", "Invalid client")
	}
	if len(c.grants) > 0 && !slices.Contains(c.grants, grantType) {
		return nil, refuse(http.StatusBadRequest, "UnauthorizedClientException", "the client may not use "+grantType)
	}
	return c, nil
}

func (a *AWS) startDevice(r *http.Request, body []byte) (any, *refusal) {
	var in struct{ ClientID, ClientSecret, StartURL string }
	if err := json.Unmarshal(body, &in); err != nil {
		return nil, bad("not a request")
	}
	if _, refused := a.authenticate(in.ClientID, in.ClientSecret, grantDevice); refused != nil {
		return nil, refused
	}
	if in.StartURL != a.startURL() {
		return nil, refuse(http.StatusBadRequest, "InvalidRequestException", "no such start URL")
	}
	deviceCode, userCode := rand.Text(), random(4)+"-"+random(4)
	a.devicesWaiting[deviceCode] = &pending{client: in.ClientID, code: userCode, ends: a.clock().Add(signInLife)}
	page := a.origin(r) + "/device"
	return map[string]any{
		"deviceCode": deviceCode, "userCode": userCode, "verificationUri": page,
		"verificationUriComplete": page + "?user_code=" + userCode, "expiresIn": int(signInLife / time.Second), "interval": int(deviceInterval / time.Second),
	}, nil
}

func (a *AWS) createToken(_ *http.Request, body []byte) (any, *refusal) {
	var in struct {
		ClientID, ClientSecret, GrantType, DeviceCode, Code, RefreshToken, RedirectURI, CodeVerifier string
	}
	if err := json.Unmarshal(body, &in); err != nil {
		return nil, bad("not a request")
	}
	c, refused := a.authenticate(in.ClientID, in.ClientSecret, in.GrantType)
	if refused != nil {
		return nil, refused
	}
	var who string
	var over time.Time
	if a.sessionLife > 0 {
		over = a.clock().Add(a.sessionLife)
	}
	switch in.GrantType {
	case grantCode:
		who, refused = a.takeCode(in.ClientID, in.Code, in.RedirectURI, in.CodeVerifier, false)
	case grantDevice:
		who, refused = a.takeDevice(in.ClientID, in.DeviceCode)
	case grantRefresh:
		who, over, refused = a.takeRefresh(in.ClientID, in.RefreshToken)
	default:
		refused = refuse(http.StatusBadRequest, "UnsupportedGrantTypeException", in.GrantType)
	}
	if refused != nil {
		return nil, refused
	}
	g := &grant{client: in.ClientID, who: who, ends: a.clock().Add(a.tokenLife), renews: slices.Contains(c.scopes, scopeAccess), over: over}
	access := "aoaAAAA" + randomSecret(120)
	answer := map[string]any{"accessToken": access, "tokenType": "Bearer", "expiresIn": int(a.tokenLife / time.Second)}
	if g.renews {
		g.refresh = "aorAAAA" + randomSecret(120)
		answer["refreshToken"] = g.refresh
	}
	a.tokens[access] = g
	return answer, nil
}

// invalidGrant is what a code or refresh token that is wrong, used or ended gets.
func invalidGrant() *refusal {
	return refuse(http.StatusBadRequest, "InvalidGrantException", "Invalid grant provided")
}

// takeCode takes the code that a browser brought, once. It gives whose browser that was.
func (a *AWS) takeCode(clientID, code, redirectURI, verifier string, console bool) (who string, refused *refusal) {
	for ticket, p := range a.signIns {
		if p.code == "" || p.code != code || p.console != console {
			continue
		}
		delete(a.signIns, ticket)
		sum := sha256.Sum256([]byte(verifier))
		if p.client != clientID || p.redirect != redirectURI || !a.clock().Before(p.ends) || p.decision != allow ||
			p.challenge != base64.RawURLEncoding.EncodeToString(sum[:]) {
			return "", invalidGrant()
		}
		return p.who, nil
	}
	return "", invalidGrant()
}

func (a *AWS) takeDevice(clientID, code string) (who string, refused *refusal) {
	p, ok := a.devicesWaiting[code]
	if !ok || p.client != clientID {
		return "", invalidGrant()
	}
	early := a.clock().Sub(p.asked) < deviceInterval-deviceInterval/4
	p.asked = a.clock()
	switch {
	case !a.clock().Before(p.ends):
		delete(a.devicesWaiting, code)
		return "", refuse(http.StatusBadRequest, "ExpiredTokenException", "the device code has ended")
	case p.decision == deny:
		delete(a.devicesWaiting, code)
		return "", refuse(http.StatusBadRequest, "AccessDeniedException", "the user refused")
	case p.decision == allow:
		delete(a.devicesWaiting, code)
		return p.who, nil
	case early:
		return "", refuse(http.StatusBadRequest, "SlowDownException", "asked too often")
	}
	return "", refuse(http.StatusBadRequest, "AuthorizationPendingException", "the user has not answered yet")
}

// takeRefresh takes a refresh token, once and as long as its session lasts; over is when
// that ends.
func (a *AWS) takeRefresh(clientID, refresh string) (who string, over time.Time, refused *refusal) {
	for access, g := range a.tokens {
		if g.refresh == "" || g.refresh != refresh || g.client != clientID || g.isOver(a.clock()) {
			continue
		}
		g.refresh = ""
		if !a.clock().Before(g.ends) {
			delete(a.tokens, access)
		}
		return g.who, g.over, nil
	}
	return "", over, invalidGrant()
}

// isOver reports whether the session of the portal has ended that the grant is of.
func (g *grant) isOver(now time.Time) bool { return !g.over.IsZero() && !now.Before(g.over) }

// authorize checks the request that a browser brings and gives what the page
// needs. What is wrong with it is shown there: a redirect that was not registered
// must never be followed.
func (a *AWS) authorize(r *http.Request, console bool) (ticket, problem string) {
	q := r.URL.Query()
	a.mu.Lock()
	defer a.mu.Unlock()
	method := map[bool]string{false: "S256", true: "SHA-256"}[console]
	redirect, err := url.Parse(q.Get("redirect_uri"))
	id := q.Get("client_id")
	c, known := a.clients[id]
	switch {
	case console && id != consoleClient && id != remoteClient, !console && !known:
		return "", "no such client"
	case console && id == remoteClient && q.Get("redirect_uri") != a.origin(r)+confirmation:
		return "", "redirect_uri must be the page that shows the code"
	case console && id == remoteClient: // that is checked
	case err != nil || redirect.Scheme != "http" || redirect.Hostname() != "127.0.0.1":
		return "", "redirect_uri must be on 127.0.0.1"
	case !console && !slices.Contains(c.redirects, "http://127.0.0.1"+redirect.Path):
		return "", "redirect_uri was not registered"
	}
	switch {
	case q.Get("response_type") != "code" || q.Get("state") == "" || q.Get("code_challenge_method") != method || len(q.Get("code_challenge")) != 43:
		return "", "not a request with PKCE"
	case !console && strings.Fields(q.Get("scopes")) == nil:
		return "", "no scopes"
	}
	ticket = rand.Text()
	a.signIns[ticket] = &pending{
		client: id, redirect: q.Get("redirect_uri"), state: q.Get("state"), challenge: q.Get("code_challenge"), ends: a.clock().Add(signInLife), console: console,
	}
	a.calls = append(a.calls, Call{At: a.clock(), Action: "SignInPage"})
	return ticket, ""
}

// SetPerson sets who signs in with a browser that has not been here: alice, unless it is
// said. Where it is nobody, the page asks.
func (a *AWS) SetPerson(name string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.person = name
}

// personCookie is by which a browser is known again.
const personCookie = "person"

// personAt is who is signed in in the browser that a request is of; empty: nobody.
func (a *AWS) personAt(r *http.Request) string {
	if c, err := r.Cookie(personCookie); err == nil {
		return c.Value
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.person
}

// decide notes what the user says to a sign-in, and gives where the browser
// goes next; empty for a device's.
func (a *AWS) decide(ticket, decision, who string) (next string, ok bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, p := range a.devicesWaiting {
		if p.code == ticket && p.decision == "" {
			p.decision, p.who = decision, who
			return "", true
		}
	}
	p, ok := a.signIns[ticket]
	if !ok || p.decision != "" || who == "" || decision != allow && decision != deny {
		return "", false
	}
	p.decision, p.who = decision, who
	back := url.Values{"state": {p.state}}
	if decision == allow {
		p.code = rand.Text()
		back.Set("code", p.code)
	} else {
		back.Set("error", "access_denied")
		delete(a.signIns, ticket)
	}
	return p.redirect + "?" + back.Encode(), true
}

const (
	allow = "allow"
	deny  = "deny"
)
