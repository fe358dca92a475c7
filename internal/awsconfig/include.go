package awsconfig

import "slices"

// Include is the key by which a profile of aws-vault's takes settings of another.
const Include = "include_profile"

// IncludedKeys are the settings that aws-vault takes from another profile and that say who
// a profile is or how its MFA code is had. SDKs do not know of it: a region, by which they
// would go, is not taken either.
// Source: ProfileSection in vault/config.go of aws-vault.
func IncludedKeys() []string {
	return []string{
		"role_arn", "source_profile", "mfa_serial", "mfa_process", "external_id", "role_session_name", "duration_seconds", "source_identity",
		"session_tags", "transitive_session_tags", "sso_session", "sso_start_url", "sso_region", "sso_account_id", "sso_role_name",
		"web_identity_token_file", "web_identity_token_process", keyCommand,
	}
}

// include takes in the profiles that an include_profile leads to, for [Profile.Get] to go on
// with. It does so only where no SDK gets credentials from the profile's own settings, so
// that all agree who it is. A name of no profile, and a circle, end it.
func (p *Profile) include(named func(string) (Profile, bool)) {
	if p.includes == "" || p.standsAlone() {
		return
	}
	seen := []string{p.Name}
	for next := p.includes; next != "" && !slices.Contains(seen, next); {
		from, ok := named(next)
		if !ok {
			return
		}
		p.included, seen = append(p.included, from), append(seen, next)
		if p.fault == nil {
			p.fault = from.fault
		}
		next = from.includes
	}
}

// includeAll is include for all profiles of the files.
func includeAll(all []Profile) {
	var at map[string]int // where each name stands, once one of them includes another
	named := func(name string) (Profile, bool) {
		i, ok := at[name]
		if !ok {
			return Profile{}, false
		}
		from := all[i]
		from.included = nil
		return from, true
	}
	for i := range all {
		if all[i].includes == "" {
			continue
		}
		if at == nil {
			at = make(map[string]int, len(all))
			for i, p := range all {
				at[p.Name] = i
			}
		}
		all[i].include(named)
	}
}

// standsAlone reports whether somebody, guise or an SDK, may get credentials from the
// profile's own settings. It errs on the side of yes: then nothing is included.
func (p Profile) standsAlone() bool {
	has := func(keys ...string) bool {
		return slices.ContainsFunc(keys, func(key string) bool { return p.alone(key) != "" })
	}
	switch {
	case has(keyID, keySecret, keyToken, keyCommand, "credential_source", "web_identity_token_file", "login_session"),
		p.Own("saml_url") != "", p.Own("saml_command") != "":
		return true
	case has("role_arn"):
		return has("source_profile", "web_identity_token_process", "sso_session", "sso_start_url", "sso_region", "sso_account_id", "sso_role_name")
	}
	return has("sso_account_id") && has("sso_role_name") && (has("sso_session") || has("sso_start_url") && has("sso_region"))
}

// Includes reports whether settings of other profiles are part of the definition.
func (p Profile) Includes() bool { return len(p.included) > 0 }

// fromIncluded is a setting of the first included profile that has it.
func (p *Profile) fromIncluded(key string) string {
	if len(p.included) == 0 || !slices.Contains(IncludedKeys(), key) {
		return ""
	}
	for _, from := range p.included {
		if value := from.alone(key); value != "" {
			return value
		}
	}
	return ""
}
