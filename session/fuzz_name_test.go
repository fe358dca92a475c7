package session_test

import (
	"regexp"
	"testing"

	"guise/session"
)

// FuzzNames: whatever a template and what it is filled with are, the name that a session gets
// is one that STS takes, and it is part of what the cache tells sessions apart by.
func FuzzNames(f *testing.F) {
	files := read(f, namesConfig, "")
	f.Add("{user}@{host}", "ana", "laptop")
	f.Add("{", "}", "{user}")
	f.Add("{profile}{source_session", "é\n", "\xff")
	f.Add("", "", "")
	taken := regexp.MustCompile(`^[\w+=,.@-]{2,64}$`)
	f.Fuzz(func(t *testing.T, template, user, host string) {
		d := session.Defaults{SessionName: template, SourceIdentity: template, User: func() string { return user }, Host: func() string { return host }}
		if session.CheckName(template) != nil {
			return
		}
		for _, profile := range []string{"admin", "team ops/é", "of-sso"} {
			chain, err := session.Resolve(files, profile, d)
			if err != nil {
				t.Fatal(err)
			}
			for _, l := range chain {
				if l.Kind != session.AssumeRole {
					continue
				}
				if l.SessionName != "" && !taken.MatchString(l.SessionName) || l.SourceIdentity != "" && !taken.MatchString(l.SourceIdentity) || template != "" && l.SessionName == "" {
					t.Errorf("%q: %q, %q", template, l.SessionName, l.SourceIdentity)
				}
			}
			other := d
			other.User = func() string { return user + "x" }
			again, err := session.Resolve(files, profile, other)
			if err != nil {
				t.Fatal(err)
			}
			if (chain.Last().SessionName != again.Last().SessionName) && chain.Key() == again.Key() {
				t.Errorf("%q: two names are one session", template)
			}
		}
	})
}
