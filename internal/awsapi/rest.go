package awsapi

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"guise/internal/answer"
	"guise/session"
)

// A restCall is one operation of a service that speaks JSON over HTTPS: the sign-in
// services (SSO's OIDC and portal, the console's) and those of machines.
type restCall struct {
	op, method string
	base       *url.URL
	path       string
	query      url.Values
	header     http.Header
	in         any // nil: no body
	prove      func(method, address string, now time.Time) (header string, err error)
	// plain: the answer is text, for check to read; else it is JSON.
	plain    bool
	paced    bool // see call
	attempts int
}

// rest makes a call and reads the answer into out, a pointer to a struct whose
// fields are those of the answer; check looks at what was read. It gives AWS's
// clock minus ours. Its errors are *session.APIError.
func (c *Client) rest(ctx context.Context, do restCall, out any, check func(reply) error) (skew time.Duration, err error) {
	return c.exchange(ctx, call{
		op: do.op, paced: do.paced, attempts: do.attempts, dated: do.prove != nil, request: do.request, refused: restRefusal,
		read: func(r reply) error {
			if !do.plain {
				if err := readJSON(r.body, out); err != nil {
					return err
				}
			}
			return check(r)
		},
	})
}

func (do restCall) request(ctx context.Context, now time.Time) (*http.Request, error) {
	address := *do.base
	if do.path != "" {
		address = *do.base.JoinPath(do.path)
	}
	address.RawQuery = do.query.Encode()
	var body io.Reader = http.NoBody
	if do.in != nil {
		data, err := json.Marshal(do.in)
		if err != nil {
			return nil, err
		}
		body = bytes.NewReader(data)
	}
	request, err := http.NewRequestWithContext(ctx, do.method, address.String(), body)
	if err != nil {
		return nil, err
	}
	for name, values := range do.header {
		request.Header[name] = values
	}
	if do.in != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	if do.prove != nil {
		proof, err := do.prove(do.method, address.String(), now)
		if err != nil {
			return nil, err
		}
		request.Header.Set("DPoP", proof)
	}
	return request, nil
}

// readJSON reads an answer. Its errors are io.ErrUnexpectedEOF for one that is cut
// short, *answer.FieldError for a field of another type, else errForm.
func readJSON(data []byte, out any) error {
	err := json.Unmarshal(data, out)
	if err == nil {
		return nil
	}
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok && wrong.Field != "" {
		return answer.Malformed(wrong.Field)
	}
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok && syntax.Offset == int64(len(data)) && len(bytes.TrimSpace(data)) > 0 {
		return io.ErrUnexpectedEOF
	}
	return errForm
}

// restRefusal reads an error: its code is in a header, or in the body.
func restRefusal(r reply) (code, message string) {
	var body struct {
		Type        string `json:"__type"`
		Code        string `json:"code"`
		Error       string `json:"error"`
		Message     string `json:"message"`
		Description string `json:"error_description"`
	}
	_ = json.Unmarshal(r.body, &body)
	code, _, _ = strings.Cut(r.header.Get("X-Amzn-Errortype"), ":")
	for _, other := range []string{body.Type[strings.LastIndex(body.Type, "#")+1:], body.Error, body.Code} {
		if code == "" {
			code = other
		}
	}
	if message = body.Message; message == "" {
		message = body.Description
	}
	return code, message
}

// byAWS reports whether AWS itself gave an answer without a body: by the request
// id that each of its answers has.
func byAWS(r reply) bool {
	return r.header.Get("X-Amzn-Requestid") != "" || r.header.Get("X-Amz-Request-Id") != ""
}

// Clock returns AWS's clock minus ours. Its error is a *session.APIError.
// Whoever asks says how far off the clock is: Settings.ClockOff is not told.
func (c *Client) Clock(ctx context.Context, at session.Place) (time.Duration, error) {
	c.told.Do(func() {})
	at.Region = c.settings.Region(at, "")
	base, err := c.serviceURL(at, "sts")
	if err != nil {
		return 0, err
	}
	skew, err := c.rest(ctx, restCall{op: "clock", method: http.MethodGet, base: base, plain: true}, nil, func(reply) error { return nil })
	if skew != 0 {
		return skew, nil // a refusal has a Date header, too
	}
	return skew, err
}
