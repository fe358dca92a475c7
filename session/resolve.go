package session

import (
	"cmp"
	"errors"
	"slices"
	"strings"
	"time"

	"guise/internal/awsconfig"
	"guise/internal/secret"
)

// Profiles gives the profiles that a plan is made of. *awsconfig.Files does.
type Profiles interface {
	Profile(name string) (awsconfig.Profile, error)
	// SSOSession returns an [sso-session NAME] section.
	SSOSession(name string) (awsconfig.Profile, bool)
}

// Defaults is what a plan takes from outside the config files.
type Defaults struct {
	// SessionName names a role's session where the profile does not: it is what CloudTrail
	// shows. It is a template, with [NameFields] in braces.
	SessionName string
	// SourceIdentity is a template of the source identity of the first role of a chain, where
	// no profile of it has one; empty: none.
	SourceIdentity string
	// User returns the login name of the user, for the two templates.
	User func() string
	// Getenv returns what a credential_source names: AWS_ACCESS_KEY_ID, the
	// addresses of the container and of the instance.
	Getenv func(string) string
	// Environ returns all variables, as NAME=value: a command of the user's sees them.
	Environ func() []string
	// Endpoint, where it gives one, replaces AWS's own address of a service. Of a profile it
	// goes by endpoint_url and services alone.
	Endpoint func(p awsconfig.Profile, service string) string
	// Dir returns the working directory, absolute: where a relative command runs.
	Dir func() string
	// Exists reports whether there is something at a path, relative to Dir.
	Exists func(path string) bool
	// LookPath returns the program that a name leads to on PATH; empty: none.
	LookPath func(name string) string
	// Host returns the name of this machine: whose instance role it is.
	Host func() string
	// Token reads a file that holds a token (web identity, container), without
	// the white space around it; empty where it cannot be read.
	Token func(path string) secret.Text
}

// MFASession is how long the MFA session of an IAM user lasts unless its
// profile says otherwise (guise_session_duration).
const MFASession = 12 * time.Hour

// Resolve plans: it gives the chain that leads to the credentials of a profile.
//
// Where a profile defines several ways, the first of this order counts, as in
// botocore: a role (by web identity, or over source_profile or
// credential_source), SSO, SAML, access keys of the credentials file, aws login,
// a process, access keys of the config file. A source profile that has access
// keys is used without its role.
//
// A profile with guise_of is the one that it names, narrowed by its own session policies.
//
// The errors are *awsconfig.NoProfileError, *awsconfig.SplitKeysError,
// *awsconfig.SyntaxError, [*LoopError], [*SourceError], [*SettingError] and
// [*NarrowError].
func Resolve(profiles Profiles, name string, d Defaults) (Chain, error) {
	return newResolver(profiles, d).resolve(name)
}

func (r resolver) resolve(name string) (Chain, error) {
	chain, err := r.chain(name, nil, false)
	if setting, ok := errors.AsType[*SettingError](err); ok {
		setting.own = setting.Profile == name
	}
	if err != nil {
		return nil, err
	}
	if chain, err = r.liftMFA(chain); err != nil {
		return nil, err
	}
	return chain.withNames(namer{r.defaults, r.names}), nil
}

type resolver struct {
	profiles Profiles
	defaults Defaults
	// sources are the chains of profiles that others have named as their source; nil: each
	// is planned again.
	sources map[string]Chain
	// names are those of sessions that are the same for every role; nil: each is made again.
	names map[string]string
	// room is where the chain of a profile may be made that is not needed for longer than
	// until the next is; nil: each has a place of its own.
	room Chain
}

func newResolver(profiles Profiles, d Defaults) resolver {
	if d.Getenv == nil {
		d.Getenv = func(string) string { return "" }
	}
	if d.Endpoint == nil {
		d.Endpoint = func(awsconfig.Profile, string) string { return "" }
	}
	nothing := func() string { return "" }
	if d.Dir == nil {
		d.Dir = nothing
	}
	if d.Host == nil {
		d.Host = nothing
	}
	if d.Environ == nil {
		d.Environ = func() []string { return nil }
	}
	if d.Exists == nil {
		d.Exists = func(string) bool { return false }
	}
	if d.LookPath == nil {
		d.LookPath = func(string) string { return "" }
	}
	if d.Token == nil {
		d.Token = func(string) secret.Text { return secret.Text{} }
	}
	return resolver{profiles: profiles, defaults: d}
}

