package awsapi

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"guise/session"
)

// The sign-in services (SSO's OIDC and portal, the console's) are JSON over
// HTTPS, and not signed: they need of an SDK no more than this file. Linking its
// three clients for them costs each start of guise half a millisecond, a sixth of
// a cached answer, for tables that are built before main (docs/speed.md).

// A restCall is one operation of such a service.
type restCall struct {
	op, method string
	base       *url.URL
	path       string
	query      url.Values
	header     http.Header
	in         any // nil: no body
	prove      func(method, address string) (header string, err error)
}

const (
	attempts    = 4
	backOff     = 200 * time.Millisecond // doubled each time, and half of it left to chance
	longestREST = 1 << 20
)

// rest makes a call, again where AWS is busy or does not answer, and reads the
// answer into out. It gives AWS's clock minus ours. Its errors are
// *session.APIError.
func (c *Client) rest(ctx context.Context, call restCall, out any) (skew time.Duration, err error) {
	wait := backOff
	for attempt := 1; ; attempt++ {
		skew, err = c.restOnce(ctx, call, out)
		refused := (*session.APIError)(nil)
		if !errors.As(err, &refused) || !refused.Again || attempt == attempts {
			return skew, err
		}
		select {
		case <-ctx.Done():
			return skew, err
		case <-time.After(wait/2 + rand.N(wait/2)): //nolint:gosec // it protects nothing
		}
		wait *= 2
	}
}

func (c *Client) restOnce(ctx context.Context, call restCall, out any) (time.Duration, error) {
	fail := func(err error) error {
		why := err
		if outer := (*url.Error)(nil); errors.As(err, &outer) {
			why = outer.Err // its own words hold the address, which may hold a secret
		}
		return unanswered(&session.APIError{Op: call.op, Message: why.Error(), Reason: session.Refused}, err)
	}
	address := call.base.JoinPath(call.path)
	address.RawQuery = call.query.Encode()
	var body io.Reader = http.NoBody
	if call.in != nil {
		data, err := json.Marshal(call.in)
		if err != nil {
			return 0, fail(err)
		}
		body = bytes.NewReader(data)
	}
	request, err := http.NewRequestWithContext(ctx, call.method, address.String(), body)
	if err != nil {
		return 0, fail(err)
	}
	for name, values := range call.header {
		request.Header[name] = values
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("User-Agent", "guise/"+c.settings.Version)
	if call.prove != nil {
		proof, err := call.prove(call.method, address.String())
		if err != nil {
			return 0, fail(err)
		}
		request.Header.Set("DPoP", proof)
	}
	answer, err := c.http.Do(request)
	if err != nil {
		failed := fail(err)
		if api := (*session.APIError)(nil); errors.As(failed, &api) {
			api.Again = api.Reason == session.Unreachable && ctx.Err() == nil
		}
		return 0, failed
	}
	defer func() { _ = answer.Body.Close() }()
	data, err := io.ReadAll(io.LimitReader(answer.Body, longestREST))
	if err != nil {
		return 0, fail(err)
	}
	skew := time.Duration(0)
	if date, err := http.ParseTime(answer.Header.Get("Date")); err == nil {
		skew = date.Sub(c.settings.Now())
	}
	if answer.StatusCode >= http.StatusMultipleChoices {
		return skew, restRefusal(call.op, answer, data, skew)
	}
	if out != nil {
		if err := json.Unmarshal(data, out); err != nil {
			return skew, &session.APIError{Op: call.op, Message: "the answer is not what AWS gives", Reason: session.Refused, Skew: skew}
		}
	}
	return skew, nil
}

// restRefusal reads an error: its code stands in a header, or in the body.
func restRefusal(op string, answer *http.Response, data []byte, skew time.Duration) error {
	var body struct {
		Type        string `json:"__type"`
		Error       string `json:"error"`
		Message     string `json:"message"`
		Description string `json:"error_description"`
	}
	_ = json.Unmarshal(data, &body)
	code, _, _ := strings.Cut(answer.Header.Get("X-Amzn-Errortype"), ":")
	if code == "" {
		code = body.Type[strings.LastIndex(body.Type, "#")+1:]
	}
	if code == "" {
		code = body.Error
	}
	if code == "" {
		code = http.StatusText(answer.StatusCode)
	}
	message := body.Message
	if message == "" {
		message = body.Description
	}
	if message == "" {
		message = answer.Status
	}
	e := &session.APIError{Op: op, Code: code, Message: message, Reason: reasonOf(code, message), Skew: skew}
	e.Again = answer.StatusCode >= http.StatusInternalServerError || answer.StatusCode == http.StatusTooManyRequests || e.Reason == session.Throttled
	return e
}

// serviceURL is the address of a service: the one configured, or AWS's own, which
// is that of STS in the region with another name before it ("oidc", "portal.sso").
func (c *Client) serviceURL(ctx context.Context, l session.Link, name string) (*url.URL, error) {
	refused := func(why string) error {
		return &session.APIError{Op: name, Message: why, Reason: session.Refused}
	}
	if l.Endpoint != "" {
		u, err := url.Parse(l.Endpoint)
		if err != nil || u.Host == "" {
			return nil, refused("not an address: " + l.Endpoint)
		}
		return u, nil
	}
	endpoint, err := sts.NewDefaultEndpointResolverV2().ResolveEndpoint(ctx, sts.EndpointParameters{
		Region: &l.Region, UseFIPS: aws.Bool(c.settings.FIPS), UseDualStack: aws.Bool(c.settings.DualStack), UseGlobalEndpoint: aws.Bool(false),
	})
	if err != nil {
		return nil, refused(err.Error())
	}
	u := endpoint.URI
	u.Host = name + strings.TrimPrefix(u.Host, "sts")
	return &u, nil
}

// consoleHost is where a partition's console has its sign-in: "AWS sign-in
// endpoints and quotas" in the AWS general reference.
func consoleHost(region string) string {
	switch {
	case strings.HasPrefix(region, "cn-"):
		return "signin.amazonaws.cn"
	case strings.HasPrefix(region, "us-gov-"):
		return "signin.amazonaws-us-gov.com"
	}
	return "signin.aws.amazon.com"
}

// Clock gives AWS's clock minus ours. Its error is a *session.APIError.
func (c *Client) Clock(ctx context.Context, l session.Link) (time.Duration, error) {
	l.Region = c.settings.Region(l)
	base, err := c.serviceURL(ctx, l, "sts")
	if err != nil {
		return 0, err
	}
	skew, err := c.rest(ctx, restCall{op: "clock", method: http.MethodGet, base: base}, nil)
	if refused := (*session.APIError)(nil); errors.As(err, &refused) && refused.Code != "" {
		err = nil // whatever it says, it says when
	}
	return skew, err
}
