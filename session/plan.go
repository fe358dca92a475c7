package session

import (
	"guise/internal/sdk"
)

// Plan returns the chain as the SDKs' ways are given, to be compared with them. The
// role sessions that guise names itself have no name there, and the MFA session
// of a user is no step: it is the user.
func (c Chain) Plan(d Defaults) sdk.Plan {
	var plan sdk.Plan
	for i, l := range c {
		name := l.SessionName
		if name != "" && name == (namer{d, nil}).name(d.SessionName, l.Profile, c[:i], longestName) {
			name = ""
		}
		switch l.Kind {
		case Keys:
			plan = append(plan, sdk.AccessKey(l.AccessKeyID, l.SecretAccessKey.Reveal(), l.Token.Reveal()))
		case Environment, Instance, Container:
			plan = append(plan, sdk.Step{Kind: map[Kind]string{Environment: "environment", Instance: "instance", Container: "container"}[l.Kind]})
		case Login:
			plan = append(plan, sdk.Step{Kind: "login", What: l.LoginARN})
		case Process:
			plan = append(plan, sdk.Process(l.Command))
		case WebToken:
			plan = append(plan, sdk.Step{Kind: "token", What: l.TokenFile + l.Command})
		case WebIdentity:
			plan = append(plan, sdk.Role("web-identity", l.RoleARN, name, "", ""))
		case AssumeRole:
			plan = append(plan, sdk.Role("role", l.RoleARN, name, l.ExternalID, l.Serial))
		case SSOToken, SessionToken, FederationToken:
		case SSORole:
			plan = append(plan, sdk.SSO(l.AccountID, l.RoleName, l.Session, l.StartURL))
		default:
			plan = append(plan, sdk.Step{Kind: string(l.Kind), What: l.URL + l.Command + l.RoleARN})
		}
	}
	return plan
}
