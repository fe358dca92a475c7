package loopback

import (
	"bytes"
	"cmp"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// SAMLProvider is the identity provider that roles can trust.
const SAMLProvider = "arn:aws:iam::" + DemoAccount + ":saml-provider/demo"

// SetSAMLRoles sets the roles that the identity provider gives to alice, and how
// long it says that their sessions may last; 0 where it does not say.
func (a *AWS) SetSAMLRoles(longest time.Duration, arns ...string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.samlRoles, a.samlLongest = arns, longest
}

// SetSAMLReceiver sets the address that the identity provider posts its assertions to, in
// the place of this server's own.
func (a *AWS) SetSAMLReceiver(address string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.samlTo = address
}

func (a *AWS) samlReceiver() string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return cmp.Or(a.samlTo, "/saml")
}

// Assertion returns a SAML response for alice, in base64. It stands in for an
// XML signature with a keyed digest over all that precedes it.
func (a *AWS) Assertion() string {
	a.mu.Lock()
	defer a.mu.Unlock()
	var b bytes.Buffer
	end := a.clock().Add(5 * time.Minute).Format(time.RFC3339)
	fmt.Fprintf(&b, `<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"><saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"><saml:Subject><saml:NameID>alice</saml:NameID></saml:Subject><saml:Conditions NotOnOrAfter="%s"/><saml:AttributeStatement><saml:Attribute Name="https://aws.amazon.com/SAML/Attributes/Role">`, end)
	for _, arn := range a.samlRoles {
		fmt.Fprintf(&b, "<saml:AttributeValue>%s,%s</saml:AttributeValue>", arn, SAMLProvider)
	}
	b.WriteString("</saml:Attribute>")
	if a.samlLongest > 0 {
		fmt.Fprintf(&b, `<saml:Attribute Name="https://aws.amazon.com/SAML/Attributes/SessionDuration"><saml:AttributeValue>%d</saml:AttributeValue></saml:Attribute>`, int(a.samlLongest/time.Second))
	}
	b.WriteString("</saml:AttributeStatement></saml:Assertion>")
	fmt.Fprintf(&b, "<signature>%x</signature></samlp:Response>", a.seal(b.Bytes()))
	return base64.StdEncoding.EncodeToString(b.Bytes())
}

func (a *AWS) seal(data []byte) []byte {
	mac := hmac.New(sha256.New, a.issuerKey)
	mac.Write(data)
	return mac.Sum(nil)
}

// serveIDP is the identity provider's page: a login form, then the form that
// brings the assertion to AWS.
func (a *AWS) serveIDP(w http.ResponseWriter, r *http.Request) {
	login := page{
		Title: "The demo's identity provider", Text: "The password is demo.",
		Form: &pageForm{Action: "/idp", Login: true, Buttons: []string{"sign in"}},
	}
	if r.Method == http.MethodGet {
		show(w, http.StatusOK, login)
		return
	}
	if r.PostFormValue("user") != "alice" || r.PostFormValue("password") != "demo" {
		login.Text = "That was wrong. The password is demo."
		show(w, http.StatusForbidden, login)
		return
	}
	show(w, http.StatusOK, page{
		Title: "The demo's identity provider", Text: "On to AWS.", Submit: true,
		Form: &pageForm{Action: a.samlReceiver(), Hidden: map[string]string{"SAMLResponse": a.Assertion()}, Buttons: []string{"go on"}},
	})
}

