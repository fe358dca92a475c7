package awsapi

import (
	"context"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"time"

	"guise/internal/secret"
	"guise/session"
	"guise/signin"
)

var _ signin.Console = (*Client)(nil)

// consoleURL is the console's sign-in service in a region.
func (c *Client) consoleURL(ctx context.Context, l session.Link) (*url.URL, error) {
	if l.Endpoint != "" {
		return c.serviceURL(ctx, l, "signin")
	}
	region := c.settings.Region(l)
	return &url.URL{Scheme: "https", Host: region + "." + consoleHost(region)}, nil
}

// ConsoleAuthorizeURL is the page at which a console sign-in begins.
func (c *Client) ConsoleAuthorizeURL(ctx context.Context, l session.Link) (*url.URL, error) {
	base, err := c.consoleURL(ctx, l)
	if err != nil {
		return nil, err
	}
	return base.JoinPath("v1", "authorize"), nil
}

// ConsoleToken turns a grant into credentials: CreateOAuth2Token of the "AWS
// sign-in API reference".
func (c *Client) ConsoleToken(ctx context.Context, l session.Link, clientID string, key *ecdsa.PrivateKey, g signin.Grant) (signin.ConsoleToken, error) {
	const op = "CreateOAuth2Token"
	base, err := c.consoleURL(ctx, l)
	if err != nil {
		return signin.ConsoleToken{}, err
	}
	in := grantFields(g)
	in["clientId"] = clientID
	var out struct {
		AccessToken                      struct{ AccessKeyID, SecretAccessKey, SessionToken string }
		ExpiresIn                        int
		RefreshToken, TokenType, IDToken string
	}
	skew, err := c.rest(ctx, restCall{op: op, method: http.MethodPost, base: base, path: "v1/token", in: in, prove: proof{key, c.settings.Now}.token}, &out)
	if err != nil {
		return signin.ConsoleToken{}, err
	}
	keys, now := out.AccessToken, c.settings.Now()
	if keys.AccessKeyID == "" || keys.SecretAccessKey == "" || out.RefreshToken == "" {
		return signin.ConsoleToken{}, &session.APIError{Op: op, Message: "the answer holds no credentials", Reason: session.Refused}
	}
	return signin.ConsoleToken{
		Credentials: session.Credentials{
			AccessKeyID: keys.AccessKeyID, SecretAccessKey: secret.New(keys.SecretAccessKey), SessionToken: secret.New(keys.SessionToken),
			Expires: now.Add(time.Duration(out.ExpiresIn) * time.Second), Issued: now, Skew: skew,
		},
		Refresh: secret.New(out.RefreshToken), Type: out.TokenType, ID: out.IDToken,
	}, nil
}

// proof signs each request with the key that the token is bound to: DPoP, RFC
// 9449.
type proof struct {
	key *ecdsa.PrivateKey
	now func() time.Time
}

func (p proof) token(method, address string) (string, error) {
	public, err := p.key.PublicKey.ECDH()
	if err != nil {
		return "", err
	}
	point := public.Bytes() // 4, x, y
	const size = 32
	encode := base64.RawURLEncoding.EncodeToString
	header, err := json.Marshal(map[string]any{
		"typ": "dpop+jwt", "alg": "ES256",
		"jwk": map[string]string{"kty": "EC", "crv": "P-256", "x": encode(point[1 : 1+size]), "y": encode(point[1+size:])},
	})
	if err != nil {
		return "", err
	}
	claims, err := json.Marshal(map[string]any{"jti": rand.Text(), "htm": method, "htu": address, "iat": p.now().Unix()})
	if err != nil {
		return "", err
	}
	signed := encode(header) + "." + encode(claims)
	sum := sha256.Sum256([]byte(signed))
	r, s, err := ecdsa.Sign(rand.Reader, p.key, sum[:])
	if err != nil {
		return "", err
	}
	signature := make([]byte, 2*size)
	r.FillBytes(signature[:size])
	s.FillBytes(signature[size:])
	return signed + "." + encode(signature), nil
}
