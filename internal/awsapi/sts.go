package awsapi

import (
	"context"
	"net/url"
	"strconv"
	"strings"
	"time"

	"guise/internal/answer"
	"guise/internal/secret"
	"guise/session"
)

var _ session.API = (*Client)(nil)

// Exchange makes the call of a link, signed with the credentials before it.
// Its errors are *session.APIError.
func (c *Client) Exchange(ctx context.Context, l session.Link, from session.Credentials, d time.Duration, code secret.Text) (session.Credentials, error) {
	switch l.Kind {
	case session.SessionToken:
		return c.getSessionToken(ctx, l, from, d, code)
	case session.AssumeRole:
		return c.assumeRole(ctx, l, from, d, code)
	case session.FederationToken:
		return c.federationToken(ctx, l, from, d)
	case session.WebIdentity:
		return c.assumeRoleWithWebIdentity(ctx, l, from, d)
	case session.SAML:
		return c.assumeRoleWithSAML(ctx, l, from, d)
	case session.SSORole:
		return c.ssoRole(ctx, l, from)
	}
	return session.Credentials{}, &session.APIError{Op: string(l.Kind), Message: "not an exchange with AWS", Reason: session.Refused}
}

// stsVersion is that of the STS API.
const stsVersion = "2011-06-15"

// shownKeys are credentials as STS writes them: type Credentials in its reference.
type shownKeys struct {
	ID      string `xml:"AccessKeyId"`
	Secret  string `xml:"SecretAccessKey"`
	Token   string `xml:"SessionToken"`
	Expires string `xml:"Expiration"`
}

// temporary calls an operation of STS that gives temporary credentials, in the
// account given where it is known.
func (c *Client) temporary(ctx context.Context, l session.Link, op string, form url.Values, keys *session.Credentials, account string) (session.Credentials, error) {
	var out struct {
		Result struct {
			Credentials *shownKeys
			User        *struct{ Arn string } `xml:"AssumedRoleUser"`
			Federated   *struct{ Arn string } `xml:"FederatedUser"`
		} `xml:",any"`
	}
	at, err := c.stsPlace(l.Place, l.RoleARN+l.Serial)
	if err != nil {
		return session.Credentials{}, err
	}
	var got session.Credentials
	skew, err := c.query(ctx, query{op: op, version: stsVersion, at: at, form: form, keys: keys}, &out, func(r reply) (err error) {
		shown := out.Result.Credentials
		if shown == nil {
			return answer.Missing("Credentials")
		}
		if got, err = issued(r, shown.ID, shown.Secret, shown.Token, shown.Expires); err == nil && out.Result.User != nil {
			f := r.from.Fields()
			got.ARN = f.ARN("Arn", out.Result.User.Arn)
			err = f.Err()
		} else if err == nil && out.Result.Federated != nil {
			f := r.from.Fields()
			account = accountOf(f.ARN("Arn", out.Result.Federated.Arn))
			err = f.Err()
		}
		return err
	})
	if err != nil {
		return session.Credentials{}, err
	}
	got.Issued, got.Skew, got.AccountID = c.settings.Now(), skew, account
	return got, nil
}

// issued makes credentials of ours of those in an answer.
func issued(r reply, id, key, token, end string) (session.Credentials, error) {
	expires, err := answer.Time("Expiration", end)
	if err != nil {
		return session.Credentials{}, err
	}
	keys, err := r.from.Temporary(answer.Keys{ID: id, Secret: secret.New(key), Token: secret.New(token), Expires: expires}, r.now)
	got := session.FromAnswer(keys)
	got.RequestID = requestID(r.header)
	return got, err
}

func (c *Client) getSessionToken(ctx context.Context, l session.Link, from session.Credentials, d time.Duration, code secret.Text) (session.Credentials, error) {
	form := url.Values{}
	setDuration(form, d)
	setDevice(form, l, code)
	return c.temporary(ctx, l, "GetSessionToken", form, &from, accountOf(l.Serial))
}

func (c *Client) assumeRole(ctx context.Context, l session.Link, from session.Credentials, d time.Duration, code secret.Text) (session.Credentials, error) {
	form := roleForm(l, d)
	set(form, "RoleSessionName", l.SessionName)
	set(form, "ExternalId", l.ExternalID)
	set(form, "SourceIdentity", l.SourceIdentity)
	setDevice(form, l, code)
	transitive := 0
	for i, t := range l.Tags {
		member := "Tags.member." + strconv.Itoa(i+1)
		form.Set(member+".Key", t.Key)
		form.Set(member+".Value", t.Value)
		if t.Transitive {
			transitive++
			form.Set("TransitiveTagKeys.member."+strconv.Itoa(transitive), t.Key)
		}
	}
	return c.temporary(ctx, l, "AssumeRole", form, &from, accountOf(l.RoleARN))
}

