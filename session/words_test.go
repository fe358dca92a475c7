package session_test

import (
	"testing"
	"time"

	"guise/session"
)

// TestDoes: each kind of link in words.
func TestDoes(t *testing.T) {
	const role = "arn:aws:iam::1:role/r"
	for want, l := range map[string]session.Link{
		"takes the access key in this terminal's environment":       {Kind: session.Environment},
		"takes the role of this EC2 instance (IMDSv2)":              {Kind: session.Instance},
		"takes the role of this container":                          {Kind: session.Container},
		"reads the web identity token /t":                           {Kind: session.WebToken, TokenFile: "/t"},
		"runs x -y":                                                 {Kind: session.Process, Command: "x -y"},
		"runs x --password [redacted]":                              {Kind: session.Process, Command: "x --password hunter2"},
		"takes a SAML assertion from x --password [redacted]":       {Kind: session.Assertion, Command: "x --password hunter2"},
		"signs in to https://s":                                     {Kind: session.SSOToken, StartURL: "https://s"},
		"signs in to corp, https://s":                               {Kind: session.SSOToken, StartURL: "https://s", Session: "corp"},
		"takes the role Dev in account 2 from the access portal":    {Kind: session.SSORole, RoleName: "Dev", AccountID: "2"},
		"signs in to the console as arn (aws login)":                {Kind: session.Login, LoginARN: "arn"},
		"takes a SAML assertion from get-it":                        {Kind: session.Assertion, Command: "get-it", URL: "u"},
		"signs in at u for a SAML assertion":                        {Kind: session.Assertion, URL: "u"},
		"takes the access key …AKIA from the files":                 {Kind: session.Keys, AccessKeyID: "AKIA"},
		"takes the access key …AKIA from the key store":             {Kind: session.Keys, AccessKeyID: "AKIA", Stored: true},
		"gets an MFA session with a code of dev, for 12h":           {Kind: session.SessionToken, Serial: "dev", Duration: 12 * time.Hour},
		"assumes " + role + " with the assertion":                   {Kind: session.SAML, RoleARN: role},
		"assumes a role that it offers with the assertion":          {Kind: session.SAML},
		"assumes " + role + " with the token":                       {Kind: session.WebIdentity, RoleARN: role},
		"assumes a role that it offers with the token":              {Kind: session.WebIdentity},
		"assumes " + role + " as me":                                {Kind: session.AssumeRole, RoleARN: role, SessionName: "me"},
		"assumes " + role + " as me with the external id x, for 1h": {Kind: session.AssumeRole, RoleARN: role, SessionName: "me", ExternalID: "x", Duration: time.Hour},
		"something new": {Kind: "something new"},
	} {
		if got := l.Does(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// TestLeadsTo: the account and the role that a chain is for.
func TestLeadsTo(t *testing.T) {
	for _, c := range []struct {
		chain         session.Chain
		account, role string
	}{
		{session.Chain{{Kind: session.Keys}}, "", ""},
		{session.Chain{{Kind: session.Keys}, {Kind: session.SessionToken, Serial: "arn:aws:iam::111111111111:mfa/me"}}, "111111111111", ""},
		{session.Chain{{Kind: session.Keys}, {Kind: session.SessionToken, Serial: "GAHT12345678"}}, "", ""},
		{session.Chain{{Kind: session.Keys}, {Kind: session.SessionToken, Serial: "arn:aws:iam::111111111111:mfa/me"}, {Kind: session.AssumeRole, RoleARN: "arn:aws:iam::222222222222:role/path/Admin"}}, "222222222222", "path/Admin"},
		{session.Chain{{Kind: session.SSOToken}, {Kind: session.SSORole, AccountID: "333333333333", RoleName: "Dev"}}, "333333333333", "Dev"},
		{session.Chain{{Kind: session.SSOToken}, {Kind: session.SSORole, AccountID: "333333333333", RoleName: "Dev"}, {Kind: session.AssumeRole, RoleARN: "arn:aws:iam::2:role/x"}}, "2", "x"},
		{session.Chain{{Kind: session.Login, LoginARN: "arn:aws:iam::444444444444:user/me"}}, "444444444444", ""},
	} {
		if account, role := c.chain.LeadsTo(); account != c.account || role != c.role {
			t.Errorf("%+v: %s, %s", c.chain, account, role)
		}
	}
}

// TestRoleOf: what is no ARN has no parts.
func TestRoleOf(t *testing.T) {
	for arn, want := range map[string][2]string{
		"": {}, "arn:aws:iam::1": {}, "role/x": {}, "arn:aws:iam::1:role/x": {"1", "x"}, "arn:aws:iam::1:role/a:b": {"1", "a:b"}, "arn:aws:iam::1:root": {"1", "root"},
	} {
		account, role, ok := session.RoleOf(arn)
		if account != want[0] || role != want[1] || ok != (role != "") {
			t.Errorf("%s: %s, %s, %v", arn, account, role, ok)
		}
	}
}

// TestContainerURL: a relative address is one of the container's own service, and wins.
func TestContainerURL(t *testing.T) {
	const relative, full = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI"
	for want, env := range map[string]map[string]string{
		"": {}, "http://127.0.0.1/x": {full: "http://127.0.0.1/x"}, "http://169.254.170.2/y": {relative: "/y", full: "http://127.0.0.1/x"},
	} {
		if got := session.ContainerURL(func(name string) string { return env[name] }); got != want {
			t.Errorf("%v: %s", env, got)
		}
	}
}
