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

// Under is the environment of a command that runs under a profile, in a region where one
// is given: without what would win over a profile, without the region of another profile,
// and without what guise's shell function has left there. It names the profile for
// prompts alone: what leads to the credentials is added by the caller.
func (e Env) Under(profile, region string) Env {
	env := e.Without(Rivals...).Without(Profile, DefaultProfile, "GUISE_STATE", "GUISE_SHELL", "GUISE_SUBSHELL", "GUISE_HOOK", "GUISE_TERMINAL", ExecStatus).For(profile).In(region, profile)
	if _, set := env.Get(LoadConfig); !set {
		env = env.With(Variable{LoadConfig, "1"})
	}
	return env.With(Variable{ExecProfile, profile})
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
