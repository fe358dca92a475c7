package awsapi

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/url"
	"strings"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"

	"guise/session"
)

// refusal turns an error of the SDK into one of ours. STS has few codes for
// many reasons, so that its words must be looked at; they have been the same
// for years, and what they are not understood for is no more than a detour.
func (c *Client) refusal(op string, err error) error {
	e := &session.APIError{Op: op, Message: err.Error(), Reason: session.Refused}
	if response := (*awshttp.ResponseError)(nil); errors.As(err, &response) && response.Response != nil {
		if date, err := http.ParseTime(response.Response.Header.Get("Date")); err == nil {
			e.Skew = date.Sub(c.settings.Now())
		}
	}
	api := smithy.APIError(nil)
	if !errors.As(err, &api) {
		return unanswered(e, err)
	}
	e.Code, e.Message = api.ErrorCode(), api.ErrorMessage()
	e.Reason = reasonOf(e.Code, e.Message)
	return e
}

// reasonOf sorts a refusal.
func reasonOf(code, message string) session.Reason {
	switch {
	case strings.Contains(message, "invalid MFA one time pass code"):
		return session.WrongCode
	case strings.Contains(message, "session limit for roles assumed by role chaining"):
		return session.Chained
	case strings.Contains(message, "exceeds the MaxSessionDuration"):
		return session.TooLong
	}
	switch code {
	case "AuthorizationPendingException":
		return session.Pending
	case "SlowDownException":
		return session.SlowDown
	case "TooManyRequestsException", "Throttling", "ThrottlingException":
		return session.Throttled
	case "AccessDenied", "AccessDeniedException", "ForbiddenException":
		return session.Denied
	case "ExpiredToken", "ExpiredTokenException", "InvalidClientTokenId", "UnrecognizedClientException", "InvalidGrantException",
		"InvalidClientException", "UnauthorizedClientException", "UnauthorizedException", "InvalidIdentityToken", "IDPRejectedClaim":
		return session.BadSource
	}
	return session.Refused
}

// unanswered says in a few words why no answer came. The SDK's own words
// repeat the request; the innermost error says what matters.
func unanswered(e *session.APIError, err error) error {
	if errors.Is(err, context.Canceled) {
		e.Reason, e.Message = session.Unreachable, "given up"
		return e
	}
	var network net.Error
	if errors.As(err, &network) {
		e.Reason = session.Unreachable
		e.Message = "no answer from AWS"
		if call := (*url.Error)(nil); errors.As(err, &call) {
			e.Message = "no answer from " + host(call.URL) + ": " + call.Err.Error()
		}
	}
	return e
}

func host(address string) string {
	if u, err := url.Parse(address); err == nil {
		return u.Host
	}
	return "AWS"
}