// Web identity and SAML are their own proof: these two calls are not signed.

func (c *Client) assumeRoleWithWebIdentity(ctx context.Context, l session.Link, from session.Credentials, d time.Duration) (session.Credentials, error) {
	form := roleForm(l, d)
	set(form, "RoleSessionName", l.SessionName)
	form.Set("WebIdentityToken", from.Bearer.Reveal())
	return c.temporary(ctx, l, "AssumeRoleWithWebIdentity", form, nil, accountOf(l.RoleARN))
}

func (c *Client) assumeRoleWithSAML(ctx context.Context, l session.Link, from session.Credentials, d time.Duration) (session.Credentials, error) {
	form := roleForm(l, d)
	form.Set("PrincipalArn", l.PrincipalARN)
	form.Set("SAMLAssertion", from.Bearer.Reveal())
	return c.temporary(ctx, l, "AssumeRoleWithSAML", form, nil, accountOf(l.RoleARN))
}

// roleForm is what the three ways to assume a role have in common.
func roleForm(l session.Link, d time.Duration) url.Values {
	form := url.Values{"RoleArn": {l.RoleARN}}
	setDuration(form, d)
	setPolicies(form, l)
	return form
}

func setPolicies(form url.Values, l session.Link) {
	set(form, "Policy", l.Policy)
	for i, arn := range l.PolicyARNs {
		form.Set("PolicyArns.member."+strconv.Itoa(i+1)+".arn", arn)
	}
}

// set adds a parameter that may be left out.
func set(form url.Values, name, value string) {
	if value != "" {
		form.Set(name, value)
	}
}

func setDuration(form url.Values, d time.Duration) {
	if d > 0 {
		form.Set("DurationSeconds", strconv.Itoa(int(d/time.Second)))
	}
}

// setDevice adds the serial and the code, both or none.
func setDevice(form url.Values, l session.Link, code secret.Text) {
	if !code.Empty() {
		form.Set("SerialNumber", l.Serial)
		form.Set("TokenCode", code.Reveal())
	}
}

// Identity is who AWS says that credentials belong to. The account and the user id
// may be missing where another than AWS answers; the ARN never is.
type Identity struct{ Account, ARN, UserID string }

// WhoAmI asks AWS whose the credentials are. Its
// errors are *session.APIError; that there is none proves that the keys work.
func (c *Client) WhoAmI(ctx context.Context, at session.Place, creds session.Credentials) (Identity, error) {
	where, err := c.stsPlace(at, "")
	if err != nil {
		return Identity{}, err
	}
	var out struct {
		Result struct{ Account, Arn, UserId string } `xml:"GetCallerIdentityResult"` //nolint:revive // AWS's spelling
	}
	var who Identity
	_, err = c.query(ctx, query{op: "GetCallerIdentity", version: stsVersion, at: where, keys: &creds}, &out, func(r reply) error {
		f := r.from.Fields()
		who = Identity{ARN: f.ARN("Arn", out.Result.Arn), UserID: f.OptionalToken("UserId", out.Result.UserId)}
		if out.Result.Account != "" || r.from == answer.AWS {
			who.Account = f.Account("Account", out.Result.Account)
		}
		return f.Err()
	})
	if err != nil {
		return Identity{}, err
	}
	return who, nil
}

// RoleOf gives the ARN of the session of a role that an SSO token opens, a link of kind
// session.SSORole. STS is called in the link's region, at sts where that is not empty. Its
// errors are *session.APIError.
func (c *Client) RoleOf(ctx context.Context, role session.Link, token session.Credentials, sts string) (arn string, err error) {
	creds, err := c.Exchange(ctx, role, token, 0, secret.Text{})
	if err != nil {
		return "", err
	}
	who, err := c.WhoAmI(ctx, session.Place{Region: role.Region, Endpoint: sts}, creds)
	return who.ARN, err
}

// accountOf returns the account of an ARN; empty for the serial of a hardware device.
func accountOf(arn string) string {
	if parts := strings.SplitN(arn, ":", 6); len(parts) == 6 {
		return parts[4]
	}
	return ""
}
