package awsenv

import (
	"time"

	"guise/internal/awsconfig"
	"guise/session"
)

// OfSession are the variables of a session, of which one may not have all.
var OfSession = []string{AccessKeyID, SecretAccessKey, SessionToken, Expiration}

// Session are temporary credentials as SDKs read them from the environment.
func Session(c session.Credentials) []Variable {
	all := []Variable{{AccessKeyID, c.AccessKeyID}, {SecretAccessKey, c.SecretAccessKey.Reveal()}}
	if !c.SessionToken.Empty() {
		all = append(all, Variable{SessionToken, c.SessionToken.Reveal()})
	}
	if !c.Expires.IsZero() {
		all = append(all, Variable{Expiration, c.Expires.UTC().Format(time.RFC3339)})
	}
	return all
}

// SessionIn are the variables of a session and of a region, if there is one.
func SessionIn(c session.Credentials, region string) []Variable {
	if region == "" {
		return Session(c)
	}
	return append(Session(c), InRegion(region)...)
}

// InRegion are the variables of a region: SDKs differ in which they read.
func InRegion(name string) []Variable { return []Variable{{Region, name}, {DefaultRegion, name}} }

// Unswitched is the environment without a profile, without what would win over one, and
// without what guise's shell function has left there: for a command that is told by
// itself whose credentials it gets.
func (e Env) Unswitched() Env {
	return e.Without(Rivals...).Without(Profile, DefaultProfile, "GUISE_STATE", "GUISE_SHELL")
}

// Carry adds what a command that gets a profile's credentials, and does not see the
// profile, must be told of it, and leaves a trace of that: see [Carried] and [Trace].
func (e Env) Carry(f *awsconfig.Files, profile string, more ...Variable) Env {
	p, err := f.Profile(profile)
	if err != nil {
		return e.WithTraced(more...)
	}
	services, _ := f.Services(p.Get("services"))
	return e.WithTraced(append(Carried(e, p, services), more...)...)
}