// chain is the chain to a profile as configured. path is the way to it; isSource: a role
// is assumed from it.
func (r resolver) chain(name string, path []string, isSource bool) (Chain, error) {
	p, err := r.profile(name, path)
	if err != nil {
		return nil, err
	}
	path = append(slices.Clone(path), name)
	switch {
	case p.Own("of") != "":
		return r.narrowed(p, path)
	case p.Get("role_arn") == "":
		base, err := r.base(p, path)
		if err != nil {
			return nil, err
		}
		return base.ownPolicies(p)
	case isSource && p.HasKeys() && p.Get("web_identity_token_file") == "":
		return r.base(p, path)
	}
	role, err := r.role(p)
	if err != nil {
		return nil, err
	}
	if Way(p) == WayWebIdentity {
		role.Kind, role.Serial = WebIdentity, ""
		return Chain{r.webToken(p), role}, nil
	}
	source, err := r.source(p, path)
	if err != nil {
		return nil, err
	}
	return append(source, role), nil
}

func (r resolver) profile(name string, path []string) (awsconfig.Profile, error) {
	p, err := r.profiles.Profile(name)
	if err == nil {
		return p, p.Check()
	}
	if errors.As(err, new(*awsconfig.NoProfileError)) && len(path) > 0 {
		last, key := path[len(path)-1], "source_profile"
		from, err := r.profiles.Profile(last)
		if err == nil && from.Own("of") != "" {
			key = of
		}
		return p, &SourceError{last, cmp.Or(continued(from, key), "its "+key+" "+name+" does not exist"), path}
	}
	return p, err
}

// source is the chain that a role profile is on.
func (r resolver) source(p awsconfig.Profile, path []string) (Chain, error) {
	source := p.Get("source_profile")
	if where := p.Get("credential_source"); where != "" {
		if source != "" {
			return nil, &SourceError{p.Name, "it has both source_profile and credential_source: AWS allows only one", path}
		}
		return r.machine(p, where)
	}
	switch {
	case source == "":
		return nil, &SourceError{p.Name, "it has a role_arn, and no source_profile to assume the role from", path}
	case source == p.Name && p.HasKeys():
		return r.base(p, path) // the SDKs allow this: a role assumed with the profile's own keys
	case slices.Contains(path, source):
		return nil, r.loop(path, source)
	}
	chain, err := r.shared(source, path)
	if err == nil && chain.Last().Kind == FederationToken {
		return nil, &SourceError{p.Name, "its source " + source + " is an IAM user narrowed by a session policy (GetFederationToken), and AWS lets such a session assume no role", path}
	}
	return chain, err
}

// loop is the error of a way that comes back to a profile on it.
func (r resolver) loop(path []string, back string) error {
	e := &LoopError{Profiles: append(path[slices.Index(path, back):], back)}
	for _, name := range e.Profiles {
		p, err := r.profiles.Profile(name)
		e.Of = e.Of || err == nil && p.Own("of") != ""
	}
	return e
}

// shared is the chain to a source, which many profiles may have. One that was planned
// before serves again, unless it leads through the path: then it is to be found out that
// it goes in a circle.
func (r resolver) shared(name string, path []string) (Chain, error) {
	onPath := func(l Link) bool { return slices.Contains(path, l.Profile) }
	chain, known := r.sources[name]
	if !known || slices.ContainsFunc(chain, onPath) {
		var err error
		if chain, err = r.chain(name, path, true); err != nil || r.sources == nil {
			return chain, err
		}
		r.sources[name] = chain
	}
	room := r.room
	if room == nil || len(path) > 1 { // it is a source's, which may become one of the sources
		room = make(Chain, 0, len(chain)+1)
	}
	return append(room, chain...), nil // what comes of it is changed
}

