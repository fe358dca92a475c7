package awsapi

import (
	"context"
	"net/url"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/service/sso"
	"github.com/aws/aws-sdk-go-v2/service/ssooidc"
	"github.com/aws/smithy-go/middleware"

	"guise/internal/secret"
	"guise/session"
	"guise/signin"
)

var (
	_ signin.OIDC   = (*Client)(nil)
	_ signin.Portal = (*Client)(nil)
)

// Register makes guise known to an IAM Identity Center.
func (c *Client) Register(ctx context.Context, l session.Link, redirect string) (signin.Registration, error) {
	const op = "RegisterClient"
	in := &ssooidc.RegisterClientInput{
		ClientName: aws.String("guise"), ClientType: aws.String("public"), Scopes: l.Scopes,
		GrantTypes: []string{grantDevice, grantRefresh},
	}
	if redirect != "" {
		in.GrantTypes = []string{grantCode, grantRefresh}
		in.RedirectUris, in.IssuerUrl = []string{redirect}, &l.StartURL
	}
	out, err := c.oidc(l).RegisterClient(ctx, in)
	if err != nil {
		return signin.Registration{}, c.refusal(op, err)
	}
	if aws.ToString(out.ClientId) == "" {
		return signin.Registration{}, &session.APIError{Op: op, Message: "the answer holds no client", Reason: session.Refused}
	}
	return signin.Registration{
		ID: *out.ClientId, Secret: secret.New(aws.ToString(out.ClientSecret)), Ends: time.Unix(out.ClientSecretExpiresAt, 0),
	}, nil
}

// The grants of OAuth 2.0 that guise uses.
const (
	grantCode    = "authorization_code"
	grantDevice  = "urn:ietf:params:oauth:grant-type:device_code"
	grantRefresh = "refresh_token"
)

// AuthorizeURL is the page at which a sign-in with a code begins: it is no
// operation of the SDK's, but stands at the same address.
func (c *Client) AuthorizeURL(ctx context.Context, l session.Link) (*url.URL, error) {
	base := l.Endpoint
	if base == "" {
		endpoint, err := ssooidc.NewDefaultEndpointResolverV2().ResolveEndpoint(ctx, ssooidc.EndpointParameters{
			Region: &l.Region, UseFIPS: aws.Bool(c.settings.FIPS), UseDualStack: aws.Bool(c.settings.DualStack),
		})
		if err != nil {
			return nil, c.refusal("authorize", err)
		}
		base = endpoint.URI.String()
	}
	u, err := url.Parse(base)
	if err != nil {
		return nil, &session.APIError{Op: "authorize", Message: "not an address: " + base, Reason: session.Refused}
	}
	return u.JoinPath("authorize"), nil
}

// StartDevice begins a sign-in that is finished on any device.
func (c *Client) StartDevice(ctx context.Context, l session.Link, r signin.Registration) (signin.Device, error) {
	out, err := c.oidc(l).StartDeviceAuthorization(ctx, &ssooidc.StartDeviceAuthorizationInput{
		ClientId: &r.ID, ClientSecret: aws.String(r.Secret.Reveal()), StartUrl: &l.StartURL,
	})
	if err != nil {
		return signin.Device{}, c.refusal("StartDeviceAuthorization", err)
	}
	return signin.Device{
		Code: secret.New(aws.ToString(out.DeviceCode)), UserCode: aws.ToString(out.UserCode),
		URL: aws.ToString(out.VerificationUri), CompleteURL: aws.ToString(out.VerificationUriComplete),
		Every: time.Duration(out.Interval) * time.Second, Left: time.Duration(out.ExpiresIn) * time.Second,
	}, nil
}

// CreateToken turns a grant into a token.
func (c *Client) CreateToken(ctx context.Context, l session.Link, r signin.Registration, g signin.Grant) (signin.Token, error) {
	const op = "CreateToken"
	in := &ssooidc.CreateTokenInput{ClientId: &r.ID, ClientSecret: aws.String(r.Secret.Reveal())}
	switch {
	case !g.Refresh.Empty():
		in.GrantType, in.RefreshToken = aws.String(grantRefresh), aws.String(g.Refresh.Reveal())
	case !g.DeviceCode.Empty():
		in.GrantType, in.DeviceCode = aws.String(grantDevice), aws.String(g.DeviceCode.Reveal())
	default:
		in.GrantType, in.Code = aws.String(grantCode), aws.String(g.Code.Reveal())
		in.CodeVerifier, in.RedirectUri = aws.String(g.Verifier.Reveal()), &g.Redirect
	}
	out, err := c.oidc(l).CreateToken(ctx, in)
	if err != nil {
		return signin.Token{}, c.refusal(op, err)
	}
	if aws.ToString(out.AccessToken) == "" {
		return signin.Token{}, &session.APIError{Op: op, Message: "the answer holds no token", Reason: session.Refused}
	}
	return signin.Token{
		Access: secret.New(*out.AccessToken), Refresh: secret.New(aws.ToString(out.RefreshToken)),
		Expires: c.settings.Now().Add(time.Duration(out.ExpiresIn) * time.Second),
	}, nil
}

