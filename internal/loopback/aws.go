// Package loopback is an AWS on the loopback interface, for guise's demo, tests
// and benchmarks. SDKs reach it through AWS_ENDPOINT_URL.
//
// It is strict where a mock is kind: it verifies each signature, session token,
// end, MFA code, trust condition and duration, and refuses with AWS's own codes
// and words. It counts calls, and fails or dawdles on demand ([AWS.Fail]).
//
// It knows STS (GetCallerIdentity, GetSessionToken, GetFederationToken,
// AssumeRole, WithSAML, WithWebIdentity), an IAM Identity Center with its access
// portal and sign-in pages, the console's sign-in and federation, a SAML identity
// provider, the metadata of an instance and of a container, and, for calls that read and
// calls that write, a table of DynamoDB. It enforces session policies.
//
// It is no place for real secrets: it keeps everything in memory, readable.
package loopback

import (
	"crypto/rand"
	"encoding/base32"
	"encoding/base64"
	"slices"
	"strings"
	"sync"
	"time"
)

// AWS is a small world of accounts. It is safe for concurrent use.
type AWS struct {
	now func() time.Time

	mu      sync.Mutex
	skew    time.Duration           // AWS's clock minus the real one
	keys    map[string]*credentials // by access key id
	roles   map[string]*Role        // by ARN
	devices map[string]*device      // by serial
	calls   []Call
	faults  []Fault
	made    []string // the secrets of access keys that callers had made

	base           string // its own address
	portal         string // the start URL, where it is another than base's
	issuerKey      []byte // of the identity providers
	organisation   []Account
	unseen         [][2]string   // accounts and roles: see [AWS.AssignLater]
	tokenLife      time.Duration // of SSO tokens
	roleLife       time.Duration // of SSO roles' credentials
	sessionLife    time.Duration // of the access portal's sessions; 0: for as long as they are renewed
	clients        map[string]*oauthClient
	signIns        map[string]*pending // by the ticket on their page
	devicesWaiting map[string]*pending // by device code
	tokens         map[string]*grant   // by access token

	samlRoles   []string
	samlTo      string // where the identity provider posts to; empty: this server's /saml
	samlLongest time.Duration

	person string // of a browser that has not been here

	consoleSessions map[string]consoleSession // by refresh token
	proofs          map[string]bool           // DPoP proofs seen
	signinTokens    map[string]string         // to who signs in

	tables map[string]map[string]map[string]map[string]any // of DynamoDB: account, key, attribute, type

	machineRole, taskRole, containerToken string
	imdsTokens                            map[string]time.Time
}

// User is an IAM user with one access key.
type User struct {
	Account, Name   string
	AccessKeyID     string // random where empty
	SecretAccessKey string // random where empty
	MFASerial       string // empty: no device
	MFASeed         []byte // random where empty
	KeysWithoutMFA  bool   // may manage its access keys without MFA
}

// ARN of the user.
func (u User) ARN() string { return "arn:aws:iam::" + u.Account + ":user/" + u.Name }

// Role is an IAM role and whom it trusts, on which conditions.
type Role struct {
	ARN         string
	MaxDuration time.Duration // an hour where 0
	Trusts      []string      // accounts (12 digits) and ARNs of users and roles
	ExternalID  string        // sts:ExternalId must be this
	RequireMFA  bool          // aws:MultiFactorAuthPresent
	MaxMFAAge   time.Duration // aws:MultiFactorAuthAge below this, where not 0
	OwnCode     bool          // wants the code in the very call: a MultiFactorAuthAge of a few seconds
}

// credentials are keys that AWS knows: a user's own, or temporary ones.
type credentials struct {
	id, secret, token string
	expires           time.Time // zero: a user's own
	user              *User     // whose they are; nil of a role
	role              *Role
	session           string // RoleSessionName
	created           time.Time
	inactive          bool
	mfaAt             time.Time // when the MFA code was given; zero: without
	chained           bool      // a role assumed by a role
	federated         bool      // by GetFederationToken
	sourceIdentity    string
	policies          []statement // of the session; nil: it has none
	tags              map[string]string
}

// account, arn and id of the identity behind credentials.
func (c *credentials) account() string { return strings.Split(c.arn(), ":")[4] }

func (c *credentials) arn() string {
	if c.federated {
		return "arn:aws:sts::" + c.user.Account + ":federated-user/" + c.session
	}
	if c.role == nil {
		return c.user.ARN()
	}
	parts := strings.Split(c.role.ARN, ":")
	name := parts[5][strings.LastIndex(parts[5], "/")+1:] // the path is left out
	return "arn:aws:sts::" + parts[4] + ":assumed-role/" + name + "/" + c.session
}

