package awsapi

import (
	"context"
	"net"
	"net/url"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials/ec2rolecreds"
	"github.com/aws/aws-sdk-go-v2/credentials/endpointcreds"
	"github.com/aws/aws-sdk-go-v2/feature/ec2/imds"

	"guise/internal/files"
	"guise/internal/secret"
	"guise/session"
)

// Instance gets the credentials of the EC2 instance that this runs on, by
// IMDSv2 alone: the older protocol can be reached through a careless proxy.
func (c *Client) Instance(ctx context.Context, l session.Link) (session.Credentials, error) {
	provider := ec2rolecreds.New(func(o *ec2rolecreds.Options) {
		o.Client = imds.New(imds.Options{Endpoint: l.Endpoint, EnableFallback: aws.FalseTernary})
	})
	return c.machine(ctx, "instance metadata", provider)
}

// ContainerSettings are what a container is given in its environment.
type ContainerSettings struct {
	Token     string // AWS_CONTAINER_AUTHORIZATION_TOKEN
	TokenFile string // AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE, read at each call
}

// Container gets the credentials of the task or pod that this runs in.
func (c *Client) Container(ctx context.Context, l session.Link, s ContainerSettings) (session.Credentials, error) {
	if !isMachine(l.URL) {
		return session.Credentials{}, &session.APIError{Op: "container", Message: "credentials are taken from this machine alone, or over https, and not from " + l.URL, Reason: session.Refused}
	}
	if s.TokenFile != "" {
		data, err := files.Read(s.TokenFile, 1<<20)
		if err != nil {
			return session.Credentials{}, err
		}
		s.Token = strings.TrimSpace(string(data))
	}
	provider := endpointcreds.New(l.URL, func(o *endpointcreds.Options) {
		o.HTTPClient, o.AuthorizationToken = c.http, s.Token
	})
	return c.machine(ctx, "container", provider)
}

// isMachine tells of an address that it is one at which containers are given
// credentials: the AWS SDKs and tools reference, "Container credential provider".
func isMachine(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	switch {
	case u.Scheme == "https", u.Hostname() == "localhost":
		return true
	case ip == nil:
		return false
	}
	return ip.IsLoopback() || ip.String() == "169.254.170.2" || ip.String() == "169.254.170.23" || ip.String() == "fd00:ec2::23"
}

func (c *Client) machine(ctx context.Context, op string, provider aws.CredentialsProvider) (session.Credentials, error) {
	got, err := provider.Retrieve(ctx)
	if err != nil {
		return session.Credentials{}, c.refusal(op, err)
	}
	return session.Credentials{
		AccessKeyID: got.AccessKeyID, SecretAccessKey: secret.New(got.SecretAccessKey), SessionToken: secret.New(got.SessionToken),
		Expires: got.Expires, Issued: c.settings.Now(), AccountID: got.AccountID,
	}, nil
}
