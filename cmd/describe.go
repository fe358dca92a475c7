package cmd

import (
	"strings"
	"time"

	"guise/internal/printable"
	"guise/session"
)

// description is what lists show of a profile.
type description struct {
	Profile     string `json:"profile"`
	Kind        string `json:"kind"`
	Account     string `json:"account,omitempty"`
	Role        string `json:"role,omitempty"`
	Region      string `json:"region,omitempty"`
	MFA         string `json:"mfa_serial,omitempty"`
	Behind      bool   `json:"behind_guise"`
	Session     string `json:"session"` // fresh, none, failed (it cannot have one)
	Expires     string `json:"expires,omitempty"`
	Description string `json:"description,omitempty"`
	Alias       string `json:"alias,omitempty"`
	Tags        string `json:"tags,omitempty"`
	Problem     string `json:"problem,omitempty"`
}

// describe says what a chain leads to.
func describe(c session.Chain) description {
	d := description{MFA: c.Serial()}
	last := c.Last()
	if account, role, ok := roleOf(last.RoleARN); ok {
		d.Account, d.Role = account, role
		return d
	}
	for _, l := range c {
		switch {
		case l.Kind == session.SSORole:
			d.Account, d.Role = l.AccountID, l.RoleName
			return d
		case l.Kind == session.Login:
			if parts := strings.SplitN(l.LoginARN, ":", 6); len(parts) == 6 {
				d.Account = parts[4]
			}
			return d
		}
	}
	if parts := strings.SplitN(d.MFA, ":", 6); len(parts) == 6 {
		d.Account = parts[4]
	}
	return d
}

// roleOf splits the ARN of a role.
func roleOf(arn string) (account, role string, ok bool) {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) != 6 {
		return "", "", false
	}
	return parts[4], strings.TrimPrefix(parts[5], "role/"), true
}

// describeProfile says what can be said of a profile without a call to AWS. The
// session's end is that of a session in the cache.
func describeProfile(plan session.Planned, ends time.Time) description {
	p, d := plan.Profile, description{}
	if plan.Chain != nil {
		d = describe(plan.Chain)
	} else {
		d.Account, d.Role, _ = roleOf(p.Get("role_arn"))
		if d.Role == "" {
			d.Account, d.Role = p.Get("sso_account_id"), p.Get("sso_role_name")
		}
		d.MFA = p.Get("mfa_serial")
	}
	d.Profile, d.Kind, d.Region, d.Behind = p.Name, session.Way(p), p.Get("region"), p.BehindGuise()
	d.Description, d.Alias, d.Tags = p.Own("description"), p.Own("alias"), p.Own("tags")
	d.Session = "none"
	if plan.Err != nil {
		d.Session, d.Problem = "failed", plan.Err.Error()
	}
	if !ends.IsZero() {
		d.Session, d.Expires = "fresh", ends.UTC().Format(time.RFC3339)
	}
	return d
}

// summary says in a few words what a chain leads to, where, and for how long: it comes
// after a profile's name. What is not known is left out.
func summary(c session.Chain, region string, left time.Duration) string {
	var d description
	if c != nil {
		d = describe(c)
	}
	lasts := ""
	if left > 0 {
		lasts = printable.Rough(left) + " left"
	}
	words := dropEmpty([]string{d.Role, d.Account, region, lasts})
	if len(words) == 0 {
		return ""
	}
	return ": " + strings.Join(words, ", ")
}
