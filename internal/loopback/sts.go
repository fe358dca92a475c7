package loopback

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The limits of STS, by its API reference.
const (
	shortest       = 900
	longestSession = 129_600
	longestRole    = 43_200
	longestChained = 3_600
)

// sts answers an action of STS. The caller holds the lock.
func (a *AWS) sts(action string, form url.Values, caller *credentials) (any, *refusal) {
	if caller.federated && action != "GetCallerIdentity" {
		return nil, refuse(http.StatusForbidden, "AccessDenied", "Cannot call "+action+" with session credentials")
	}
	switch action {
	case "GetCallerIdentity":
		return callerIdentity{Account: caller.account(), ARN: caller.arn(), UserID: caller.userID()}, nil
	case "GetSessionToken":
		return a.getSessionToken(form, caller)
	case "GetFederationToken":
		return a.getFederationToken(form, caller)
	case "AssumeRole":
		return a.assumeRole(form, caller)
	}
	return nil, refuse(http.StatusBadRequest, "InvalidAction", "Could not find operation "+action+" for version 2011-06-15")
}

func (a *AWS) getSessionToken(form url.Values, caller *credentials) (any, *refusal) {
	if !caller.expires.IsZero() {
		return nil, refuse(http.StatusForbidden, "AccessDenied", "Cannot call GetSessionToken with session credentials")
	}
	d, refused := duration(form, longestSession/3, longestSession)
	if refused != nil {
		return nil, refused
	}
	mfaAt, refused := a.checkCode(form, caller)
	if refused != nil {
		return nil, refused
	}
	got := a.issue(credentials{user: caller.user, mfaAt: mfaAt}, d)
	return sessionToken{Credentials: shown(got)}, nil
}

func (a *AWS) getFederationToken(form url.Values, caller *credentials) (any, *refusal) {
	if !caller.expires.IsZero() {
		return nil, refuse(http.StatusForbidden, "AccessDenied", "Cannot call GetFederationToken with session credentials")
	}
	name := form.Get("Name")
	if len(name) < 2 || len(name) > 32 || strings.ContainsFunc(name, notInSessionName) {
		return nil, refuse(http.StatusBadRequest, "ValidationError", "1 validation error detected: Value '"+name+`' at 'name' failed to satisfy constraint: Member must have length from 2 to 32 and satisfy regular expression pattern: [\w+=,.@-]*`)
	}
	d, refused := duration(form, longestSession/3, longestSession)
	if refused != nil {
		return nil, refused
	}
	policies, refused := sessionPolicies(form, partitionOf(caller.arn()))
	if refused != nil {
		return nil, refused
	}
	if policies == nil {
		policies = []statement{} // it may do nothing, but by policies of resources
	}
	got := a.issue(credentials{user: caller.user, session: name, federated: true, policies: policies}, d)
	return federationToken{shown(got), federatedUser{got.user.Account + ":" + name, got.arn()}}, nil
}

func (a *AWS) assumeRole(form url.Values, caller *credentials) (any, *refusal) {
	role, ok := a.roles[form.Get("RoleArn")]
	denied := refuse(http.StatusForbidden, "AccessDenied", "User: "+caller.arn()+" is not authorized to perform: sts:AssumeRole on resource: "+form.Get("RoleArn"))
	name := form.Get("RoleSessionName")
	if refused := checkSessionName(name); refused != nil {
		return nil, refused
	}
	d, refused := duration(form, 3600, longestRole)
	if refused != nil {
		return nil, refused
	}
	mfaAt, refused := a.checkCode(form, caller)
	if refused != nil {
		return nil, refused
	}
	if mfaAt.IsZero() && caller.role == nil {
		mfaAt = caller.mfaAt // a user's MFA session carries it on; a role's does not
	}
	if refused := caller.mayNot("sts:AssumeRole", form.Get("RoleArn")); refused != nil {
		return nil, refused
	}
	if !ok || !role.trusts(caller, form.Get("ExternalId"), mfaAt, a.clock(), form.Get("TokenCode") != "") {
		return nil, denied
	}
	if caller.role != nil && d > longestChained*time.Second {
		return nil, refuse(http.StatusBadRequest, "ValidationError", "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.")
	}
	if d > role.MaxDuration {
		return nil, refuse(http.StatusBadRequest, "ValidationError", "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.")
	}
	policies, refused := sessionPolicies(form, partitionOf(role.ARN))
	if refused != nil {
		return nil, refused
	}
	got := a.issue(credentials{role: role, session: name, chained: caller.role != nil, sourceIdentity: form.Get("SourceIdentity"), tags: tagsOf(form), policies: policies}, d)
	return assumedRole{
		Credentials: shown(got), User: assumedUser{ARN: got.arn(), ID: got.userID()}, SourceIdentity: got.sourceIdentity,
	}, nil
}

