package loopback

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// mostSkew is how far the time of a signature may be off.
const mostSkew = 5 * time.Minute

// verify finds out who signed a request: it signs the same request again with
// the key that it names, with the SDK's own signer, and compares. The caller
// holds the lock.
func (a *AWS) verify(r *http.Request, body []byte, service string) (*credentials, *refusal) {
	header := r.Header.Get("Authorization")
	if header == "" {
		return nil, refuse(http.StatusForbidden, "MissingAuthenticationToken", "Request is missing Authentication Token")
	}
	fields := authorization(header)
	scope := strings.Split(fields["Credential"], "/")
	if !strings.HasPrefix(header, "AWS4-HMAC-SHA256 ") || len(scope) != 5 || fields["Signature"] == "" || scope[4] != "aws4_request" {
		return nil, refuse(http.StatusBadRequest, "IncompleteSignature", "Authorization header does not have the form of Signature Version 4")
	}
	if scope[3] != service {
		return nil, refuse(http.StatusForbidden, "SignatureDoesNotMatch", "Credential should be scoped to correct service: '"+service+"'.")
	}
	known, ok := a.keys[scope[0]]
	token := r.Header.Get("X-Amz-Security-Token")
	if !ok || known.inactive || subtle.ConstantTimeCompare([]byte(token), []byte(known.token)) != 1 {
		return nil, refuse(http.StatusForbidden, "InvalidClientTokenId", "The security token included in the request is invalid.")
	}
	signed, err := time.Parse("20060102T150405Z", r.Header.Get("X-Amz-Date"))
	if err != nil || signed.Format("20060102") != scope[1] {
		return nil, refuse(http.StatusBadRequest, "IncompleteSignature", "Date must be in ISO-8601 'basic format'.")
	}
	if off := a.clock().Sub(signed); off.Abs() > mostSkew {
		when := "Signature expired: "
		if off < 0 {
			when = "Signature not yet current: "
		}
		return nil, refuse(http.StatusForbidden, "SignatureDoesNotMatch", when+r.Header.Get("X-Amz-Date")+" is not within 5 min. of "+a.clock().Format("20060102T150405Z"))
	}
	again := resign(r, body, known, scope, strings.Split(fields["SignedHeaders"], ";"), signed)
	if subtle.ConstantTimeCompare([]byte(again), []byte(fields["Signature"])) != 1 {
		return nil, refuse(http.StatusForbidden, "SignatureDoesNotMatch", "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.")
	}
	if !known.expires.IsZero() && !a.clock().Before(known.expires) {
		return nil, refuse(http.StatusForbidden, "ExpiredToken", "The security token included in the request is expired")
	}
	return known, nil
}

// authorization takes the header apart: Credential, SignedHeaders, Signature.
func authorization(header string) map[string]string {
	fields := map[string]string{}
	_, list, _ := strings.Cut(header, " ")
	for field := range strings.SplitSeq(list, ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(field), "=")
		fields[name] = value
	}
	return fields
}

// resign returns the signature that a request ought to have. Only the headers
// that were signed are in it; they must be those that matter.
func resign(r *http.Request, body []byte, known *credentials, scope, signed []string, at time.Time) string {
	if !slices.Contains(signed, "host") || !slices.Contains(signed, "x-amz-date") || known.token != "" && !slices.Contains(signed, "x-amz-security-token") {
		return ""
	}
	again, err := http.NewRequestWithContext(context.Background(), r.Method, "http://"+r.Host+r.URL.RequestURI(), nil)
	if err != nil {
		return ""
	}
	for _, name := range signed {
		if name != "host" && name != "x-amz-date" && name != "x-amz-security-token" {
			again.Header[http.CanonicalHeaderKey(name)] = r.Header.Values(name)
		}
	}
	if slices.Contains(signed, "content-length") {
		again.ContentLength = int64(len(body))
		again.Header.Del("Content-Length")
	}
	sum := sha256.Sum256(body)
	keys := aws.Credentials{AccessKeyID: known.id, SecretAccessKey: known.secret, SessionToken: known.token}
	if err := v4.NewSigner().SignHTTP(context.Background(), keys, again, hex.EncodeToString(sum[:]), scope[3], scope[2], at); err != nil {
		return ""
	}
	return authorization(again.Header.Get("Authorization"))["Signature"]
}
