package session

import (
	"cmp"
	"strings"

	"guise/internal/printable"
	"guise/internal/secret"
)

// Does says in words what the link does.
func (l Link) Does() string {
	switch l.Kind {
	case Environment:
		return "takes the access key in this terminal's environment"
	case Instance:
		return "takes the role of this EC2 instance (IMDSv2)"
	case Container:
		return "takes the role of this container"
	case WebToken:
		if l.Command != "" {
			return "takes a web identity token from " + l.Command
		}
		return "reads the web identity token " + l.TokenFile
	case Process:
		return "runs " + secret.Hide(l.Command)
	case SSOToken:
		return "signs in to " + l.SSOTitle()
	case SSORole:
		return "takes the role " + l.RoleName + " in account " + AccountTitle(l.AccountID, l.AccountName) + " from the access portal"
	case Login:
		return "signs in to the console as " + l.LoginARN + " (aws login)"
	case Assertion:
		if l.Command != "" {
			return "takes a SAML assertion from " + secret.Hide(l.Command)
		}
		return "signs in at " + l.URL + " for a SAML assertion"
	case Keys:
		where := "the files"
		if l.Stored {
			where = "the key store"
		}
		return "takes the access key …" + l.AccessKeyID[max(0, len(l.AccessKeyID)-4):] + " from " + where
	case SessionToken:
		if l.Serial == "" {
			return "gets a session with the access key, for " + printable.Rough(l.Duration)
		}
		return "gets an MFA session with a code of " + l.Serial + ", for " + printable.Rough(l.Duration)
	case FederationToken:
		return "gets a session with the access key (GetFederationToken), for " + printable.Rough(l.Duration) + l.narrowedTo()
	case SAML:
		return "assumes " + l.roleOrAny() + " with the assertion" + l.narrowedTo()
	case WebIdentity:
		return "assumes " + l.roleOrAny() + " with the token" + l.narrowedTo()
	case AssumeRole:
		text := "assumes " + l.RoleARN + " as " + l.SessionName
		if l.ExternalID != "" {
			text += " with the external id " + l.ExternalID
		}
		if l.Duration > 0 {
			text += ", for " + printable.Rough(l.Duration)
		}
		return text + l.narrowedTo()
	}
	return string(l.Kind)
}

// Briefly says in two or three words what the link gives: as a row of a table.
func (l Link) Briefly() string {
	switch l.Kind {
	case SSOToken:
		return "sign-in " + cmp.Or(l.Session, l.StartURL)
	case SSORole:
		return "role " + l.RoleName + " " + l.AccountID
	case Login:
		return "sign-in " + afterLast(l.LoginARN, ":")
	case Process:
		return "process"
	case SessionToken:
		return "mfa " + afterLast(l.Serial, "/")
	case FederationToken:
		return "narrowed session"
	case SAML, WebIdentity, AssumeRole:
		if account, role, ok := RoleOf(l.RoleARN); ok {
			return "role " + role + " " + account
		}
		return "role"
	case Environment, Instance, Container, WebToken, Assertion, Keys:
	}
	return string(l.Kind)
}

// narrowedTo says what narrows the session, as the end of a sentence.
func (l Link) narrowedTo() string {
	text := l.Narrows()
	if text != "" {
		text = ", narrowed to " + text
	}
	if l.NarrowedBy != "" {
		text += " by " + l.NarrowedBy
	}
	return text
}

// afterLast is what is after the last separator in a text, or all of it.
func afterLast(text, separator string) string { return text[strings.LastIndex(text, separator)+1:] }

func (l Link) roleOrAny() string {
	if l.RoleARN == "" {
		return "a role that it offers"
	}
	return l.RoleARN
}

// SSOTitle names the SSO session of a sign-in: its own name, if it has one, and address.
func (l Link) SSOTitle() string {
	if l.Session == "" {
		return l.StartURL
	}
	return l.Session + ", " + l.StartURL
}

// AccountTitle is how an account is called in messages: its name, where that is known, and
// its id: "platform-dev (123456789012)". The name is the organisation's, and made safe to
// show.
func AccountTitle(id, name string) string {
	if name == "" || id == "" {
		return id
	}
	return printable.Line(name) + " (" + id + ")"
}

// AccountName is what the organisation calls the account that [Chain.LeadsTo] returns; empty
// where that is not known.
func (c Chain) AccountName() string { return c.Last().AccountName }

// LeadsTo returns the account and the role whose credentials the chain is for; empty
// where the plan does not say. Of an IAM user there is no role.
func (c Chain) LeadsTo() (account, role string) {
	if account, role, ok := RoleOf(c.Last().RoleARN); ok {
		return account, role
	}
	for _, l := range c {
		switch l.Kind {
		case SSORole:
			return l.AccountID, l.RoleName
		case Login:
			account, _, _ := splitARN(l.LoginARN)
			return account, ""
		}
	}
	account, _, _ = splitARN(c.Serial())
	return account, ""
}

// RoleOf splits the ARN of a role, which may have a path.
func RoleOf(arn string) (account, role string, ok bool) {
	account, resource, ok := splitARN(arn)
	return account, strings.TrimPrefix(resource, "role/"), ok
}

// splitARN splits arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE; a resource may hold
// colons.
func splitARN(arn string) (account, resource string, ok bool) {
	resource = arn
	for range 5 { // account is what was cut last
		if account, resource, ok = strings.Cut(resource, ":"); !ok {
			return "", "", false
		}
	}
	return account, resource, true
}
