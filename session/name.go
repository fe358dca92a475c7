package session

import (
	"cmp"
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

// A namer fills in the templates of [Defaults]. What is the same for every role it remembers
// where it has a place for that.
type namer struct {
	Defaults
	known map[string]string // names in whole, by their templates; nil: none is remembered
}

// name fills in a template for the role that a profile assumes, with what is before it.
func (n namer) name(template, profile string, before Chain, longest int) string {
	name, known := n.known[template]
	if !known {
		name = n.fill(template, profile, before)
		if n.known != nil && !strings.Contains(template, "{profile}") && !strings.Contains(template, "{source_session}") {
			n.known[template] = name
		}
	}
	return name[:min(len(name), longest)]
}

func (d Defaults) fill(template, profile string, before Chain) string {
	name, rest, open := strings.Cut(template, "{")
	for open {
		var part string
		part, rest, open = strings.Cut(rest, "{")
		if field, after, closed := strings.Cut(part, "}"); closed {
			name += nameLetters(d.field(field, profile, before)) + after
		} else {
			name += "{" + part
		}
	}
	for name = nameLetters(name); len(name) < shortestName; {
		name += "-"
	}
	return name
}

func (d Defaults) field(field, profile string, before Chain) (value string) {
	switch field {
	case "user":
		return d.user()
	case "host":
		return d.host()
	case "profile":
		return profile
	case "source_session":
		return cmp.Or(before.sessionName(), d.user())
	}
	return ""
}

func (d Defaults) user() string {
	if d.User == nil {
		return "user"
	}
	return d.User()
}

func (d Defaults) host() string {
	if d.Host == nil {
		return ""
	}
	return d.Host()
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
func (c Chain) withNames(n namer) Chain {
	identified := n.SourceIdentity == ""
	for i := range c {
		l := &c[i]
		switch l.Kind {
		case AssumeRole, WebIdentity:
			if l.SessionName == "" {
				l.SessionName = n.name(n.SessionName, l.Profile, c[:i], longestName)
			}
		case FederationToken:
			l.SessionName = n.name(n.SessionName, l.Profile, c[:i], longestFederated)
		}
		if l.Kind == AssumeRole && !identified && l.SourceIdentity == "" {
			l.SourceIdentity = n.name(n.SourceIdentity, l.Profile, c[:i], longestName)
		}
		identified = identified || l.SourceIdentity != ""
	}
	return c
}
