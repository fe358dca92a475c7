//go:build unix

package main

import (
	"slices"
	"strings"

	"guise/internal/sdk"
)

// expected is the identity that a plan leads to in this world; nobody, "", where
// AWS would refuse it.
func (c cast) expected(plan sdk.Plan) string {
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
			if who == "" || !slices.Contains(c.roles, s.What) && (s.What != c.closed || s.ExternalID() != external) {
				return ""
			}
			who = assumed(s)
		default:
			return ""
		}
	}
	return who
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
	parts := strings.SplitN(s.What, ":", 6)
	name := s.SessionName()
	if name == "" {
		name = "*"
	}
	return "arn:aws:sts::" + parts[4] + ":assumed-role/" + strings.TrimPrefix(parts[5], "role/") + "/" + name
}
