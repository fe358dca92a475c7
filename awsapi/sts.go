package awsapi

import (
	"context"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/aws-sdk-go-v2/service/sts/types"
	"github.com/aws/smithy-go/middleware"

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
	case session.WebIdentity:
		return c.assumeRoleWithWebIdentity(ctx, l, from, d)
	case session.SAML:
		return c.assumeRoleWithSAML(ctx, l, from, d)
	case session.SSORole:
		return c.ssoRole(ctx, l, from)
	}
	return session.Credentials{}, &session.APIError{Op: string(l.Kind), Message: "not an exchange with AWS", Reason: session.Refused}
}

func (c *Client) getSessionToken(ctx context.Context, l session.Link, from session.Credentials, d time.Duration, code secret.Text) (session.Credentials, error) {
	const op = "GetSessionToken"
	in := &sts.GetSessionTokenInput{DurationSeconds: seconds(d)}
	in.SerialNumber, in.TokenCode = device(l, code)
	out, err := c.sts(l, from).GetSessionToken(ctx, in)
	if err != nil {
		return session.Credentials{}, c.refusal(op, err)
	}
	return c.issued(op, out.Credentials, out.ResultMetadata, accountOf(l.Serial), "")
}

func (c *Client) assumeRole(ctx context.Context, l session.Link, from session.Credentials, d time.Duration, code secret.Text) (session.Credentials, error) {
	const op = "AssumeRole"
	in := &sts.AssumeRoleInput{
		RoleArn: &l.RoleARN, RoleSessionName: &l.SessionName, DurationSeconds: seconds(d),
		ExternalId: optional(l.ExternalID), SourceIdentity: optional(l.SourceIdentity), Policy: optional(l.Policy),
	}
	in.SerialNumber, in.TokenCode = device(l, code)
	in.PolicyArns = policies(l)
	for _, t := range l.Tags {
		in.Tags = append(in.Tags, types.Tag{Key: &t.Key, Value: &t.Value})
		if t.Transitive {
			in.TransitiveTagKeys = append(in.TransitiveTagKeys, t.Key)
		}
	}
	out, err := c.sts(l, from).AssumeRole(ctx, in)
	if err != nil {
		return session.Credentials{}, c.refusal(op, err)
	}
	return c.issued(op, out.Credentials, out.ResultMetadata, accountOf(l.RoleARN), arnOf(out.AssumedRoleUser))
}

// Web identity and SAML are their own proof: these two calls are not signed.

func (c *Client) assumeRoleWithWebIdentity(ctx context.Context, l session.Link, from session.Credentials, d time.Duration) (session.Credentials, error) {
	const op = "AssumeRoleWithWebIdentity"
	out, err := c.sts(l, from).AssumeRoleWithWebIdentity(ctx, &sts.AssumeRoleWithWebIdentityInput{
		RoleArn: &l.RoleARN, RoleSessionName: &l.SessionName, DurationSeconds: seconds(d), Policy: optional(l.Policy),
		PolicyArns: policies(l), WebIdentityToken: aws.String(from.Bearer.Reveal()),
	})
	if err != nil {
		return session.Credentials{}, c.refusal(op, err)
	}
	return c.issued(op, out.Credentials, out.ResultMetadata, accountOf(l.RoleARN), arnOf(out.AssumedRoleUser))
}

func (c *Client) assumeRoleWithSAML(ctx context.Context, l session.Link, from session.Credentials, d time.Duration) (session.Credentials, error) {
	const op = "AssumeRoleWithSAML"
	out, err := c.sts(l, from).AssumeRoleWithSAML(ctx, &sts.AssumeRoleWithSAMLInput{
		RoleArn: &l.RoleARN, PrincipalArn: &l.PrincipalARN, DurationSeconds: seconds(d), Policy: optional(l.Policy),
		PolicyArns: policies(l), SAMLAssertion: aws.String(from.Bearer.Reveal()),
	})
	if err != nil {
		return session.Credentials{}, c.refusal(op, err)
	}
	return c.issued(op, out.Credentials, out.ResultMetadata, accountOf(l.RoleARN), arnOf(out.AssumedRoleUser))
}

