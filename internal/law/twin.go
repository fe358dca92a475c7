//go:build unix

package main

import (
	"math/rand/v2"
	"os"
	"strings"
)

// readOnly is the policy of a profile that is narrowed to reading.
const readOnly = "arn:aws:iam::aws:policy/ReadOnlyAccess"

// twin has guise write NAME@read-only for some profile, as `guise use --read-only` does. It
// is who the profile is for botocore, before the profile is adopted and after; where it is
// refused, no file has changed.
func (c *configuration) twin(r *rand.Rand, names []string) {
	name := names[r.IntN(len(names))]
	before := c.read()
	_ = os.Setenv("GUISE_SHELL", "sh")
	said, ok := c.guise("use", "--read-only", "--no-login", name)
	_ = os.Unsetenv("GUISE_SHELL")
	if !ok {
		if c.read() != before {
			c.breaks("%q has no narrower form, and the files changed: %s", name, said)
		}
		return
	}
	// An SDK is somebody else as the profile above, or botocore as the profile itself.
	if strings.Contains(said, "does not see a profile of the name") || strings.Contains(said, "botocore takes "+name+" for another identity than guise would") {
		if said, ok := c.guise("release", "--yes", name+"@read-only"); !ok || c.read() != before {
			c.breaks("%q: its narrower form does not go: %s", name, said)
		}
		return
	}
	if p, err := c.profile(name + "@read-only"); err != nil || p.Own("of") != name {
		return // it is narrow already, or there is another one to be taken
	}
	c.of = name
	c.count["with a narrower form"]++
	c.narrower("before it is adopted")
}

// narrower looks who the SDKs are as the profile's narrower form.
func (c *configuration) narrower(when string) {
	if c.of == "" {
		return
	}
	for i, now := range c.who(c.at(c.of), c.of+"@read-only") {
		if now.arn == "" && c.before[c.of][i].arn == "" {
			continue // it does not see such a name
		}
		if !c.isNarrower(now.arn, c.of) {
			c.breaks("%q, %s: %s is %v as its narrower form, and was %v", c.of, when, c.title(i), now, c.before[c.of])
		}
	}
}

// isNarrower reports whether an SDK may be somebody as a narrower form of a profile: who the
// profile was for botocore. Where it was nobody (a quote that belongs to a key; a name that
// botocore does not see) the narrower form is a profile of guise's own making, and of who
// guise says that the profile is.
func (c *configuration) isNarrower(now, of string) bool {
	b := c.before[of][0].arn
	return b == "" || isOf(now, b)
}

// isOf reports whether somebody is who a session of an identity is that a policy narrows: a
// role is itself, and a user is federated.
func isOf(now, was string) bool {
	account, _, isUser := strings.Cut(strings.TrimPrefix(was, "arn:aws:iam::"), ":user/")
	return now == was || isUser && strings.HasPrefix(now, "arn:aws:sts::"+account+":federated-user/")
}

// untwin removes the narrower form: by its own name, or with its profile.
func (c *configuration) untwin(r *rand.Rand) {
	if c.of == "" || c.adopted[c.of] == "" && r.IntN(2) == 0 {
		return
	}
	if said, ok := c.guise("release", "--yes", c.of+"@read-only"); !ok {
		c.breaks("release %q: %s", c.of+"@read-only", said)
	}
}

// narrows returns the profile that another one says it is a narrower form of; empty: none.
func (c *configuration) narrows(name string) string {
	p, err := c.profile(name)
	if err != nil {
		return ""
	}
	return p.Own("of")
}
