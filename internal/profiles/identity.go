package profiles

import (
	"cmp"
	"strings"

	"guise/internal/awsconfig"
	"guise/session"
)

// An Identity is what GetCallerIdentity says of a profile; of none where the credentials are
// exported, or come from a container's service.
type Identity struct {
	Profile string `json:"profile"`
	Account string `json:"account"`
	Called  string `json:"account_name,omitempty"` // by the organisation, where that is known
	ARN     string `json:"arn"`
	UserID  string `json:"user_id"`

	Narrowed string `json:"narrowed,omitempty"` // to what, by session policies
}

// NewIdentity is the answer for the profile of a name, to which c leads; p is the zero
// Profile where there is none. Where the name is empty, c is that of the profile for which
// `guise exec` has handed out credentials here, if it has: those here may be others.
func NewIdentity(name string, p awsconfig.Profile, c session.Chain, account, arn, userID string) Identity {
	i := Identity{Profile: name, Account: account, ARN: arn, UserID: userID}
	if account != "" && p.Get("sso_account_id") == account {
		i.Called = p.Get("sso_account_name")
	}
	if p.Managed() && name != "" || name == "" && leadsTo(c, arn) { // SDKs know nothing of session policies
		i.Narrowed = c.Narrows()
	}
	return i
}

// leadsTo reports whether a chain's credentials can be those of which AWS says arn.
func leadsTo(c session.Chain, arn string) bool {
	if len(c) == 0 {
		return false
	}
	is, who, _ := session.RoleOf(arn)
	account, role := c.LeadsTo()
	if c.Last().Kind == session.FederationToken {
		return strings.HasPrefix(who, "federated-user/")
	}
	role = role[strings.LastIndex(role, "/")+1:] // AWS leaves the path out
	return is == account && strings.HasPrefix(who, "assumed-role/"+role+"/")
}

// Line is the answer as it is read.
func (i Identity) Line() string {
	line := cmp.Or(i.Profile, "the credentials here") + ": " + i.ARN
	if i.Called != "" {
		line += " in " + session.AccountTitle(i.Account, i.Called)
	}
	if i.Narrowed != "" {
		line += ", narrowed to " + i.Narrowed
	}
	return line
}