func policies(l session.Link) []types.PolicyDescriptorType {
	var all []types.PolicyDescriptorType
	for _, arn := range l.PolicyARNs {
		all = append(all, types.PolicyDescriptorType{Arn: &arn})
	}
	return all
}

func arnOf(u *types.AssumedRoleUser) string {
	if u == nil {
		return ""
	}
	return aws.ToString(u.Arn)
}

// Identity is who AWS says that credentials belong to.
type Identity struct{ Account, ARN, UserID string }

// WhoAmI asks AWS whose the credentials are. The link says where to ask. Its
// errors are *session.APIError.
func (c *Client) WhoAmI(ctx context.Context, l session.Link, creds session.Credentials) (Identity, error) {
	out, err := c.sts(l, creds).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return Identity{}, c.refusal("GetCallerIdentity", err)
	}
	return Identity{aws.ToString(out.Account), aws.ToString(out.Arn), aws.ToString(out.UserId)}, nil
}

// sts makes a client for the place that a link names. A client costs some
// microseconds; the connections are shared.
func (c *Client) sts(l session.Link, from session.Credentials) *sts.Client {
	o := sts.Options{
		Region:       c.settings.Region(l),
		BaseEndpoint: optional(l.Endpoint),
		HTTPClient:   c.http,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{
				AccessKeyID: from.AccessKeyID, SecretAccessKey: from.SecretAccessKey.Reveal(), SessionToken: from.SessionToken.Reveal(),
			}, nil
		}),
		APIOptions: []func(*middleware.Stack) error{awsmiddleware.AddUserAgentKeyValue("guise", c.settings.Version)},
	}
	if c.settings.FIPS {
		o.EndpointOptions.UseFIPSEndpoint = aws.FIPSEndpointStateEnabled
	}
	if c.settings.DualStack {
		o.EndpointOptions.UseDualStackEndpoint = aws.DualStackEndpointStateEnabled
	}
	return sts.New(o)
}

// issued turns AWS's answer into credentials of ours.
func (c *Client) issued(op string, out *types.Credentials, meta middleware.Metadata, account, arn string) (session.Credentials, error) {
	if out == nil || aws.ToString(out.AccessKeyId) == "" || aws.ToString(out.SecretAccessKey) == "" || out.Expiration == nil {
		return session.Credentials{}, &session.APIError{Op: op, Message: "the answer holds no credentials", Reason: session.Refused}
	}
	now := c.settings.Now()
	got := session.Credentials{
		AccessKeyID: *out.AccessKeyId, SecretAccessKey: secret.New(*out.SecretAccessKey), SessionToken: secret.New(aws.ToString(out.SessionToken)),
		Expires: *out.Expiration, Issued: now, Skew: c.skew(meta), AccountID: account, ARN: arn,
	}
	return got, nil
}

// skew is how far AWS's clock is ahead of ours, by its answer.
func (c *Client) skew(meta middleware.Metadata) time.Duration {
	if server, ok := awsmiddleware.GetServerTime(meta); ok {
		return server.Sub(c.settings.Now())
	}
	return 0
}

func seconds(d time.Duration) *int32 {
	if d == 0 {
		return nil
	}
	return aws.Int32(int32(d / time.Second)) //nolint:gosec // at most 36 hours
}

// device gives the serial and the code, both or none.
func device(l session.Link, code secret.Text) (serial, token *string) {
	if code.Empty() {
		return nil, nil
	}
	return &l.Serial, aws.String(code.Reveal())
}

func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// accountOf gives the account of an ARN; empty for the serial of a hardware device.
func accountOf(arn string) string {
	if parts := strings.SplitN(arn, ":", 6); len(parts) == 6 {
		return parts[4]
	}
	return ""
}