// base is the first link: a profile that has credentials without a role.
func (r resolver) base(p awsconfig.Profile, path []string) (Chain, error) {
	switch wayWithoutRole(p) {
	case WaySSO:
		return r.sso(p)
	case WaySAML:
		return r.saml(p)
	case WayLogin:
		return Chain{{
			Kind: Login, Profile: p.Name, LoginARN: p.Get("login_session"), Browser: p.Own("browser"), SignIn: p.Own("sign_in"),
			Place: r.place(p, "signin"), Outside: r.ofLogin(),
		}}, nil
	case WayProcess:
		command := p.Get("credential_process")
		return Chain{{Kind: Process, Profile: p.Name, Command: command, Outside: r.toCommand(command)}}, nil
	case WayUser, WayStatic:
		return r.keys(p, path)
	}
	why := "it has no credentials: no role_arn, access key, SSO settings or other source"
	if p.Get("source_profile") != "" {
		why = "it has a source_profile, and no role_arn to assume"
	}
	if p.Get("credential_source") != "" {
		why = "it has a credential_source, and no role_arn to assume"
	}
	return nil, &SourceError{p.Name, why, path}
}

func (r resolver) keys(p awsconfig.Profile, path []string) (Chain, error) {
	stored := p.KeysIn() == awsconfig.KeysInStore
	if p.SecretAccessKey().Empty() && !stored {
		if err := p.SplitKeys(); err != nil {
			return nil, err
		}
		return nil, &SourceError{p.Name, "it has an aws_access_key_id, and no aws_secret_access_key in the same file", path}
	}
	length, err := mfaDuration(p)
	if err != nil {
		return nil, err
	}
	keys := Link{
		Kind: Keys, Profile: p.Name, AccessKeyID: p.AccessKeyID(), SecretAccessKey: p.SecretAccessKey(),
		Token: p.SessionToken(), Stored: stored, Place: r.place(p, "sts"),
	}
	serial := p.Get("mfa_serial")
	if !keys.Token.Empty() || p.Get("role_arn") != "" {
		// Temporary keys cannot make a session (GetSessionToken takes a user's
		// own keys only), and beside a role_arn the device is the role's.
		serial = ""
	}
	_, err = wantsSession(p)
	return Chain{keys, {
		Kind: SessionToken, Profile: p.Name, Serial: serial, Duration: length,
		Place: keys.Place,
	}}, err
}

// liftMFA decides which device the user's MFA session is made with: the user's own, or
// else that of the first role that names one. If there is none, it takes the link that
// [resolver.keys] has left for that session out of the chain, unless the user wants one
// without MFA.
func (r resolver) liftMFA(chain Chain) (Chain, error) {
	if chain[0].Kind != Keys || chain[1].Kind != SessionToken {
		return chain, nil
	}
	session := &chain[1]
	if session.Serial == "" && chain[0].Token.Empty() {
		session.Serial = chain[2:].Serial()
	}
	if session.Serial != "" {
		return chain, nil
	}
	if chain[0].Token.Empty() {
		p, err := r.profiles.Profile(chain[0].Profile)
		if err != nil {
			return nil, err
		}
		if wants, err := wantsSession(p); wants || err != nil {
			return chain, err
		}
	}
	return slices.Delete(chain, 1, 2), nil
}

// place is where a service is called for a profile.
func (r resolver) place(p awsconfig.Profile, service string) Place {
	return Place{Region: p.Get("region"), Endpoint: r.defaults.Endpoint(p, service)}
}

func (r resolver) role(p awsconfig.Profile) (Link, error) {
	l := Link{
		Kind: AssumeRole, Profile: p.Name, RoleARN: p.Get("role_arn"), ExternalID: p.Get("external_id"),
		Serial: p.Get("mfa_serial"), SessionName: p.Get("role_session_name"), SourceIdentity: p.Get("source_identity"),
		Place: r.place(p, "sts"),
	}
	if !isRole(l.RoleARN) || strings.Contains(l.RoleARN, "\n") {
		return l, &SettingError{Profile: p.Name, Key: "role_arn", Value: l.RoleARN, Why: cmp.Or(continued(p, "role_arn"), notRole)}
	}
	by, err := policiesOf(p)
	if err != nil {
		return l, err
	}
	l.Policy, l.PolicyARNs = by.inline, by.arns
	if l.Duration, err = roleDuration(p); err != nil {
		return l, err
	}
	l.Tags, err = tags(p)
	return l, err
}