// ssoRole gets the credentials of a role from the portal.
func (c *Client) ssoRole(ctx context.Context, l session.Link, from session.Credentials) (session.Credentials, error) {
	const op = "GetRoleCredentials"
	out, err := c.portal(l).GetRoleCredentials(ctx, &sso.GetRoleCredentialsInput{
		AccessToken: aws.String(from.Bearer.Reveal()), AccountId: &l.AccountID, RoleName: &l.RoleName,
	})
	if err != nil {
		return session.Credentials{}, c.refusal(op, err)
	}
	role := out.RoleCredentials
	if role == nil || aws.ToString(role.AccessKeyId) == "" || aws.ToString(role.SecretAccessKey) == "" || role.Expiration == 0 {
		return session.Credentials{}, &session.APIError{Op: op, Message: "the answer holds no credentials", Reason: session.Refused}
	}
	return session.Credentials{
		AccessKeyID: *role.AccessKeyId, SecretAccessKey: secret.New(*role.SecretAccessKey), SessionToken: secret.New(aws.ToString(role.SessionToken)),
		Expires: time.UnixMilli(role.Expiration), Issued: c.settings.Now(), Skew: c.skew(out.ResultMetadata), AccountID: l.AccountID,
	}, nil
}

// Accounts gives one page of the accounts that a token opens, and what to ask
// the next page with; empty at the last.
func (c *Client) Accounts(ctx context.Context, l session.Link, token secret.Text, page string) ([]signin.Account, string, error) {
	out, err := c.portal(l).ListAccounts(ctx, &sso.ListAccountsInput{
		AccessToken: aws.String(token.Reveal()), MaxResults: aws.Int32(pageSize), NextToken: optional(page),
	})
	if err != nil {
		return nil, "", c.refusal("ListAccounts", err)
	}
	accounts := make([]signin.Account, len(out.AccountList))
	for i, a := range out.AccountList {
		accounts[i] = signin.Account{ID: aws.ToString(a.AccountId), Name: aws.ToString(a.AccountName), Email: aws.ToString(a.EmailAddress)}
	}
	return accounts, aws.ToString(out.NextToken), nil
}

// Roles gives one page of the names of the roles that a token opens in an account.
func (c *Client) Roles(ctx context.Context, l session.Link, token secret.Text, account, page string) ([]string, string, error) {
	out, err := c.portal(l).ListAccountRoles(ctx, &sso.ListAccountRolesInput{
		AccessToken: aws.String(token.Reveal()), AccountId: &account, MaxResults: aws.Int32(pageSize), NextToken: optional(page),
	})
	if err != nil {
		return nil, "", c.refusal("ListAccountRoles", err)
	}
	names := make([]string, len(out.RoleList))
	for i, r := range out.RoleList {
		names[i] = aws.ToString(r.RoleName)
	}
	return names, aws.ToString(out.NextToken), nil
}

// pageSize is the most that the portal gives at once.
const pageSize = 100

// SignOut ends a token.
func (c *Client) SignOut(ctx context.Context, l session.Link, token secret.Text) error {
	_, err := c.portal(l).Logout(ctx, &sso.LogoutInput{AccessToken: aws.String(token.Reveal())})
	if err != nil {
		return c.refusal("Logout", err)
	}
	return nil
}

func (c *Client) oidc(l session.Link) *ssooidc.Client {
	o := ssooidc.Options{Region: l.Region, BaseEndpoint: optional(l.Endpoint), HTTPClient: c.http, APIOptions: c.userAgent()}
	o.EndpointOptions.UseFIPSEndpoint, o.EndpointOptions.UseDualStackEndpoint = c.variants()
	return ssooidc.New(o)
}

func (c *Client) portal(l session.Link) *sso.Client {
	o := sso.Options{Region: l.Region, BaseEndpoint: optional(l.Endpoint), HTTPClient: c.http, APIOptions: c.userAgent()}
	o.EndpointOptions.UseFIPSEndpoint, o.EndpointOptions.UseDualStackEndpoint = c.variants()
	return sso.New(o)
}

func (c *Client) userAgent() []func(*middleware.Stack) error {
	return []func(*middleware.Stack) error{awsmiddleware.AddUserAgentKeyValue("guise", c.settings.Version)}
}

// variants choose among AWS's own addresses.
func (c *Client) variants() (fips aws.FIPSEndpointState, dual aws.DualStackEndpointState) {
	if c.settings.FIPS {
		fips = aws.FIPSEndpointStateEnabled
	}
	if c.settings.DualStack {
		dual = aws.DualStackEndpointStateEnabled
	}
	return fips, dual
}

// skew is how far AWS's clock is ahead of ours, by its answer.
func (c *Client) skew(meta middleware.Metadata) time.Duration {
	if server, ok := awsmiddleware.GetServerTime(meta); ok {
		return server.Sub(c.settings.Now())
	}
	return 0
}
