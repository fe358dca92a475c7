package answer

import (
	"net/url"
	"strings"

	"guise/internal/printable"
)

// Fields checks the fields of one answer. Each method gives back the value that it
// was given, or "" where it is refused; the first refusal is kept for [Fields.Err].
type Fields struct {
	from Origin
	err  error
}

// Fields begins to check an answer.
func (o Origin) Fields() *Fields { return &Fields{from: o} }

// Err is the first field that was refused, a *FieldError; nil where none was.
func (f *Fields) Err() error { return f.err }

// How long a field may be, in bytes.
const (
	shortestID    = 16  // of AWS: "GetAccessKeyInfo" in the STS API reference
	longestID     = 128 // the same
	longestSecret = 1 << 10
	longestToken  = 32 << 10
	longestName   = 256
	longestARN    = 2 << 10
)

// take returns a value that is as it must be, and notes what is not.
func (f *Fields) take(field, value string, longest int, ok bool) string {
	why := mistaken
	switch {
	case value == "":
		why = missing
	case len(value) > longest:
		why = tooLong
	case ok:
		return value
	}
	if f.err == nil {
		f.err = &FieldError{field, why}
	}
	return ""
}

// KeyID is an access key id.
func (f *Fields) KeyID(field, value string) string {
	ok := printable.Word(value)
	if f.from == AWS {
		ok = holds(value, "") && value == strings.ToUpper(value) && len(value) >= shortestID
	}
	return f.take(field, value, longestID, ok)
}

// key is a secret access key or a session token.
func (f *Fields) key(field, value string, needed bool, longest int) {
	ok := printable.Word(value)
	if f.from == AWS {
		ok = safeWord(value)
	}
	if needed || value != "" {
		f.take(field, value, longest, ok)
	}
}

// Account is the id of an account: 12 digits at AWS.
func (f *Fields) Account(field, value string) string {
	ok := printable.Word(value)
	if f.from == AWS {
		ok = isDigits(value, 12)
	}
	return f.take(field, value, longestID, ok)
}

// Role is the name of a role or permission set: "CreateRole" in the IAM API
// reference.
func (f *Fields) Role(field, value string) string {
	if f.from == AWS {
		return f.take(field, value, 64, holds(value, "_+=,.@-"))
	}
	return f.take(field, value, longestName, printable.Text(value))
}

// ARN names who somebody is, or a role.
func (f *Fields) ARN(field, value string) string {
	ok := printable.Text(value)
	if f.from == AWS {
		ok = safeWord(value)
	}
	return f.take(field, value, longestARN, ok && strings.HasPrefix(value, "arn:"))
}

// RoleARN is the ARN of an IAM role, whoever names it.
func (f *Fields) RoleARN(field, value string) string {
	return f.take(field, value, longestARN, isIAM(value, "role/"))
}

// ProviderARN is the ARN of a SAML provider, whoever names it.
func (f *Fields) ProviderARN(field, value string) string {
	return f.take(field, value, longestARN, isIAM(value, "saml-provider/"))
}

// isIAM reports whether an ARN is one of IAM: arn:PARTITION:iam::ACCOUNT:KIND/NAME.
func isIAM(arn, kind string) bool {
	parts := strings.Split(arn, ":")
	if len(parts) != 6 || parts[0] != "arn" || parts[2] != "iam" || parts[3] != "" {
		return false
	}
	name, ok := strings.CutPrefix(parts[5], kind)
	return ok && name != "" && holds(parts[1], "-") && isDigits(parts[4], 12) && holds(name, "_+=,.@-/")
}

// Name is a name that people gave: of an account, say. It may be empty.
func (f *Fields) Name(field, value string) string {
	if value == "" {
		return ""
	}
	return f.take(field, value, longestName, printable.Text(value))
}

// Token is a word that means something to who gave it alone: an OAuth token, a
// client's id, the token of a next page.
func (f *Fields) Token(field, value string) string {
	return f.take(field, value, longestToken, printable.Word(value))
}

// OptionalToken is a Token that may be missing.
func (f *Fields) OptionalToken(field, value string) string {
	if value == "" {
		return ""
	}
	return f.Token(field, value)
}

// Page is the address of a page that a browser is to open: https, or http from
// elsewhere.
func (f *Fields) Page(field, value string) string {
	u, err := url.Parse(value)
	ok := err == nil && printable.Word(value) && u.Host != "" && u.User == nil &&
		(u.Scheme == "https" || u.Scheme == "http" && (f.from == Elsewhere || ofTests(u.Hostname())))
	return f.take(field, value, longestARN, ok)
}

// Header is a value that is sent as a header of HTTP: it may hold spaces ("Bearer …").
func (f *Fields) Header(field, value string) string {
	return f.take(field, value, longestToken, printable.Word(strings.ReplaceAll(value, " ", "")))
}
