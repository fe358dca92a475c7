package awsapi

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"guise/internal/partition"
	"guise/internal/secret"
	"guise/session"
)

// federationToken makes a session of an IAM user that has what the user's policies and
// those of the link both allow. It can sign in to the console, which a user's MFA session
// cannot.
func (c *Client) federationToken(ctx context.Context, l session.Link, keys session.Credentials, d time.Duration) (session.Credentials, error) {
	form := url.Values{"Name": {l.SessionName}}
	setDuration(form, d)
	setPolicies(form, l)
	return c.temporary(ctx, l, "GetFederationToken", form, &keys, "")
}

// SigninURL turns credentials into an address that signs a browser in to the
// console, once, within fifteen minutes: "Enabling custom identity broker access
// to the console" in the IAM user guide. The address is a secret. A duration of 0
// leaves it to AWS. Its errors are *session.APIError.
func (c *Client) SigninURL(ctx context.Context, at session.Place, creds session.Credentials, d time.Duration, destination string) (secret.Text, error) {
	const op = "getSigninToken"
	region := c.settings.Region(at, "")
	base := https(partition.OfRegion(region).Federation(region))
	if at.Endpoint != "" {
		var err error
		if base, err = c.serviceURL(at, op); err != nil {
			return secret.Text{}, err
		}
	}
	who, err := json.Marshal(map[string]string{
		"sessionId": creds.AccessKeyID, "sessionKey": creds.SecretAccessKey.Reveal(), "sessionToken": creds.SessionToken.Reveal(),
	})
	if err != nil {
		return secret.Text{}, err
	}
	query := url.Values{"Action": {op}, "Session": {string(who)}}
	if d > 0 {
		query.Set("SessionDuration", strconv.Itoa(int(d/time.Second)))
	}
	var out struct{ SigninToken string }
	_, err = c.rest(ctx, restCall{op: op, method: http.MethodGet, base: base, path: "federation", query: query}, &out, func(r reply) error {
		f := r.from.Fields()
		f.Token("SigninToken", out.SigninToken)
		return f.Err()
	})
	if err != nil {
		return secret.Text{}, err
	}
	page := base.JoinPath("federation")
	page.RawQuery = url.Values{"Action": {"login"}, "Destination": {destination}, "SigninToken": {out.SigninToken}, "Issuer": {"guise"}}.Encode()
	return secret.New(page.String()), nil
}

// ConsolePage returns the address of the console's page of a service ("" is its home) in
// a region, or destination, where that is not empty. Its errors say which of the words
// cannot be one.
func ConsolePage(region, service, destination string) (string, error) {
	switch {
	case !partition.IsRegion(region):
		return "", errors.New("not a region name: " + region)
	case destination != "" && service != "":
		return "", errors.New("a service or a destination, not both")
	case destination != "":
		if u, err := url.Parse(destination); err != nil || u.Scheme != "https" || u.Host == "" {
			return "", errors.New("not an https address: " + destination)
		}
		return destination, nil
	case strings.Trim(service, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-/") != "":
		return "", errors.New("not a service name: " + service)
	}
	p := partition.OfRegion(region)
	host, ok := p.Console(region)
	if !ok {
		return "", errors.New("nobody says where the console of " + p.ID + " is: name a page of it by --destination")
	}
	path, fragment, _ := strings.Cut(ServicePage(service), "#")
	u := url.URL{Scheme: "https", Host: host, Path: "/" + path, RawQuery: url.Values{"region": {region}}.Encode(), Fragment: fragment}
	return u.String(), nil
}
