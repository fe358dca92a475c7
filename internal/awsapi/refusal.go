package awsapi

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"guise/internal/answer"
	"guise/session"
)

// How much of AWS's own words an error keeps, in bytes.
const (
	longestWords = 2000
	longestCode  = 128
)

// shorten keeps no more of AWS's own words than a user reads.
func shorten(e *session.APIError) {
	e.Code, e.Message = e.Code[:min(len(e.Code), longestCode)], e.Message[:min(len(e.Message), longestWords)]
}

// refusal reads an answer that is not a success. STS has one code for many reasons, so
// its words are looked at, too. They have been the same for years; should they change,
// guise asks once more than it needs to.
func refusal(do call, r reply, from *url.URL) *session.APIError {
	e := &session.APIError{Op: do.op, RequestID: requestID(r.header)}
	if e.Code, e.Message = do.refused(r); e.Message == "" {
		e.Message = from.Host + " answers " + strings.TrimSpace(strconv.Itoa(r.status)+" "+http.StatusText(r.status))
	}
	shorten(e)
	e.Reason = reasonOf(e.Code, e.Message)
	if r.status == http.StatusTooManyRequests {
		e.Reason = session.Throttled
	}
	e.Temporary = r.status >= http.StatusInternalServerError || e.Reason == session.Throttled
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
	case "TooManyRequestsException", "Throttling", "ThrottlingException", "ThrottledException", "RequestThrottled", "RequestLimitExceeded":
		return session.Throttled
	case "AccessDenied", "AccessDeniedException", "ForbiddenException":
		return session.Denied
	case "ExpiredToken", "ExpiredTokenException", "InvalidClientTokenId", "UnrecognizedClientException", "InvalidGrantException",
		"InvalidClientException", "UnauthorizedClientException", "UnauthorizedException", "InvalidIdentityToken", "IDPRejectedClaim":
		return session.BadSource
	}
	return session.Refused
}

// isClock reports whether a code is one that AWS may give for a signature whose time is wrong:
// "Common errors" in the IAM API reference, and what the SDKs look for.
func isClock(code string) bool {
	switch code {
	case "SignatureDoesNotMatch", "InvalidSignatureException", "RequestExpired", "RequestTimeTooSkewed", "RequestInTheFuture", "AuthFailure":
		return true
	}
	return false
}

// unanswered says in a few words why no answer came. The transport's own words hold
// the address, which may hold a secret; the innermost error says what matters.
func unanswered(ctx context.Context, op string, to *url.URL, err error) error {
	e := &session.APIError{Op: op, Reason: session.Unreachable, Temporary: ctx.Err() == nil}
	if errors.Is(err, context.Canceled) {
		e.Message = "given up"
		return e
	}
	if outer, ok := errors.AsType[*url.Error](err); ok {
		err = outer.Err
	}
	e.Message = "no answer from " + to.Host + ": " + whyUnanswered(err)
	return e
}

func whyUnanswered(err error) string {
	via := ""
	if one, ok := errors.AsType[*net.OpError](err); ok && one.Op == "proxyconnect" {
		via = "the proxy: "
	}
	timeout, isNet := errors.AsType[net.Error](err)
	name, isName := errors.AsType[*net.DNSError](err)
	call, isCall := errors.AsType[*os.SyscallError](err)
	switch {
	case isNet && timeout.Timeout():
		return via + "it took too long"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return via + "the connection was closed"
	case isName && name.IsNotFound:
		return via + "there is no host " + name.Name
	case isName:
		return via + "the name " + name.Name + " could not be looked up"
	case isCall:
		return via + call.Err.Error()
	}
	return err.Error()
}

// notAWS is an answer with a success's status that is not one of AWS's: a proxy's
// page, or half of one. It proves nothing, and may be another the next time.
func notAWS(op string, from *url.URL, why string, skew time.Duration) error {
	return &session.APIError{
		Op: op, Message: "what " + from.Host + " answers " + why, Reason: session.Unreachable, Skew: skew, Temporary: true,
	}
}

// errForm: an answer that is not of the form of its service.
var errForm = errors.New("not of the documented form")

// unreadable says what is wrong with an answer that could not be read; nil where
// nothing is.
func unreadable(op string, from *url.URL, r reply, err error, skew time.Duration) error {
	told, isTold := errors.AsType[*session.APIError](err)
	field, isField := errors.AsType[*answer.FieldError](err)
	text := bytes.ToLower(bytes.TrimSpace(r.body))
	switch {
	case err == nil:
		return nil
	case isTold:
		shorten(told)
		return err
	case isField:
		return &session.APIError{Op: op, Message: field.Error(), Reason: session.Refused, Skew: skew}
	case errors.Is(err, io.ErrUnexpectedEOF):
		return notAWS(op, from, "is cut short", skew)
	case len(text) == 0:
		return notAWS(op, from, "is empty", skew)
	case bytes.HasPrefix(text, []byte("<!doctype html")), bytes.HasPrefix(text, []byte("<html")):
		return notAWS(op, from, "is a web page", skew)
	}
	return notAWS(op, from, "is not what AWS answers", skew)
}
