package session

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"guise/internal/awsconfig"
	"guise/internal/printable"
)

// STS takes a session policy where it makes a role's session, and in GetFederationToken.
// The session has what the role (the user) and the policies both allow; of several
// policies it is enough that one allows a call. So a policy more on a session that has some
// would widen it, and none is added: "Session policies" in the IAM user guide.

// of is the key of a profile that narrows another one, which it names.
const of = "guise_of"

// NarrowError: a profile that cannot be narrowed. The wide session is never given instead.
type NarrowError struct {
	Profile string // that was to be narrowed
	By      string // the profile whose policies were to do it
	Why     string
	// ReadOnly: it was for --read-only, for which another profile can take its place, the
	// one that its guise_read_only names.
	ReadOnly bool
	// Asked: the user has named Profile, and knows nothing of By. The message leaves the
	// name out, which every message begins with.
	Asked bool
}

func (e *NarrowError) Error() string {
	text := "cannot be narrowed: " + e.Why
	if !e.Asked {
		text = e.Profile + " " + text
	}
	return text
}

// narrowed is the chain of a profile with guise_of: that of the profile that it names,
// narrowed by its own policies.
func (r resolver) narrowed(p awsconfig.Profile, path []string) (Chain, error) {
	target := p.Own("of")
	if slices.Contains(path, target) {
		return nil, r.loop(path, target)
	}
	by, err := policiesOf(p)
	if err != nil {
		return nil, err
	}
	lasts, err := roleDuration(p)
	if err != nil {
		return nil, err
	}
	if by.none() && lasts == 0 {
		return nil, &SettingError{Profile: p.Name, Key: of, Value: target, Why: "it needs guise_policy or guise_policy_arns, or it would be as wide as " + target}
	}
	for _, key := range []string{"role_arn", "credential_process", "aws_access_key_id", "sso_account_id", "login_session"} {
		if p.Get(key) != "" {
			return nil, &SettingError{Profile: p.Name, Key: of, Value: target, Why: "it stands beside " + key + ", and a profile has one way to its credentials"}
		}
	}
	chain, err := r.chain(target, path, false)
	if err != nil {
		return nil, err
	}
	if !by.none() {
		chain, err = chain.narrow(by, func(why string) error {
			return &NarrowError{Profile: target, By: p.Name, Why: why}
		}, p.Name)
	}
	if err == nil && lasts > 0 {
		err = chain.lasts(lasts, target)
	}
	return chain, err
}

// NoDurationError: a profile whose session lasts as long as whoever gives it says.
type NoDurationError struct{ Profile string }

func (e *NoDurationError) Error() string {
	return "only the session of a role can be given a duration"
}

// lasts has the session that a chain leads to last for another time than its own profile
// says.
func (c Chain) lasts(d time.Duration, profile string) error {
	last := &c[len(c)-1]
	switch last.Kind {
	case AssumeRole, WebIdentity, SAML, FederationToken:
		last.Duration = d
		return nil
	}
	return &NoDurationError{profile}
}

// policies are the session policies of a profile.
type policies struct {
	inline string // JSON
	arns   []string
}

func (by policies) none() bool { return by.inline == "" && len(by.arns) == 0 }

// The limits of STS: API reference of AssumeRole, Policy and PolicyArns.
const (
	LongestPolicy = 2048 // characters
	MostPolicies  = 10
)

// IsPolicy reports whether a text is the ARN of a managed policy: AWS's own or an account's.
func IsPolicy(arn string) bool {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) < 6 || parts[0] != "arn" || len(arn) > 2048 || !printable.Word(arn) || strings.Contains(arn, ",") {
		return false
	}
	account, name := parts[4], strings.TrimPrefix(parts[5], "policy/")
	isAccount := account == "aws" || len(account) == 12 && strings.Trim(account, "0123456789") == ""
	return parts[2] == "iam" && parts[3] == "" && isAccount && name != parts[5] && name != ""
}

