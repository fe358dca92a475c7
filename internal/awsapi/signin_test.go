package awsapi

import (
	"slices"
	"testing"
	"time"

	"guise/internal/partition"
	"guise/session"
)

// TestSignInLengths: role chaining has an hour; a user's own session is federated.
func TestSignInLengths(t *testing.T) {
	role := session.Link{Kind: session.AssumeRole, RoleARN: "arn:aws:iam::111111111111:role/r"}
	for _, c := range []struct {
		name    string
		chain   session.Chain
		longest time.Duration
		user    bool
	}{
		{"keys", session.Chain{{Kind: session.Keys}}, 12 * time.Hour, true},
		{"a user with MFA", session.Chain{{Kind: session.Keys}, {Kind: session.SessionToken}}, 12 * time.Hour, true},
		{"a role", session.Chain{{Kind: session.Keys}, {Kind: session.SessionToken}, role}, 12 * time.Hour, false},
		{"a role of a role", session.Chain{{Kind: session.Keys}, role, role}, time.Hour, false},
		{"SSO", session.Chain{{Kind: session.SSOToken}, {Kind: session.SSORole}}, 12 * time.Hour, false},
		{"a role from SSO", session.Chain{{Kind: session.SSOToken}, {Kind: session.SSORole}, role}, time.Hour, false},
		{"SAML", session.Chain{{Kind: session.Assertion}, {Kind: session.SAML}}, 12 * time.Hour, false},
		{"a role from SAML", session.Chain{{Kind: session.Assertion}, {Kind: session.SAML}, role}, time.Hour, false},
	} {
		all := signInLengths(c.chain, 0)
		if all[0] != c.longest || all[len(all)-1] != 0 || isUser(c.chain) != c.user {
			t.Errorf("%s: %v, %v", c.name, all, isUser(c.chain))
		}
		if most := signInLengths(c.chain, 90*time.Minute); most[0] != 90*time.Minute || most[len(most)-1] != time.Hour || slices.Max(most) > 90*time.Minute {
			t.Errorf("%s: %v for an hour and a half", c.name, most)
		}
	}
}

func TestServicePage(t *testing.T) {
	for name, want := range map[string]string{
		"": "console/home", "EC2": "ec2/home", "logs": "cloudwatch/home#logsV2:log-groups", "amplify": "amplify/home", "ec2/home/": "ec2/home/home",
	} {
		if got := ServicePage(name); got != want {
			t.Errorf("%q: %s", name, got)
		}
	}
}

func TestRegions(t *testing.T) {
	for _, r := range Regions {
		if !partition.IsRegion(r.Name) {
			t.Errorf("%s, %s", r.Name, r.Place)
		}
	}
}
