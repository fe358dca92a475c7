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

	"guise/internal/answer"
	"guise/internal/partition"
	"guise/internal/secret"
	"guise/internal/signin"
	"guise/session"
)

var _ signin.Console = (*Client)(nil)

// consoleURL is the console's sign-in service in a region.
func (c *Client) consoleURL(at session.Place) (*url.URL, error) {
	if at.Endpoint != "" {
		return c.serviceURL(at, "signin")
	}
	region := c.settings.Region(at, "")
	return https(partition.OfRegion(region).SignIn(region)), nil
}

// ConsoleAuthorizeURL is the page at which a console sign-in begins.
func (c *Client) ConsoleAuthorizeURL(ctx context.Context, at session.Place) (*url.URL, error) {
	base, err := c.consoleURL(at)
	if err != nil {
		return nil, err
	}
	return base.JoinPath("v1", "authorize"), nil
}

// ConsoleToken turns a grant into credentials: CreateOAuth2Token of the "AWS
// sign-in API reference".
func (c *Client) ConsoleToken(ctx context.Context, at session.Place, clientID string, key *ecdsa.PrivateKey, g signin.Grant) (signin.ConsoleToken, error) {
	const op = "CreateOAuth2Token"
	base, err := c.consoleURL(at)
	if err != nil {
		return signin.ConsoleToken{}, err
	}
	in := grantFields(g)
	in["clientId"] = clientID
	var out struct {
		AccessToken                      *struct{ AccessKeyID, SecretAccessKey, SessionToken string }
		ExpiresIn                        int64
		RefreshToken, TokenType, IDToken string
	}
	var got signin.ConsoleToken
	skew, err := c.rest(ctx, restCall{op: op, method: http.MethodPost, base: base, path: "v1/token", in: in, prove: proof{key}.token}, &out, func(r reply) error {
		if out.AccessToken == nil {
			return answer.Missing("accessToken")
		}
		keys, err := r.from.Temporary(answer.Keys{
			ID: out.AccessToken.AccessKeyID, Secret: secret.New(out.AccessToken.SecretAccessKey), Token: secret.New(out.AccessToken.SessionToken),
			Expires: r.now.Add(answer.Seconds(out.ExpiresIn, longestLife)),
		}, r.now)
		if err != nil {
			return err
		}
		f := r.from.Fields()
		got = signin.ConsoleToken{
			Credentials: session.FromAnswer(keys), Refresh: secret.New(f.Token("refreshToken", out.RefreshToken)),
			Type: f.OptionalToken("tokenType", out.TokenType), ID: f.OptionalToken("idToken", out.IDToken),
		}
		return f.Err()
	})
	if err != nil {
		return signin.ConsoleToken{}, err
	}
	got.Credentials.Issued, got.Credentials.Skew = c.settings.Now(), skew
	return got, nil
}

// proof signs each request with the key that the token is bound to: DPoP, RFC
// 9449.
type proof struct{ key *ecdsa.PrivateKey }

func (p proof) token(method, address string, now time.Time) (string, error) {
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
	claims, err := json.Marshal(map[string]any{"jti": rand.Text(), "htm": method, "htu": address, "iat": now.Unix()})
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
