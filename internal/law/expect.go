//go:build unix

package main

import (
	"slices"
	"strings"

	"guise/internal/loopback"
	"guise/internal/sdk"
)

// expected is the identity that a plan leads to in this world; nobody, "", where
// AWS would refuse it. Of a machine's own there is nothing but where it is asked for.
func (c cast) expected(plan sdk.Plan, onMachine bool) string {
	who := ""
	for _, s := range plan {
		switch s.Kind {
		case "access-key":
			who = ""
			for _, u := range c.users {
				if u.AccessKeyID == s.What && s.Same(sdk.AccessKey(u.AccessKeyID, u.SecretAccessKey, "")) {
					who = u.ARN()
				}
			}
		case "environment":
			who = c.byEnv.ARN()
		case "process":
			who = c.ofProcess(s)
		case "sso":
			who = c.ofPortal(s)
		case "login":
			who = c.logins[strings.TrimSpace(s.What)]
		case "instance", "container":
			if who = ""; onMachine {
				who = c.machines[s.Kind]
			}
		case "token":
			if who = ""; slices.Contains(c.tokens, s.What) {
				who = "token"
			}
		case "web-identity":
			if who == "" || s.What != c.web {
				return ""
			}
			who = assumed(s)
		case "role":
			if who == "" || !c.trusts(who, s) {
				return ""
			}
			who = assumed(s)
		default:
			return ""
		}
	}
	return who
}

// trusts reports whether a role lets somebody assume it.
func (c cast) trusts(who string, role sdk.Step) bool {
	for kind, only := range c.onlyFrom {
		if role.What == only {
			return who == c.machines[kind]
		}
	}
	return slices.Contains(c.roles, role.What) || role.What == c.closed && role.ExternalID() == external
}

// ofPortal is who signed in at an access portal, in a role that is theirs.
func (c cast) ofPortal(s sdk.Step) string {
	session, startURL := s.Portal()
	account, role, _ := strings.Cut(s.What, "/")
	for _, p := range c.portals {
		its := session == "" && p.session == "" && startURL == p.startURL || session != "" && strings.TrimSpace(session) == p.session
		if its && p.person != "" && slices.Contains(accounts(), account) && slices.Contains(permissionSets(), role) {
			return assumedAs(loopback.SSORole(account, role), p.person)
		}
	}
	return ""
}

// ofProcess is whose keys a command gives. Of the commands that the generator
// writes, each that a shell runs starts the helper with one user's name.
func (c cast) ofProcess(s sdk.Step) string {
	words := s.Words()
	if words == nil {
		text := strings.TrimPrefix(s.What, "sh -c ")
		if name, _, ok := strings.Cut(strings.TrimPrefix(text, `"NAME=`), " "); ok && strings.HasPrefix(text, `"NAME=`) {
			text = strings.ReplaceAll(text, "$NAME", name)
		}
		text = strings.ReplaceAll(text, "$NAME", "user5")
		if at := strings.Index(text, c.helper); at >= 0 {
			words = strings.FieldsFunc(text[at:], func(r rune) bool { return strings.ContainsRune(" \"'\\;|#", r) })
		}
	}
	if len(words) == 3 && words[0] == "sh" { // sh -c "helper user"
		words = strings.Fields(words[2])
	}
	if len(words) < 2 || words[0] != c.helper {
		return ""
	}
	for _, u := range c.users {
		if u.Name == words[1] {
			return u.ARN()
		}
	}
	return ""
}

func assumed(s sdk.Step) string {
	name := s.SessionName()
	if name == "" {
		name = "*"
	}
	return assumedAs(s.What, name)
}

// assumedAs is who a role is as, in a session of a name.
func assumedAs(role, name string) string {
	parts := strings.SplitN(role, ":", 6)
	return "arn:aws:sts::" + parts[4] + ":assumed-role/" + parts[5][strings.LastIndex(parts[5], "/")+1:] + "/" + name
}
