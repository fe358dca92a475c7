package awsapi

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"guise/internal/answer"
	"guise/internal/secret"
	"guise/internal/signin"
	"guise/session"
)

var _ signin.IdentityCenter = (*Client)(nil)

// The operations of SSO's sign-in service and portal, as the "IAM Identity Center
// OIDC API reference" and the "portal API reference" have them.

// The grants of OAuth 2.0 that guise uses.
const (
	grantCode    = "authorization_code"
	grantDevice  = "urn:ietf:params:oauth:grant-type:device_code"
	grantRefresh = "refresh_token"
)

// oidc calls the sign-in service.
func (c *Client) oidc(ctx context.Context, l session.Link, op, path string, in, out any, check func(reply) error) error {
	base, err := c.serviceURL(l.Place, "oidc")
	if err == nil {
		_, err = c.rest(ctx, restCall{op: op, method: http.MethodPost, base: base, path: path, in: in}, out, check)
	}
	return err
}

// How long what the sign-in services give may last. What they say beyond that is
// cut: a portal session lasts at most 90 days, a client 90 too.
const (
	longestLife   = 90 * 24 * time.Hour
	longestPage   = time.Hour        // that a device code is good for
	longestAsking = 30 * time.Second // between two looks for a device's token
)

// Register makes guise known to an IAM Identity Center.
func (c *Client) Register(ctx context.Context, l session.Link, redirect string) (signin.Registration, error) {
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
	var made signin.Registration
	err := c.oidc(ctx, l, "RegisterClient", "client/register", in, &out, func(r reply) error {
		f := r.from.Fields()
		left := answer.Seconds(out.ClientSecretExpiresAt-r.now.Unix(), longestLife)
		made = signin.Registration{
			ID: f.Token("clientId", out.ClientID), Secret: secret.New(f.Token("clientSecret", out.ClientSecret)), Ends: r.now.Add(left),
		}
		return f.Err()
	})
	if err != nil {
		return signin.Registration{}, err
	}
	return made, nil
}

// AuthorizeURL is the page at which a sign-in with a code begins.
func (c *Client) AuthorizeURL(ctx context.Context, l session.Link) (*url.URL, error) {
	base, err := c.serviceURL(l.Place, "oidc")
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
		Interval, ExpiresIn                                            int64
	}
	var d signin.Device
	err := c.oidc(ctx, l, "StartDeviceAuthorization", "device_authorization", in, &out, func(r reply) error {
		f := r.from.Fields()
		d = signin.Device{
			Code: secret.New(f.Token("deviceCode", out.DeviceCode)), UserCode: f.Token("userCode", out.UserCode), URL: f.Page("verificationUri", out.VerificationURI),
			Every: answer.Seconds(out.Interval, longestAsking), Left: answer.Seconds(out.ExpiresIn, longestPage),
		}
		if out.VerificationURIComplete != "" {
			d.CompleteURL = f.Page("verificationUriComplete", out.VerificationURIComplete)
		}
		return f.Err()
	})
	if err != nil {
		return signin.Device{}, err
	}
	return d, nil
}

