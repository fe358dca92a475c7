package session

import (
	"fmt"
	"slices"
	"strings"

	"guise/internal/awsconfig"
)

// NameFields are what the templates of [Defaults] may have in braces. The session of the
// source is the role session, or the IAM user, whose credentials assume the role; where no
// file tells its name (SSO, SAML, an access key without an MFA device), it is the user.
func NameFields() []string { return []string{"user", "host", "profile", "source_session"} }

// CheckName returns an error where a template has a field that there is not, with the
// nearest.
func CheckName(template string) error {
	for _, field := range fieldsOf(template) {
		if slices.Contains(NameFields(), field) {
			continue
		}
		if near := awsconfig.Nearest(field, NameFields()); len(near) > 0 {
			return fmt.Errorf("has no field {%s}; there is {%s}", field, near[0])
		}
		return fmt.Errorf("has no field {%s}; there are {%s}", field, strings.Join(NameFields(), "}, {"))
	}
	return nil
}

func fieldsOf(template string) (fields []string) {
	for _, part := range strings.Split(template, "{")[1:] {
		if field, _, closed := strings.Cut(part, "}"); closed {
			fields = append(fields, field)
		}
	}
	return fields
}

// The length of RoleSessionName and SourceIdentity (AssumeRole in the STS API reference), and
// the longest Name of GetFederationToken.
const (
	shortestName     = 2
	longestName      = 64
	longestFederated = 32
)

// nameLetters writes a text in the letters that names of sessions may have: [\w+=,.@-].
func nameLetters(text string) string {
	return strings.Map(func(r rune) rune {
		if r < 128 && (strings.ContainsRune("_+=,.@-", r) || r >= '0' && r <= '9' || r|0x20 >= 'a' && r|0x20 <= 'z') {
			return r
		}
		return '-'
	}, text)
}

// name fills in a template for the role that a profile assumes, with what is before it.
func (d Defaults) name(template, profile string, before Chain, longest int) string {
	for _, field := range fieldsOf(template) {
		value := ""
		switch field {
		case "user":
			value = d.user()
		case "host":
			value = d.Host()
		case "profile":
			value = profile
		case "source_session":
			if value = before.sessionName(); value == "" {
				value = d.user()
			}
		}
		template = strings.ReplaceAll(template, "{"+field+"}", nameLetters(value))
	}
	name := nameLetters(template)
	for len(name) < shortestName {
		name += "-"
	}
	return name[:min(len(name), longest)]
}

func (d Defaults) user() string {
	if d.User == nil {
		return "user"
	}
	return d.User()
}

// sessionName is the name of the session, or of the user, that a chain leads to; empty where
// no file tells it.
func (c Chain) sessionName() string {
	for _, l := range slices.Backward(c) {
		switch {
		case l.SessionName != "":
			return l.SessionName
		case l.Kind == Login && strings.Contains(l.LoginARN, "/"):
			return afterLast(l.LoginARN, "/")
		case l.Kind == SessionToken && strings.Contains(l.Serial, ":mfa/"):
			return afterLast(l.Serial, "/")
		}
	}
	return ""
}

// withNames names the sessions that no profile names, and gives the first role the source
// identity of the setting, unless a profile has given one: it stays for the roles after it.
func (c Chain) withNames(d Defaults) Chain {
	identified := d.SourceIdentity == ""
	for i := range c {
		l := &c[i]
		switch l.Kind {
		case AssumeRole, WebIdentity:
			if l.SessionName == "" {
				l.SessionName = d.name(d.SessionName, l.Profile, c[:i], longestName)
			}
		case FederationToken:
			l.SessionName = d.name(d.SessionName, l.Profile, c[:i], longestFederated)
		}
		if l.Kind == AssumeRole && !identified && l.SourceIdentity == "" {
			l.SourceIdentity = d.name(d.SourceIdentity, l.Profile, c[:i], longestName)
		}
		identified = identified || l.SourceIdentity != ""
	}
	return c
}
