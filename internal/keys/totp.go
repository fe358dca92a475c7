package keys

import (
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // RFC 6238, as AWS's virtual devices have it
	"encoding/base32"
	"encoding/binary"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"guise/internal/secret"
)

// codeWindow is how long a device shows a code.
const codeWindow = 30 * time.Second

// totp returns the code that a virtual MFA device shows at a time: RFC 6238 with
// SHA-1, six digits and thirty seconds, as AWS has it. The secret is base32.
func totp(text secret.Text, at time.Time) (secret.Text, error) {
	key, err := bytesOf(text.Reveal())
	if err != nil {
		return secret.Text{}, err
	}
	mac := hmac.New(sha1.New, key)
	_ = binary.Write(mac, binary.BigEndian, at.Unix()/int64(codeWindow/time.Second))
	sum := mac.Sum(nil)
	offset := sum[len(sum)-1] & 0xf
	n := binary.BigEndian.Uint32(sum[offset:]) & 0x7fffffff
	return secret.New(fmt.Sprintf("%06d", n%1_000_000)), nil
}

// errMFASecret holds nothing of what was typed.
var errMFASecret = errors.New("not an MFA secret: base32 as AWS shows it, or an otpauth:// address")

// ParseMFASecret reads the secret of a device as AWS shows it, or as a QR code holds it.
func ParseMFASecret(typed secret.Text) (secret.Text, error) {
	text := strings.TrimSpace(typed.Reveal())
	if strings.HasPrefix(text, "otpauth://") {
		u, err := url.Parse(text)
		if err != nil || u.Host != "totp" {
			return secret.Text{}, errMFASecret
		}
		text = u.Query().Get("secret")
	}
	text = strings.ToUpper(strings.NewReplacer(" ", "", "-", "", "=", "", "\r", "", "\n", "").Replace(text))
	if _, err := bytesOf(text); err != nil {
		return secret.Text{}, err
	}
	return secret.New(text), nil
}

func bytesOf(text string) ([]byte, error) {
	key, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(text)
	if err != nil || len(key) < 10 {
		return nil, errMFASecret
	}
	return key, nil
}