func (a *AWS) assumeRoleWithSAML(form url.Values) (any, *refusal) {
	data, err := base64.StdEncoding.DecodeString(form.Get("SAMLAssertion"))
	text, rest, found := bytes.Cut(data, []byte("<signature>"))
	seal, _, _ := bytes.Cut(rest, []byte("<"))
	if err != nil || !found || subtle.ConstantTimeCompare(seal, fmt.Appendf(nil, "%x", a.seal(text))) != 1 {
		return nil, refuse(http.StatusBadRequest, "InvalidIdentityToken", "Response signature invalid")
	}
	var response struct {
		Conditions struct {
			End time.Time `xml:"NotOnOrAfter,attr"`
		} `xml:"Assertion>Conditions"`
		Values []string `xml:"Assertion>AttributeStatement>Attribute>AttributeValue"`
	}
	if err := xml.Unmarshal(data, &response); err != nil {
		return nil, refuse(http.StatusBadRequest, "InvalidIdentityToken", err.Error())
	}
	if !a.clock().Before(response.Conditions.End) {
		return nil, refuse(http.StatusBadRequest, "ExpiredTokenException", "Token must be redeemed within 5 minutes of issuance")
	}
	role, ok := a.roles[form.Get("RoleArn")]
	if !ok || !slices.Contains(response.Values, form.Get("RoleArn")+","+form.Get("PrincipalArn")) || !slices.Contains(role.Trusts, SAMLProvider) {
		return nil, refuse(http.StatusForbidden, "AccessDenied", "Not authorized to perform sts:AssumeRoleWithSAML")
	}
	got, refused := a.federated(role, form, "alice")
	if refused != nil {
		return nil, refused
	}
	return assumedRole{Credentials: shown(got), User: assumedUser{ARN: got.arn(), ID: got.userID()}}, nil
}

// federated returns a role's session to somebody from elsewhere.
func (a *AWS) federated(role *Role, form url.Values, name string) (*credentials, *refusal) {
	d, refused := duration(form, 3600, longestRole)
	if refused != nil {
		return nil, refused
	}
	if d > role.MaxDuration {
		return nil, refuse(http.StatusBadRequest, "ValidationError", "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.")
	}
	policies, refused := sessionPolicies(form, partitionOf(role.ARN))
	if refused != nil {
		return nil, refused
	}
	return a.issue(credentials{role: role, session: name, policies: policies}, d), nil
}

// WebToken returns an OpenID Connect token for a subject, as a CI runner has it.
func (a *AWS) WebToken(subject string, life time.Duration) string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.jwt(map[string]any{"sub": subject, "aud": "sts.amazonaws.com", "exp": a.clock().Add(life).Unix()})
}

func (a *AWS) jwt(claims map[string]any) string {
	encode := base64.RawURLEncoding.EncodeToString
	data, _ := json.Marshal(claims)
	signed := encode([]byte(`{"alg":"HS256","typ":"JWT"}`)) + "." + encode(data)
	return signed + "." + encode(a.seal([]byte(signed)))
}

func (a *AWS) assumeRoleWithWebIdentity(form url.Values) (any, *refusal) {
	token := form.Get("WebIdentityToken")
	at := strings.LastIndex(token, ".")
	invalid := refuse(http.StatusBadRequest, "InvalidIdentityToken", "No OpenIDConnect provider found in your account")
	if at < 0 {
		return nil, invalid
	}
	seal, err := base64.RawURLEncoding.DecodeString(token[at+1:])
	if err != nil || subtle.ConstantTimeCompare(seal, a.seal([]byte(token[:at]))) != 1 {
		return nil, invalid
	}
	payload, err := base64.RawURLEncoding.DecodeString(strings.Split(token, ".")[1])
	var claims struct {
		Sub, Aud string
		Exp      int64
	}
	if err != nil || json.Unmarshal(payload, &claims) != nil || claims.Aud != "sts.amazonaws.com" {
		return nil, invalid
	}
	if a.clock().Unix() >= claims.Exp {
		return nil, refuse(http.StatusBadRequest, "ExpiredTokenException", "Token expired")
	}
	if refused := checkSessionName(form.Get("RoleSessionName")); refused != nil {
		return nil, refused
	}
	role, ok := a.roles[form.Get("RoleArn")]
	if !ok || !slices.Contains(role.Trusts, "sub:"+claims.Sub) {
		return nil, refuse(http.StatusForbidden, "AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity")
	}
	got, refused := a.federated(role, form, form.Get("RoleSessionName"))
	if refused != nil {
		return nil, refused
	}
	return assumedRole{Credentials: shown(got), User: assumedUser{ARN: got.arn(), ID: got.userID()}}, nil
}
