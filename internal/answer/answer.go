// Package answer checks what guise gets from others: from AWS, an endpoint of the user's,
// an identity provider, another program, a file that another program wrote. What has
// passed can be written into a configuration, exported into a shell and shown on a
// terminal.
//
// How much a field may hold depends on the [Origin]. AWS's own hosts give what AWS
// documents, and no more. From elsewhere (LocalStack, MinIO, another
// credential_process) ids, keys and tokens may be any ASCII that shows, and names
// any text that shows, since nobody promises less; whoever writes them quotes them.
//
// Nothing is corrected but times, which are bounded. A field that is not as it
// must be is a [*FieldError], which names the field and never its value: the value
// may be a secret, or be made to be read.
package answer

import (
	"net/url"
	"strconv"
	"strings"
	"time"

	"guise/internal/partition"
	"guise/internal/printable"
	"guise/internal/secret"
)

// Origin is who answers. The zero value is the one that may say least.
type Origin int

const (
	AWS       Origin = iota // a host of AWS's own
	Elsewhere               // any other, or another program
)

// Of is the origin of what an address answers. The empty address is AWS's own.
func Of(address string) Origin {
	u, err := url.Parse(address)
	if err != nil {
		return Elsewhere
	}
	host := strings.TrimSuffix(strings.ToLower(u.Hostname()), ".")
	if host == "" && address == "" || ofTests(host) {
		return AWS
	}
	if partition.Answers(host) {
		return AWS
	}
	return Elsewhere
}

// ofTests reports whether a host is the loopback AWS, where that counts as AWS's own.
func ofTests(host string) bool { return loopbackIsAWS && (host == "127.0.0.1" || host == "localhost") }

// A FieldError is a field of an answer that does not hold what it must.
type FieldError struct{ Field, Why string }

func (e *FieldError) Error() string { return "the answer's " + e.Field + " " + e.Why }

// Why a field is refused.
const (
	missing  = "is missing"
	tooLong  = "is too long"
	mistaken = "holds characters that it cannot hold"
	noSuch   = "is not of the form that it must have"
)

// Missing is the error for a field that an answer must have and has not.
func Missing(field string) error { return &FieldError{field, missing} }

// Malformed is the error for a field whose type is not the documented one.
func Malformed(field string) error { return &FieldError{field, noSuch} }

// Keys are credentials as they were answered.
type Keys struct {
	ID            string
	Secret, Token secret.Text
	Expires       time.Time // zero: no end
	Account       string    // empty: not said
}

// How far from now the end of credentials may be. AWS's longest session is 36
// hours; one that has ended may still be looked at by who has it cached.
const (
	earliest = 24 * time.Hour
	latest   = 36 * time.Hour
)

// Keys checks credentials that may be without a token and an end. The end is
// bounded to a day before and 36 hours after now, by the clock of who answers.
func (o Origin) Keys(k Keys, now time.Time) (Keys, error) {
	f := o.Fields()
	f.KeyID("AccessKeyId", k.ID)
	f.key("SecretAccessKey", k.Secret.Reveal(), true, longestSecret)
	f.key("SessionToken", k.Token.Reveal(), false, longestToken)
	if k.Account != "" {
		f.Account("AccountId", k.Account)
	}
	if !k.Expires.IsZero() {
		k.Expires = within(k.Expires, now.Add(-earliest), now.Add(latest))
	}
	if f.err != nil {
		return Keys{}, f.err
	}
	return k, nil
}

// Temporary checks credentials that must have a token and an end.
func (o Origin) Temporary(k Keys, now time.Time) (Keys, error) {
	got, err := o.Keys(k, now)
	switch {
	case err != nil:
		return Keys{}, err
	case k.Token.Empty():
		return Keys{}, Missing("SessionToken")
	case k.Expires.IsZero():
		return Keys{}, Missing("Expiration")
	}
	return got, nil
}

func within(t, first, last time.Time) time.Time {
	switch {
	case t.Before(first):
		return first
	case t.After(last):
		return last
	}
	return t
}

// Time reads a time as AWS and credential processes write it, in RFC 3339. The
// empty text is the zero time.
func Time(field, text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return time.Time{}, &FieldError{field, "is not a time"}
	}
	return t, nil
}

// Seconds is a number of seconds as a duration of at most the longest given.
// Numbers below 0 are 0.
func Seconds(n int64, longest time.Duration) time.Duration {
	switch {
	case n <= 0:
		return 0
	case n > int64(longest/time.Second):
		return longest
	}
	return time.Duration(n) * time.Second
}

// isDigits reports whether a text is n digits.
func isDigits(s string, n int) bool {
	_, err := strconv.ParseUint(s, 10, 64)
	return err == nil && len(s) == n && s[0] != '+'
}

// holds reports whether a text is made of letters and digits of ASCII and the others
// given.
func holds(s, others string) bool {
	for _, r := range s {
		letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
		if !letter && !strings.ContainsRune(others, r) {
			return false
		}
	}
	return true
}

// safeWord is a word without what a shell or a quoted string would take for its own.
func safeWord(s string) bool { return printable.Word(s) && !strings.ContainsAny(s, "\"'\\$`") }