// policiesOf reads guise_policy and guise_policy_arns. What STS would refuse is a
// [*SettingError].
func policiesOf(p awsconfig.Profile) (policies, error) {
	by := policies{p.Own("policy"), list(p.Own("policy_arns"))}
	wrong := func(key, value, why string) error {
		return &SettingError{Profile: p.Name, Key: "guise_" + key, Value: value, Why: why}
	}
	switch {
	case by.none():
	case by.inline != "" && !(strings.HasPrefix(by.inline, "{") && json.Valid([]byte(by.inline))):
		return by, wrong("policy", by.inline, "must be a policy, as JSON in one line")
	case len(by.inline) > LongestPolicy:
		return by, wrong("policy", by.inline, "AWS takes "+strconv.Itoa(LongestPolicy)+" characters, and it has "+strconv.Itoa(len(by.inline)))
	case len(by.arns) > MostPolicies:
		return by, wrong("policy_arns", p.Own("policy_arns"), "AWS takes "+strconv.Itoa(MostPolicies)+" policies, and these are "+strconv.Itoa(len(by.arns)))
	}
	for _, arn := range by.arns {
		if !IsPolicy(arn) {
			return by, wrong("policy_arns", arn, "not the ARN of a policy (arn:aws:iam::aws:policy/ReadOnlyAccess)")
		}
	}
	return by, nil
}

// narrow lays policies on the session that a chain leads to. refuse makes the error where
// that cannot be done; name is the profile that has the policies.
func (c Chain) narrow(by policies, refuse func(why string) error, name string) (Chain, error) {
	last := &c[len(c)-1]
	if last.Policy != "" || len(last.PolicyARNs) > 0 {
		return nil, refuse("it has session policies of its own, and another one would widen what they allow")
	}
	switch last.Kind {
	case AssumeRole, WebIdentity, SAML:
	case SSORole:
		return nil, refuse("AWS takes no session policy for an SSO role")
	case Login:
		return nil, refuse("AWS takes no session policy for a sign-in by aws login")
	case SessionToken: // of a user: see [resolver.keys]
		switch keys := c[0]; {
		case !keys.Token.Empty():
			return nil, refuse("its access key is a temporary one, of which AWS makes no other session")
		case last.Serial != "":
			return nil, refuse("an IAM user is narrowed by GetFederationToken, which knows no MFA, and this one has an mfa_serial")
		}
		*last = Link{
			Kind: FederationToken, Profile: last.Profile,
			Duration: last.Duration, Place: last.Place,
		}
	default:
		return nil, refuse("AWS takes no session policy for what another program prints")
	}
	last.Policy, last.PolicyARNs = by.inline, by.arns
	if name != last.Profile {
		last.NarrowedBy = name
	}
	return c, nil
}

// ownPolicies narrows a profile that has no role by its own policies: an IAM user can be.
func (c Chain) ownPolicies(p awsconfig.Profile) (Chain, error) {
	by, err := policiesOf(p)
	if err != nil || by.none() || c.Last().Kind == SAML {
		return c, err
	}
	key, value := "guise_policy", by.inline
	if value == "" {
		key, value = "guise_policy_arns", strings.Join(by.arns, ", ")
	}
	return c.narrow(by, func(why string) error {
		return &SettingError{Profile: p.Name, Key: key, Value: value, Why: why}
	}, p.Name)
}

// Narrows says in words what narrows the session of a link, beside its role or user: the
// names of policies; empty where nothing does.
func (l Link) Narrows() string {
	var all []string
	for _, arn := range l.PolicyARNs {
		_, name, _ := strings.Cut(arn, ":policy/")
		all = append(all, name)
	}
	if l.Policy != "" {
		all = append(all, "a policy of "+strconv.Itoa(len(l.Policy))+" characters")
	}
	return strings.Join(all, ", ")
}

// Narrows is that of the session which the chain is for.
func (c Chain) Narrows() string {
	if len(c) == 0 {
		return ""
	}
	return c.Last().Narrows()
}

// Profiles are the names of all profiles that a chain is made of, each once: whose
// credentials they are first, then the profile that it is a narrower form of, and its
// sources.
func (c Chain) Profiles() []string {
	var names []string
	for _, l := range slices.Backward(c) {
		for _, name := range []string{l.NarrowedBy, l.Profile} {
			if name != "" && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return names
}
