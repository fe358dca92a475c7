package awsapi

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"guise/internal/secret"
	"guise/session"
	"guise/signin"
)

var (
	_ signin.OIDC   = (*Client)(nil)
	_ signin.Portal = (*Client)(nil)
)

// The operations of SSO's sign-in service and portal, as the "IAM Identity Center
// OIDC API reference" and the "portal API reference" have them.

// The grants of OAuth 2.0 that guise uses.
const (
	grantCode    = "authorization_code"
	grantDevice  = "urn:ietf:params:oauth:grant-type:device_code"
	grantRefresh = "refresh_token"
)

// oidc calls the sign-in service.
func (c *Client) oidc(ctx context.Context, l session.Link, op, path string, in, out any) error {
	base, err := c.serviceURL(ctx, l, "oidc")
	if err == nil {
		_, err = c.rest(ctx, restCall{op: op, method: http.MethodPost, base: base, path: path, in: in}, out)
	}
	return err
}

// Register makes guise known to an IAM Identity Center.
func (c *Client) Register(ctx context.Context, l session.Link, redirect string) (signin.Registration, error) {
	const op = "RegisterClient"
	in := map[string]any{
		"clientName": "guise", "clientType": "public", "scopes": l.Scopes, "grantTypes": []string{grantDevice, grantRefresh},
	}
	if redirect != "" {
		in["grantTypes"] = []string{grantCode, grantRefresh}
		in["redirectUris"], in["issuerUrl"] = []string{redirect}, l.StartURL
	}
	var out struct {
		ClientID              string
		ClientSecret          string
		ClientSecretExpiresAt int64 // seconds
	}
	if err := c.oidc(ctx, l, op, "client/register", in, &out); err != nil {
		return signin.Registration{}, err
	}
	if out.ClientID == "" {
		return signin.Registration{}, &session.APIError{Op: op, Message: "the answer holds no client", Reason: session.Refused}
	}
	return signin.Registration{ID: out.ClientID, Secret: secret.New(out.ClientSecret), Ends: time.Unix(out.ClientSecretExpiresAt, 0)}, nil
}

// AuthorizeURL is the page at which a sign-in with a code begins.
func (c *Client) AuthorizeURL(ctx context.Context, l session.Link) (*url.URL, error) {
	base, err := c.serviceURL(ctx, l, "oidc")
	if err != nil {
		return nil, err
	}
	return base.JoinPath("authorize"), nil
}

// StartDevice begins a sign-in that is finished on any device.
func (c *Client) StartDevice(ctx context.Context, l session.Link, r signin.Registration) (signin.Device, error) {
	in := map[string]string{"clientId": r.ID, "clientSecret": r.Secret.Reveal(), "startUrl": l.StartURL}
	var out struct {
		DeviceCode, UserCode, VerificationURI, VerificationURIComplete string
		Interval, ExpiresIn                                            int
	}
	if err := c.oidc(ctx, l, "StartDeviceAuthorization", "device_authorization", in, &out); err != nil {
		return signin.Device{}, err
	}
	return signin.Device{
		Code: secret.New(out.DeviceCode), UserCode: out.UserCode, URL: out.VerificationURI, CompleteURL: out.VerificationURIComplete,
		Every: time.Duration(out.Interval) * time.Second, Left: time.Duration(out.ExpiresIn) * time.Second,
	}, nil
}

// CreateToken turns a grant into a token.
func (c *Client) CreateToken(ctx context.Context, l session.Link, r signin.Registration, g signin.Grant) (signin.Token, error) {
	const op = "CreateToken"
	in := grantFields(g)
	in["clientId"], in["clientSecret"] = r.ID, r.Secret.Reveal()
	var out struct {
		AccessToken, RefreshToken string
		ExpiresIn                 int
	}
	if err := c.oidc(ctx, l, op, "token", in, &out); err != nil {
		return signin.Token{}, err
	}
	if out.AccessToken == "" {
		return signin.Token{}, &session.APIError{Op: op, Message: "the answer holds no token", Reason: session.Refused}
	}
	return signin.Token{
		Access: secret.New(out.AccessToken), Refresh: secret.New(out.RefreshToken),
		Expires: c.settings.Now().Add(time.Duration(out.ExpiresIn) * time.Second),
	}, nil
}

