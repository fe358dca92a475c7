package profiles

import (
	"cmp"

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
// Profile where there is none.
func NewIdentity(name string, p awsconfig.Profile, c session.Chain, account, arn, userID string) Identity {
	i := Identity{Profile: name, Account: account, ARN: arn, UserID: userID}
	if account != "" && p.Get("sso_account_id") == account {
		i.Called = p.Get("sso_account_name")
	}
	if p.Managed() { // SDKs know nothing of session policies
		i.Narrowed = c.Narrows()
	}
	return i
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