// trusts reports whether a role's trust policy lets a caller in.
func (r *Role) trusts(caller *credentials, externalID string, mfaAt, now time.Time, ownCode bool) bool {
	principal := caller.arn()
	if caller.role != nil {
		principal = caller.role.ARN
	}
	switch {
	case !slices.Contains(r.Trusts, caller.account()) && !slices.Contains(r.Trusts, principal):
		return false
	case r.ExternalID != "" && r.ExternalID != externalID:
		return false
	case (r.RequireMFA || r.MaxMFAAge > 0) && mfaAt.IsZero():
		return false
	case r.MaxMFAAge > 0 && now.Sub(mfaAt) >= r.MaxMFAAge, r.OwnCode && !ownCode:
		return false
	}
	return true
}

// checkCode checks SerialNumber and TokenCode, where they were given, and gives
// the time of the code; zero where there is none.
func (a *AWS) checkCode(form url.Values, caller *credentials) (time.Time, *refusal) {
	serial, code := form.Get("SerialNumber"), form.Get("TokenCode")
	if serial == "" && code == "" {
		return time.Time{}, nil
	}
	d, ok := a.devices[serial]
	if !ok || caller.user == nil || !caller.expires.IsZero() || caller.user.MFASerial != serial {
		return time.Time{}, refuse(http.StatusForbidden, "AccessDenied", "MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is valid and associated with this user.")
	}
	if !d.take(code, a.clock()) {
		return time.Time{}, refuse(http.StatusForbidden, "AccessDenied", "MultiFactorAuthentication failed with invalid MFA one time pass code. ")
	}
	return a.clock(), nil
}

func duration(form url.Values, byDefault, longest int) (time.Duration, *refusal) {
	text := form.Get("DurationSeconds")
	if text == "" {
		return time.Duration(byDefault) * time.Second, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < shortest || n > longest {
		bound := "greater than or equal to " + strconv.Itoa(shortest)
		if n > longest {
			bound = "less than or equal to " + strconv.Itoa(longest)
		}
		return 0, refuse(http.StatusBadRequest, "ValidationError", "1 validation error detected: Value '"+text+"' at 'durationSeconds' failed to satisfy constraint: Member must have value "+bound)
	}
	return time.Duration(n) * time.Second, nil
}

func partitionOf(arn string) string { return strings.Split(arn, ":")[1] }

func checkSessionName(name string) *refusal {
	if len(name) < 2 || len(name) > 64 || strings.ContainsFunc(name, notInSessionName) {
		return refuse(http.StatusBadRequest, "ValidationError", "1 validation error detected: Value '"+name+`' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\w+=,.@-]*`)
	}
	return nil
}

func notInSessionName(r rune) bool {
	return !(r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || strings.ContainsRune("_+=,.@-", r))
}

func tagsOf(form url.Values) map[string]string {
	tags := map[string]string{}
	for i := 1; form.Has("Tags.member." + strconv.Itoa(i) + ".Key"); i++ {
		at := "Tags.member." + strconv.Itoa(i)
		tags[form.Get(at+".Key")] = form.Get(at + ".Value")
	}
	return tags
}