// CreateToken turns a grant into a token.
func (c *Client) CreateToken(ctx context.Context, l session.Link, r signin.Registration, g signin.Grant) (signin.Token, error) {
	in := grantFields(g)
	in["clientId"], in["clientSecret"] = r.ID, r.Secret.Reveal()
	var out struct {
		AccessToken, RefreshToken string
		ExpiresIn                 int64
	}
	var token signin.Token
	err := c.oidc(ctx, l, "CreateToken", "token", in, &out, func(r reply) error {
		f := r.from.Fields()
		token = signin.Token{
			Access: secret.New(f.Token("accessToken", out.AccessToken)), Refresh: secret.New(f.OptionalToken("refreshToken", out.RefreshToken)),
			Expires: c.settings.Now().Add(answer.Seconds(out.ExpiresIn, longestLife)),
		}
		return f.Err()
	})
	if err != nil {
		return signin.Token{}, err
	}
	return token, nil
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

// portalOf is where the portal takes a token: where it was given, unless the user has an
// endpoint of their own.
func portalOf(l session.Place, token session.Credentials) session.Place {
	if token.At.Region != "" {
		l.Region, l.DualStack = token.At.Region, token.At.DualStack
	}
	return l
}

// portal calls the access portal.
func (c *Client) portal(ctx context.Context, at session.Place, do restCall, token secret.Text, out any, check func(reply) error) (skew time.Duration, err error) {
	if do.base, err = c.serviceURL(at, "portal.sso"); err != nil {
		return 0, err
	}
	do.header = http.Header{"X-Amz-Sso_bearer_token": {token.Reveal()}}
	return c.rest(ctx, do, out, check)
}

// ssoRole gets the credentials of a role from the portal.
func (c *Client) ssoRole(ctx context.Context, l session.Link, from session.Credentials) (session.Credentials, error) {
	var out struct {
		RoleCredentials *struct {
			AccessKeyID, SecretAccessKey, SessionToken string
			Expiration                                 int64 // milliseconds
		}
	}
	do := restCall{
		op: "GetRoleCredentials", method: http.MethodGet, path: "federation/credentials",
		query: url.Values{"account_id": {l.AccountID}, "role_name": {l.RoleName}},
	}
	var got session.Credentials
	skew, err := c.portal(ctx, portalOf(l.Place, from), do, from.Bearer, &out, func(r reply) error {
		role := out.RoleCredentials
		if role == nil {
			return answer.Missing("roleCredentials")
		}
		if role.Expiration <= 0 {
			return answer.Missing("expiration")
		}
		keys, err := r.from.Temporary(answer.Keys{
			ID: role.AccessKeyID, Secret: secret.New(role.SecretAccessKey), Token: secret.New(role.SessionToken), Expires: time.UnixMilli(role.Expiration),
		}, r.now)
		got = session.FromAnswer(keys)
		got.RequestID = requestID(r.header)
		return err
	})
	if err != nil {
		return session.Credentials{}, err
	}
	got.Issued, got.Skew, got.AccountID = c.settings.Now(), skew, l.AccountID
	return got, nil
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

// Accounts returns one page of the accounts that a token opens, and what to ask
// the next page with; empty at the last. Where AWS says that it is too much, it is
// for the caller to wait.
func (c *Client) Accounts(ctx context.Context, at session.Place, token secret.Text, page string) (accounts []signin.Account, next string, err error) {
	var out struct {
		AccountList *[]struct{ AccountID, AccountName, EmailAddress string }
		NextToken   string
	}
	do := restCall{op: "ListAccounts", method: http.MethodGet, path: "assignment/accounts", query: pageQuery(page), paced: true}
	_, err = c.portal(ctx, at, do, token, &out, func(r reply) error {
		if out.AccountList == nil {
			return answer.Missing("accountList")
		}
		f := r.from.Fields()
		accounts = make([]signin.Account, len(*out.AccountList))
		for i, a := range *out.AccountList {
			accounts[i] = signin.Account{ID: f.Account("accountId", a.AccountID), Name: f.Name("accountName", a.AccountName), Email: f.Name("emailAddress", a.EmailAddress)}
		}
		next = f.OptionalToken("nextToken", out.NextToken)
		return f.Err()
	})
	if err != nil {
		return nil, "", err
	}
	return accounts, next, nil
}

// Roles returns one page of the names of the roles that a token opens in an account,
// as Accounts does.
func (c *Client) Roles(ctx context.Context, at session.Place, token secret.Text, account, page string) (names []string, next string, err error) {
	var out struct {
		RoleList  *[]struct{ RoleName string }
		NextToken string
	}
	do := restCall{op: "ListAccountRoles", method: http.MethodGet, path: "assignment/roles", query: pageQuery(page), paced: true}
	do.query.Set("account_id", account)
	_, err = c.portal(ctx, at, do, token, &out, func(r reply) error {
		if out.RoleList == nil {
			return answer.Missing("roleList")
		}
		f := r.from.Fields()
		names = make([]string, len(*out.RoleList))
		for i, role := range *out.RoleList {
			names[i] = f.Role("roleName", role.RoleName)
		}
		next = f.OptionalToken("nextToken", out.NextToken)
		return f.Err()
	})
	if err != nil {
		return nil, "", err
	}
	return names, next, nil
}

// SignOut ends a token. The portal answers with no body ("Logout" in the portal API
// reference), so that it is AWS's request id that proves it.
func (c *Client) SignOut(ctx context.Context, at session.Place, token secret.Text) error {
	do := restCall{op: "Logout", method: http.MethodPost, path: "logout", plain: true}
	_, err := c.portal(ctx, at, do, token, nil, func(r reply) error {
		if text := bytes.TrimSpace(r.body); !byAWS(r) || len(text) > 0 && !json.Valid(text) {
			return errForm
		}
		return nil
	})
	return err
}
