// Package session turns a profile into credentials.
//
// It does so in two steps that are kept apart. [Resolve] plans: it reads the
// profile and those that it names, and returns the [Chain] of links that leads
// from a base (the keys of an IAM user, say) to the credentials asked for. It
// makes no call and keeps nothing; what it must know of the machine, [Defaults]
// tells it. [Retriever] then walks the chain from the deepest link that is still
// fresh in the cache, asking the user only where a link needs a code.
//
// # One code a day
//
// Where the keys of an IAM user and an MFA device lead to roles, the user gets
// one MFA session (GetSessionToken) and every role is assumed from that
// session. The session carries the MFA, and as it is the user's and not a
// role's, the one-hour limit of role chaining does not apply. So ten roles
// behind one device cost one code.
//
// # What is promised between processes
//
// All processes of a user share one cache. Those that need the same session at
// once wait for one of them: one call, one prompt. The lock is named for the
// first link, since the roles behind one device are different chains. When the
// one that holds the lock fails, those that waited during it fail with the same
// [Failure] and do not ask again in turn. When it dies, the next takes over.
//
// # Security
//
// Secrets are [secret.Text] all through. The name of a cached session is a
// digest of everything that led to it ([Chain.Key]), so that an edited profile
// is another session; of a secret, only a digest of its own goes into it. Base
// keys are never cached.
//
// The package speaks to AWS, the cache and the user only through the
// interfaces [API], [Cache], [Base] and [Person], which its caller hands in. By itself
// it writes one kind of file, the ends of sessions for prompts ([StatusDir]).
package session

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"time"

	"guise/internal/secret"
)

// Kind says what sort of exchange a link is.
type Kind string

// Bases: what a chain can start from.
const (
	Keys        Kind = "keys"         // access keys that somebody stored
	Environment Kind = "environment"  // access keys of this process's environment
	Instance    Kind = "ec2-instance" // the role of an EC2 instance, by IMDSv2
	Container   Kind = "container"    // the role of an ECS task or EKS pod
	SSOToken    Kind = "sso-token"    // a sign-in at an IAM Identity Center
	WebToken    Kind = "web-token"    // an OpenID Connect token, in a file or of a command
	Assertion   Kind = "assertion"    // a SAML identity provider's word
	Process     Kind = "process"      // another program's answer
	Login       Kind = "login"        // a console sign-in, as `aws login` makes it
)

// Exchanges: what turns the credentials before it into its own.
const (
	SessionToken Kind = "session-token" // GetSessionToken: an IAM user's MFA session
	AssumeRole   Kind = "assume-role"
	SSORole      Kind = "sso-role" // GetRoleCredentials at the SSO portal
	WebIdentity  Kind = "assume-role-with-web-identity"
	SAML         Kind = "assume-role-with-saml"
	// FederationToken is GetFederationToken: a narrowed session of an IAM user. It cannot
	// call IAM, nor STS but for GetCallerIdentity.
	FederationToken Kind = "federation-token"
)

// Kept reports whether what a link gives is cached. Keys are not, nor is what is
// asked of the machine at hand; SSO tokens have a store of their own.
func (k Kind) Kept() bool {
	switch k {
	case Keys, Environment, Instance, Container, SSOToken, WebToken:
		return false
	}
	return true
}

// A Link is a base or one exchange.
type Link struct {
	Kind    Kind
	Profile string // whose section asks for this link; its Command is told this name

	// Keys; Environment has the key's id
	AccessKeyID     string
	SecretAccessKey secret.Text `json:"-"` // empty where Stored
	Token           secret.Text `json:"-"` // of temporary keys; WebToken: the token
	Stored          bool        // the secret is in the key store

	// SSOToken, SSORole
	Session   string // the name of the [sso-session]; none of an older profile
	StartURL  string
	Scopes    []string // to register with
	AccountID string
	RoleName  string
	// AccountName is what the organisation calls the account; empty where that is not known.
	AccountName string

	TokenFile string // WebToken: its path; what it held when the plan was made is in Token
	URL       string // Assertion: where the sign-in begins; Container: where the credentials are
	Command   string // Assertion, Process, WebToken: a command of the user's that prints it
	LoginARN  string // Login: whose console sign-in
	Browser   string // SSOToken, Login: to sign in with, as the user wrote it; empty: any
	SignIn    string // SSOToken, Login: guise_sign_in, as it is written; whoever signs in reads it

	// Outside is what the result depends on and no file of the user's says, as
	// name=value: the variables and the folder that a Command sees, the digest of
	// a token, the machine whose role it is. No secret.
	Outside []string

	// SessionToken; AssumeRole where the device must speak for the role itself
	Serial string

	// AssumeRole, WebIdentity, SAML (where empty, a role that the assertion offers);
	// FederationToken has a name and policies
	PrincipalARN   string // SAML: the identity provider, as the assertion names it
	RoleARN        string
	SessionName    string
	ExternalID     string
	SourceIdentity string
	Tags           []Tag
	Policy         string   // an inline session policy, JSON
	PolicyARNs     []string // managed session policies
	NarrowedBy     string   // the profile that has these policies, where it is another than Profile

	Duration time.Duration // as configured; 0: what AWS gives unasked

	Place // where the call goes
}