func (c *credentials) userID() string {
	if c.role == nil {
		return "AIDA" + stable(c.user.ARN())
	}
	return "AROA" + stable(c.role.ARN) + ":" + c.session
}

// New makes an empty world, whose clock is now.
func New(now func() time.Time) *AWS {
	return &AWS{
		now: now, keys: map[string]*credentials{}, roles: map[string]*Role{}, devices: map[string]*device{},
		issuerKey: []byte(rand.Text()), tokenLife: 8 * time.Hour, roleLife: time.Hour, clients: map[string]*oauthClient{},
		signIns: map[string]*pending{}, devicesWaiting: map[string]*pending{}, tokens: map[string]*grant{},
		person: "alice", consoleSessions: map[string]consoleSession{}, proofs: map[string]bool{}, signinTokens: map[string]string{}, imdsTokens: map[string]time.Time{},
		tables: map[string]map[string]map[string]map[string]any{},
	}
}

// AddUser adds a user, and gives it back with what was made up for it.
func (a *AWS) AddUser(u User) User {
	a.mu.Lock()
	defer a.mu.Unlock()
	if u.AccessKeyID == "" {
		u.AccessKeyID = "AKIA" + random(16)
	}
	if u.SecretAccessKey == "" {
		u.SecretAccessKey = randomSecret(30)
	}
	if u.MFASerial != "" {
		if u.MFASeed == nil {
			u.MFASeed = []byte(rand.Text())
		}
		a.devices[u.MFASerial] = &device{seed: u.MFASeed}
	}
	a.keys[u.AccessKeyID] = &credentials{id: u.AccessKeyID, secret: u.SecretAccessKey, user: &u, created: a.now()}
	return u
}

// AddRole adds a role, or replaces it.
func (a *AWS) AddRole(r Role) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if r.MaxDuration == 0 {
		r.MaxDuration = time.Hour
	}
	a.roles[r.ARN] = &r
}

// RemoveKey makes an access key unknown, as when it is deleted.
func (a *AWS) RemoveKey(id string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.keys, id)
}

// SetSkew puts AWS's clock ahead of (or behind) the real one.
func (a *AWS) SetSkew(d time.Duration) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.skew = d
}

// clock is AWS's time. The caller holds the lock.
func (a *AWS) clock() time.Time { return a.now().Add(a.skew).UTC() }

// issue makes temporary credentials. The caller holds the lock.
func (a *AWS) issue(c credentials, d time.Duration) *credentials {
	c.id, c.secret = "ASIA"+random(16), randomSecret(30)
	c.token = "IQoJb3JpZ2luX2Vj" + randomSecret(240)
	c.expires = a.clock().Add(d).Truncate(time.Second)
	a.keys[c.id] = &c
	return &c
}

func randomSecret(bytes int) string {
	b := make([]byte, bytes)
	_, _ = rand.Read(b) // never fails: crypto/rand
	return base64.StdEncoding.EncodeToString(b)
}

func random(n int) string {
	b := make([]byte, n)
	_, _ = rand.Read(b)
	return base32.StdEncoding.EncodeToString(b)[:n]
}

// stable returns the 17 letters of an identity's id: the same each time.
func stable(arn string) string {
	letters := base32.StdEncoding.EncodeToString([]byte(arn))
	return strings.ReplaceAll(letters, "=", "A")[max(0, len(letters)-17):]
}

// MadeSecrets returns the secret of every access key that a caller had made, deleted or
// not.
func (a *AWS) MadeSecrets() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Clone(a.made)
}

// WideSessions returns the access key ids of the sessions that no session policy narrows.
func (a *AWS) WideSessions() (ids []string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for id, c := range a.keys {
		if !c.expires.IsZero() && c.policies == nil {
			ids = append(ids, id)
		}
	}
	return ids
}

// Secrets returns every secret access key, token and client's secret that was given
// out so far, for a search that must not find them.
func (a *AWS) Secrets() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	var all []string
	for _, c := range a.keys {
		if !c.expires.IsZero() {
			all = append(all, c.secret, c.token)
		}
	}
	for access, g := range a.tokens {
		all = append(all, access)
		if g.refresh != "" {
			all = append(all, g.refresh)
		}
	}
	for _, c := range a.clients {
		all = append(all, c.secret)
	}
	return all
}
