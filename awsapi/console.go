package awsapi

import (
	"context"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awssignin "github.com/aws/aws-sdk-go-v2/service/signin"
	"github.com/aws/aws-sdk-go-v2/service/signin/types"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"guise/internal/secret"
	"guise/session"
	"guise/signin"
)

var _ signin.Console = (*Client)(nil)

// ConsoleAuthorizeURL is the page at which a console sign-in begins: it stands at
// the address of the service, and is no operation of the SDK's.
func (c *Client) ConsoleAuthorizeURL(ctx context.Context, l session.Link) (*url.URL, error) {
	base := l.Endpoint
	if base == "" {
		region := c.settings.Region(l)
		endpoint, err := awssignin.NewDefaultEndpointResolverV2().ResolveEndpoint(ctx, awssignin.EndpointParameters{
			Region: &region, UseFIPS: aws.Bool(c.settings.FIPS), UseDualStack: aws.Bool(c.settings.DualStack),
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
	return u.JoinPath("v1", "authorize"), nil
}

// ConsoleToken turns a grant into credentials.
func (c *Client) ConsoleToken(ctx context.Context, l session.Link, clientID string, key *ecdsa.PrivateKey, g signin.Grant) (signin.ConsoleToken, error) {
	const op = "CreateOAuth2Token"
	body := &types.CreateOAuth2TokenRequestBody{ClientId: &clientID}
	if g.Refresh.Empty() {
		body.GrantType, body.Code = aws.String(grantCode), aws.String(g.Code.Reveal())
		body.CodeVerifier, body.RedirectUri = aws.String(g.Verifier.Reveal()), &g.Redirect
	} else {
		body.GrantType, body.RefreshToken = aws.String(grantRefresh), aws.String(g.Refresh.Reveal())
	}
	o := awssignin.Options{Region: c.settings.Region(l), BaseEndpoint: optional(l.Endpoint), HTTPClient: c.http}
	o.APIOptions = append(c.userAgent(), func(stack *middleware.Stack) error {
		return stack.Finalize.Add(proof{key, c.settings.Now}, middleware.After)
	})
	o.EndpointOptions.UseFIPSEndpoint, o.EndpointOptions.UseDualStackEndpoint = c.variants()
	out, err := awssignin.New(o).CreateOAuth2Token(ctx, &awssignin.CreateOAuth2TokenInput{TokenInput: body})
	if err != nil {
		return signin.ConsoleToken{}, c.refusal(op, err)
	}
	if out.TokenOutput == nil || out.TokenOutput.AccessToken == nil || aws.ToString(out.TokenOutput.AccessToken.AccessKeyId) == "" {
		return signin.ConsoleToken{}, &session.APIError{Op: op, Message: "the answer holds no credentials", Reason: session.Refused}
	}
	got, now := out.TokenOutput, c.settings.Now()
	return signin.ConsoleToken{
		Credentials: session.Credentials{
			AccessKeyID: *got.AccessToken.AccessKeyId, SecretAccessKey: secret.New(aws.ToString(got.AccessToken.SecretAccessKey)),
			SessionToken: secret.New(aws.ToString(got.AccessToken.SessionToken)),
			Expires:      now.Add(time.Duration(aws.ToInt32(got.ExpiresIn)) * time.Second), Issued: now,
		},
		Refresh: secret.New(aws.ToString(got.RefreshToken)), Type: aws.ToString(got.TokenType), ID: aws.ToString(got.IdToken),
	}, nil
}

// proof signs each request with the key that the token is bound to: DPoP, RFC
// 9449. The SDK has the same for itself, and does not hand it out.
type proof struct {
	key *ecdsa.PrivateKey
	now func() time.Time
}

func (proof) ID() string { return "DPoP" }

// HandleFinalize adds the header.
func (p proof) HandleFinalize(ctx context.Context, in middleware.FinalizeInput, next middleware.FinalizeHandler) (middleware.FinalizeOutput, middleware.Metadata, error) {
	request, ok := in.Request.(*smithyhttp.Request)
	if !ok {
		return middleware.FinalizeOutput{}, middleware.Metadata{}, fmt.Errorf("a request of an unknown kind: %T", in.Request)
	}
	token, err := p.token(request.Method, request.URL.String())
	if err != nil {
		return middleware.FinalizeOutput{}, middleware.Metadata{}, err
	}
	request.Header.Set("DPoP", token)
	return next.HandleFinalize(ctx, in)
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
