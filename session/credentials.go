package session

import (
	"encoding/json"
	"time"

	"guise/internal/answer"
	"guise/internal/secret"
)

// Credentials are what a link gives: keys for AWS, mostly temporary, or what
// the next link presents instead of keys.
type Credentials struct {
	AccessKeyID     string
	SecretAccessKey secret.Text
	SessionToken    secret.Text // empty for long-lived keys

	// Bearer is an SSO access token, a web identity token or a SAML assertion
	// (base64); there are no keys then.
	Bearer secret.Text
	// At is where an SSO access token was given, and is good: the region of the IAM
	// Identity Center, and which of AWS's hosts. The zero value: where its link says.
	At Place

	// Expires is the end by AWS's clock; zero for long-lived keys.
	Expires time.Time
	// Issued is when they were obtained, by the local clock.
	Issued time.Time
	// Skew is how far AWS's clock was ahead of ours when it issued them.
	Skew time.Duration

	AccountID string // where known
	ARN       string // of the assumed role, where known

	// Obtained is how this process has come to them, and RequestID that of AWS' answer that
	// gave them, as CloudTrail has it; empty where there was no call. Neither is cached.
	Obtained  Obtained
	RequestID string

	// Tell is from when on the user is to be told that the sign-in behind the credentials
	// ends soon: whoever is served these knows it without another look. Zero: never.
	Tell time.Time
}

// Obtained is how a process has come to credentials.
type Obtained int

const (
	// Cached: they were in the cache, and need not be renewed.
	Cached Obtained = iota
	// Served: they were at hand, though not fresh in the cache. Another process made them
	// while this one waited, or they cannot be renewed now, or are an access key.
	Served
	// Renewed: AWS, the machine or another program gave them for this request.
	Renewed
)

// as is the same credentials, come by in another way.
func (c Credentials) as(o Obtained) Credentials {
	c.Obtained = o
	return c
}

// FromAnswer makes credentials of what an answer gave and package answer has
// checked. When they were issued and by which clock is for the caller to add.
func FromAnswer(k answer.Keys) Credentials {
	return Credentials{AccessKeyID: k.ID, SecretAccessKey: k.Secret, SessionToken: k.Token, Expires: k.Expires, AccountID: k.Account}
}

// Left is how long the credentials are good for. Long-lived keys are good for
// a hundred years. A clock of ours that is off by more than five minutes (AWS
// itself tolerates no more) is corrected by what was seen of AWS's clock.
func (c Credentials) Left(now time.Time) time.Duration {
	if c.Expires.IsZero() {
		return 100 * 365 * 24 * time.Hour
	}
	if c.Skew > SkewTold || c.Skew < -SkewTold {
		now = now.Add(c.Skew)
	}
	return c.Expires.Sub(now)
}

// SkewTold is the difference between AWS's clock and ours from which on it
// matters: AWS refuses signatures that are further off.
const SkewTold = 5 * time.Minute

// sealed is how credentials lie in the cache; the cache seals them.
type sealed struct {
	ID, Secret, Token string `json:",omitempty"`
	Bearer            string `json:",omitempty"`
	Expires, Issued   time.Time
	Skew              time.Duration `json:",omitempty"`
	Account           string        `json:",omitempty"`
	ARN               string        `json:",omitempty"`
	Tell              int64         `json:",omitempty"` // in seconds since 1970
}

func (c Credentials) encode() ([]byte, error) {
	var tell int64
	if !c.Tell.IsZero() {
		tell = c.Tell.Unix()
	}
	return json.Marshal(sealed{
		ID: c.AccessKeyID, Secret: c.SecretAccessKey.Reveal(), Token: c.SessionToken.Reveal(), Bearer: c.Bearer.Reveal(),
		Expires: c.Expires, Issued: c.Issued, Skew: c.Skew, Account: c.AccountID, ARN: c.ARN, Tell: tell,
	})
}

// decode reads what encode wrote, without the struct: package json would learn its fields
// first, which is an eighth of the work of a cached answer.
func decode(data []byte) (c Credentials, ok bool) {
	var s map[string]any
	if json.Unmarshal(data, &s) != nil {
		return c, false
	}
	text := func(name string) string {
		value, _ := s[name].(string)
		return value
	}
	c = Credentials{
		AccessKeyID: text("ID"), SecretAccessKey: secret.New(text("Secret")), SessionToken: secret.New(text("Token")),
		Bearer: secret.New(text("Bearer")), AccountID: text("Account"), ARN: text("ARN"),
	}
	for name, at := range map[string]*time.Time{"Expires": &c.Expires, "Issued": &c.Issued} {
		if at.UnmarshalText([]byte(text(name))) != nil {
			return Credentials{}, false
		}
	}
	skew, _ := s["Skew"].(float64) // exact: a float64 counts the nanoseconds of 104 days
	c.Skew = time.Duration(skew)
	if tell, _ := s["Tell"].(float64); tell > 0 {
		c.Tell = time.Unix(int64(tell), 0)
	}
	return c, c.Bearer.Reveal() != "" || c.AccessKeyID != "" && c.SecretAccessKey.Reveal() != ""
}
