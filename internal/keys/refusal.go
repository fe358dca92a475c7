package keys

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"slices"

	"guise/internal/custody"
	"guise/session"
)

// definite reports whether AWS has refused a call, so that it has not done it. An
// answer that did not come, or an error of AWS's own, says nothing of that.
func definite(err error) bool {
	refused, ok := errors.AsType[*session.APIError](err)
	if !ok || refused.Code == "" || refused.Reason == session.Unreachable {
		return false
	}
	return !slices.Contains([]string{"InternalFailure", "InternalError", "ServiceFailure", "ServiceUnavailable", "ServiceUnavailableException", "RequestTimeout"}, refused.Code)
}

// isGone: AWS has no such access key.
func isGone(err error) bool {
	refused, ok := errors.AsType[*session.APIError](err)
	return ok && refused.Code == "NoSuchEntity"
}

func isNotFound(err error) bool { return errors.Is(err, custody.ErrNotFound) }

func hexName(name string) string {
	sum := sha256.Sum256([]byte(name))
	return hex.EncodeToString(sum[:8])
}