// A Place is where a service is called.
type Place struct {
	// Region is no part of a session's identity: the same credentials come from every
	// regional endpoint.
	Region    string
	DualStack bool   // AWS's hosts with IPv6; nor is this
	Endpoint  string // an address in the place of AWS's own; empty: AWS's
}

// A Tag is a session tag. A transitive one follows into further roles.
type Tag struct {
	Key, Value string
	Transitive bool
}

// A Chain is the way from a base to the credentials of a profile. It is never
// empty, and its first link is the base.
type Chain []Link

// Key names the credentials that the chain leads to: a digest, in lower-case
// hexadecimal, of everything that the result depends on. TestKeyHoldsEveryField
// lists all inputs, and those that are left out with the reason. Two profiles with the
// same definition have the same key, unless a command is told which one asks.
func (c Chain) Key() string {
	key := c.key()
	return string(key[:])
}

// EndIn returns when the credentials that the chain leads to end, of which ends has those in
// the cache, by their keys; the zero time where they are not there.
func (c Chain) EndIn(ends map[string]time.Time) time.Time {
	if len(c) == 0 || len(ends) == 0 {
		return time.Time{}
	}
	key := c.key()
	return ends[string(key[:])]
}

func (c Chain) key() (key [2 * sha256.Size]byte) {
	all := make([]byte, 0, 1024)
	field := func(s string) {
		if s == "" { // as most are
			all = append(all, "0:"...)
			return
		}
		// Lengths keep "ab"+"c" and "a"+"bc" apart.
		all = append(append(strconv.AppendInt(all, int64(len(s)), 10), ':'), s...)
	}
	fields := func(all []string) {
		field(strconv.Itoa(len(all)))
		for _, s := range all {
			field(s)
		}
	}
	for i := range c {
		l := &c[i]
		told := ""
		if l.Command != "" {
			told = l.Profile
		}
		for _, s := range []string{
			string(l.Kind), l.AccessKeyID, l.Serial, l.RoleARN, l.SessionName, l.ExternalID,
			l.SourceIdentity, l.Policy, l.Endpoint, l.Duration.String(), l.Session,
			l.StartURL, l.AccountID, l.RoleName, l.TokenFile, l.URL, l.Command, told, l.LoginARN, l.PrincipalARN,
		} {
			field(s)
		}
		fields(l.Scopes)
		fields(l.PolicyARNs)
		fields(l.Outside)
		field(strconv.Itoa(len(l.Tags)))
		for _, t := range l.Tags {
			field(t.Key)
			field(t.Value)
			field(strconv.FormatBool(t.Transitive))
		}
	}
	sum := sha256.Sum256(all)
	hex.Encode(key[:], sum[:])
	return key
}

// Names returns every name under which something about the chain may lie in the cache:
// its credentials and those on the way, and what was remembered of them.
func (c Chain) Names() []string {
	var names []string
	for i := range c {
		key := c[:i+1].Key()
		names = append(names, key, noteAbout(noteDirect, key), noteAbout(noteLength, key), noteAbout(noteMade, key))
		if c[i].Serial != "" {
			names = append(names, spentNote(c[i].Serial))
		}
	}
	return names
}

// FromFilesAlone reports whether the plan depends on the config files alone, and not
// on this terminal, folder or machine.
func (c Chain) FromFilesAlone() bool {
	switch c[0].Kind {
	case Keys, SSOToken:
		return true
	case Assertion:
		return c[0].Command == ""
	}
	return false
}

// Last is the link whose credentials the chain is for.
func (c Chain) Last() Link { return c[len(c)-1] }

// Serial is the device whose code the chain may need; empty where it needs none.
func (c Chain) Serial() string {
	for _, l := range c {
		if l.Serial != "" {
			return l.Serial
		}
	}
	return ""
}

// note names something remembered about the chain, beside its credentials.
func (c Chain) note(about string) string { return noteAbout(about, c.Key()) }

func noteAbout(about, key string) string {
	sum := sha256.Sum256([]byte(about + ":" + key))
	return hex.EncodeToString(sum[:])
}
