package awsapi

import (
	"context"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"guise/internal/answer"
	"guise/internal/files"
	"guise/internal/secret"
	"guise/session"
)

// Where IMDS has what it has: "Retrieve security credentials from instance
// metadata" in the EC2 user guide.
const (
	imdsToken    = "latest/api/token"
	imdsRoles    = "latest/meta-data/iam/security-credentials/"
	imdsLife     = "X-Aws-Ec2-Metadata-Token-Ttl-Seconds"
	imdsHeader   = "X-Aws-Ec2-Metadata-Token"
	machineLimit = 3 * time.Second // it is next door, or not there
	machineTries = 2
)

// Instance gets the credentials of the EC2 instance that this runs on, by
// IMDSv2 alone: the older protocol can be reached through a careless proxy.
func (c *Client) Instance(ctx context.Context, l session.Link) (session.Credentials, error) {
	base, err := configured("instance metadata", l.Endpoint)
	if err != nil {
		return session.Credentials{}, err
	}
	token, err := c.machineWord(ctx, restCall{
		op: "instance metadata", method: http.MethodPut, base: base, path: imdsToken, header: http.Header{imdsLife: {"300"}},
	}, func(f *answer.Fields, text string) string { return f.Token("token", text) })
	if err != nil {
		return session.Credentials{}, err
	}
	do := restCall{op: "instance metadata", method: http.MethodGet, base: base, path: imdsRoles, header: http.Header{imdsHeader: {token}}}
	role, err := c.machineWord(ctx, do, func(f *answer.Fields, text string) string {
		first, _, _ := strings.Cut(text, "\n")
		return f.Role("role", first)
	})
	if err != nil {
		return session.Credentials{}, err
	}
	do.path += url.PathEscape(role)
	return c.machine(ctx, do)
}

// machineWord gets a text of one word.
func (c *Client) machineWord(ctx context.Context, do restCall, check func(f *answer.Fields, text string) string) (word string, err error) {
	ctx, cancel := context.WithTimeout(ctx, machineTries*machineLimit)
	defer cancel()
	do.plain, do.attempts = true, machineTries
	_, err = c.rest(ctx, do, nil, func(r reply) error {
		f := r.from.Fields()
		word = check(f, strings.TrimSpace(string(r.body)))
		return f.Err()
	})
	return word, err
}

// ContainerSettings are what a container is given in its environment.
type ContainerSettings struct {
	Token     string // AWS_CONTAINER_AUTHORIZATION_TOKEN
	TokenFile string // AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE, read at each call
}

// largestTokenFile is the largest file with a container's token, in bytes.
const largestTokenFile = 64 << 10

// Container gets the credentials of the task or pod that this runs in.
func (c *Client) Container(ctx context.Context, l session.Link) (session.Credentials, error) {
	base, err := url.Parse(l.URL)
	if err != nil || !isMachine(base) {
		return session.Credentials{}, &session.APIError{Op: "container", Message: "container credentials are taken only from this machine or over https, not from " + l.URL, Reason: session.Refused}
	}
	token := c.settings.Container.Token
	if path := c.settings.Container.TokenFile; path != "" {
		data, err := files.Read(path, largestTokenFile)
		if err != nil {
			return session.Credentials{}, err
		}
		token = strings.TrimSpace(string(data))
	}
	do := restCall{op: "container", method: http.MethodGet, base: base, query: base.Query(), header: http.Header{}}
	if token != "" {
		f := answer.Elsewhere.Fields()
		if do.header.Set("Authorization", f.Header("AWS_CONTAINER_AUTHORIZATION_TOKEN", token)); f.Err() != nil {
			return session.Credentials{}, f.Err()
		}
	}
	return c.machine(ctx, do)
}

// isMachine reports whether an address is one at which containers are given
// credentials: the AWS SDKs and tools reference, "Container credential provider".
func isMachine(u *url.URL) bool {
	ip := net.ParseIP(u.Hostname())
	switch {
	case u.Scheme == "https", u.Hostname() == "localhost":
		return true
	case ip == nil:
		return false
	}
	return ip.IsLoopback() || ip.String() == "169.254.170.2" || ip.String() == "169.254.170.23" || ip.String() == "fd00:ec2::23"
}

// machine gets credentials as both services write them. A container's may be
// without a token and an end.
func (c *Client) machine(ctx context.Context, do restCall) (session.Credentials, error) {
	var out struct{ Code, Message, AccessKeyID, SecretAccessKey, Token, Expiration, AccountID string }
	var got session.Credentials
	skew, err := c.rest(ctx, do, &out, func(r reply) error {
		if out.Code != "" && !strings.EqualFold(out.Code, "Success") {
			return &session.APIError{Op: do.op, Code: out.Code, Message: out.Message, Reason: session.Refused}
		}
		expires, err := answer.Time("Expiration", out.Expiration)
		if err != nil {
			return err
		}
		keys, err := r.from.Keys(answer.Keys{
			ID: out.AccessKeyID, Secret: secret.New(out.SecretAccessKey), Token: secret.New(out.Token), Expires: expires, Account: out.AccountID,
		}, r.now)
		got = session.FromAnswer(keys)
		return err
	})
	if err != nil {
		return session.Credentials{}, err
	}
	got.Issued, got.Skew = c.settings.Now(), skew
	return got, nil
}