// grantFields says a grant as the token operations do.
func grantFields(g signin.Grant) map[string]string {
	switch {
	case !g.Refresh.Empty():
		return map[string]string{"grantType": grantRefresh, "refreshToken": g.Refresh.Reveal()}
	case !g.DeviceCode.Empty():
		return map[string]string{"grantType": grantDevice, "deviceCode": g.DeviceCode.Reveal()}
	}
	return map[string]string{
		"grantType": grantCode, "code": g.Code.Reveal(), "codeVerifier": g.Verifier.Reveal(), "redirectUri": g.Redirect,
	}
}

// portal calls the access portal.
func (c *Client) portal(ctx context.Context, l session.Link, op, method, path string, query url.Values, token secret.Text, out any) (time.Duration, error) {
	base, err := c.serviceURL(ctx, l, "portal.sso")
	if err != nil {
		return 0, err
	}
	header := http.Header{"X-Amz-Sso_bearer_token": {token.Reveal()}}
	return c.rest(ctx, restCall{op: op, method: method, base: base, path: path, query: query, header: header}, out)
}

// ssoRole gets the credentials of a role from the portal.
func (c *Client) ssoRole(ctx context.Context, l session.Link, from session.Credentials) (session.Credentials, error) {
	const op = "GetRoleCredentials"
	var out struct {
		RoleCredentials struct {
			AccessKeyID, SecretAccessKey, SessionToken string
			Expiration                                 int64 // milliseconds
		}
	}
	query := url.Values{"account_id": {l.AccountID}, "role_name": {l.RoleName}}
	skew, err := c.portal(ctx, l, op, http.MethodGet, "federation/credentials", query, from.Bearer, &out)
	if err != nil {
		return session.Credentials{}, err
	}
	role := out.RoleCredentials
	if role.AccessKeyID == "" || role.SecretAccessKey == "" || role.Expiration == 0 {
		return session.Credentials{}, &session.APIError{Op: op, Message: "the answer holds no credentials", Reason: session.Refused}
	}
	return session.Credentials{
		AccessKeyID: role.AccessKeyID, SecretAccessKey: secret.New(role.SecretAccessKey), SessionToken: secret.New(role.SessionToken),
		Expires: time.UnixMilli(role.Expiration), Issued: c.settings.Now(), Skew: skew, AccountID: l.AccountID,
	}, nil
}

// pageSize is the most that the portal gives at once.
const pageSize = 100

func pageQuery(page string) url.Values {
	query := url.Values{"max_result": {strconv.Itoa(pageSize)}}
	if page != "" {
		query.Set("next_token", page)
	}
	return query
}

// Accounts gives one page of the accounts that a token opens, and what to ask
// the next page with; empty at the last.
func (c *Client) Accounts(ctx context.Context, l session.Link, token secret.Text, page string) ([]signin.Account, string, error) {
	var out struct {
		AccountList []struct{ AccountID, AccountName, EmailAddress string }
		NextToken   string
	}
	if _, err := c.portal(ctx, l, "ListAccounts", http.MethodGet, "assignment/accounts", pageQuery(page), token, &out); err != nil {
		return nil, "", err
	}
	accounts := make([]signin.Account, len(out.AccountList))
	for i, a := range out.AccountList {
		accounts[i] = signin.Account{ID: a.AccountID, Name: a.AccountName, Email: a.EmailAddress}
	}
	return accounts, out.NextToken, nil
}

// Roles gives one page of the names of the roles that a token opens in an account.
func (c *Client) Roles(ctx context.Context, l session.Link, token secret.Text, account, page string) ([]string, string, error) {
	query := pageQuery(page)
	query.Set("account_id", account)
	var out struct {
		RoleList  []struct{ RoleName string }
		NextToken string
	}
	if _, err := c.portal(ctx, l, "ListAccountRoles", http.MethodGet, "assignment/roles", query, token, &out); err != nil {
		return nil, "", err
	}
	names := make([]string, len(out.RoleList))
	for i, r := range out.RoleList {
		names[i] = r.RoleName
	}
	return names, out.NextToken, nil
}

// SignOut ends a token.
func (c *Client) SignOut(ctx context.Context, l session.Link, token secret.Text) error {
	_, err := c.portal(ctx, l, "Logout", http.MethodPost, "logout", nil, token, nil)
	return err
}
