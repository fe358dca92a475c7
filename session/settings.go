package session

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"guise/internal/awsconfig"
)

// The limits of STS: API reference of GetSessionToken and AssumeRole.
const (
	shortest       = 15 * time.Minute
	longestSession = 36 * time.Hour
	longestRole    = 12 * time.Hour
	longestChained = time.Hour
)

// mfaDuration reads how long an IAM user's MFA session shall last:
// guise_session_duration ("12h", or seconds), or session_duration (seconds).
func mfaDuration(p awsconfig.Profile) (time.Duration, error) {
	key, value := "guise_session_duration", p.Own("session_duration")
	if value == "" {
		key, value = "session_duration", p.Get("session_duration")
	}
	if value == "" {
		return MFASession, nil
	}
	return within(p.Name, key, value, longestSession)
}

// roleDuration reads duration_seconds. Without it STS gives an hour.
func roleDuration(p awsconfig.Profile) (time.Duration, error) {
	value := p.Get("duration_seconds")
	if value == "" {
		return 0, nil
	}
	return within(p.Name, "duration_seconds", value, longestRole)
}

// RoleDuration reads how long a role's session shall last, where no profile says it: "1h", or
// seconds. Its error is a *SettingError.
func RoleDuration(text string) (time.Duration, error) {
	return within("", "duration_seconds", text, longestRole)
}

func within(profile, key, value string, longest time.Duration) (time.Duration, error) {
	d, err := time.ParseDuration(value)
	if seconds, atoi := strconv.Atoi(value); atoi == nil && seconds <= int(longest/time.Second) {
		d, err = time.Duration(seconds)*time.Second, nil
	} // a larger number is no duration: it has no unit
	if err != nil || d < shortest || d > longest {
		return 0, &SettingError{Profile: profile, Key: key, Value: value, Why: "must be from " + brief(shortest) + " to " + brief(longest)}
	}
	return d, nil
}

// brief writes a whole duration the way people do: 15m, 12h.
func brief(d time.Duration) string {
	if d%time.Hour == 0 {
		return strconv.Itoa(int(d/time.Hour)) + "h"
	}
	return strconv.Itoa(int(d/time.Minute)) + "m"
}

// tags reads session_tags ("Key=Value, Key=Value") and which of them are
// transitive (transitive_session_tags: "Key, Key").
func tags(p awsconfig.Profile) ([]Tag, error) {
	value := p.Get("session_tags")
	transitive := list(p.Get("transitive_session_tags"))
	var all []Tag
	for _, pair := range list(value) {
		k, v, ok := strings.Cut(pair, "=")
		if k = strings.TrimSpace(k); !ok || k == "" {
			return nil, &SettingError{Profile: p.Name, Key: "session_tags", Value: value, Why: "must be Key=Value, Key=Value"}
		}
		all = append(all, Tag{k, strings.TrimSpace(v), slices.Contains(transitive, k)})
	}
	return all, nil
}

// list splits at commas, and drops what is empty.
func list(value string) []string {
	var out []string
	for s := range strings.SplitSeq(value, ",") {
		if s = strings.TrimSpace(s); s != "" {
			out = append(out, s)
		}
	}
	return out
}

// A way is how a profile gets its credentials, as `guise list` names it.
const (
	WayUser        = "iam-user"
	WayRole        = "role"
	WaySSO         = "sso"
	WaySAML        = "saml"
	WayWebIdentity = "web-identity"
	WayLogin       = "login"
	WayProcess     = "process"
	WayStatic      = "static"
	WayNarrowed    = "narrowed" // another profile, by session policies: guise_of
	WayNone        = "none"
)

// Ways are all ways.
func Ways() []string {
	return []string{WayUser, WayRole, WaySSO, WaySAML, WayWebIdentity, WayLogin, WayProcess, WayStatic, WayNarrowed, WayNone}
}

// Way says by which way a profile gets its credentials. It looks at the profile
// alone: whether the way leads anywhere, [Resolve] says.
func Way(p awsconfig.Profile) string {
	switch {
	case p.Own("of") != "" && p.Own("policy") == "" && p.Own("policy_arns") == "":
		return WayRole // for another time: see [NoDurationError]
	case p.Own("of") != "":
		return WayNarrowed
	case p.Get("role_arn") != "" && (p.Get("web_identity_token_file") != "" || tokenCommand(p) != ""):
		return WayWebIdentity
	case p.Get("role_arn") != "":
		return WayRole
	}
	return wayWithoutRole(p)
}

// tokenCommand is the command that prints a profile's web identity token, as aws-vault has
// it (web_identity_token_process). No SDK knows it: it counts only where the profile names
// none of the sources that they assume its role from.
func tokenCommand(p awsconfig.Profile) string {
	for _, key := range []string{"web_identity_token_file", "source_profile", "credential_source"} {
		if p.Get(key) != "" {
			return ""
		}
	}
	return p.Get("web_identity_token_process")
}

// OnlyGuise reports whether no SDK knows the chain: it begins with a SAML sign-in, or a
// command that prints a web identity token, or is a profile's that is narrowed by guise_of.
func (c Chain) OnlyGuise() bool {
	return slices.ContainsFunc(c, func(l Link) bool { return l.NarrowedBy != "" }) || c[0].Kind == Assertion || c[0].Kind == WebToken && c[0].Command != ""
}

// wayWithoutRole is the way of a profile that has no role, or whose role is left
// aside since it is another's source. The order is botocore's.
func wayWithoutRole(p awsconfig.Profile) string {
	has := func(key string) bool { return p.Get(key) != "" }
	keys := WayStatic
	if p.SessionToken().Empty() && has("mfa_serial") {
		keys = WayUser
	}
	switch {
	case has("sso_account_id"), has("sso_role_name"), has("sso_start_url") && p.AccessKeyID() == "":
		return WaySSO
	case p.Own("saml_url") != "", p.Own("saml_command") != "":
		return WaySAML
	case p.AccessKeyID() != "" && p.KeysInCredentials():
		return keys
	case has("login_session"):
		return WayLogin
	case has("credential_process"):
		return WayProcess
	case p.AccessKeyID() != "":
		return keys
	case has("sso_session"):
		return WaySSO
	}
	return WayNone
}
