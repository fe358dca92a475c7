package doctor

import (
	"context"
	"slices"
	"strings"

	"guise/internal/awsconfig"
	"guise/session"
)

// awsVault: what aws-vault gives to profiles and guise does not. It hands the settings of
// [default] and of an include_profile down to every profile; no SDK does, and so guise does
// not where an SDK would be somebody else then.
func (x *examination) awsVault(context.Context) {
	if x.Sandbox || !x.isAWSVaults() {
		return
	}
	missed := map[string][]string{} // key of [default]: profiles
	keys := append(awsconfig.IncludedKeys(), "region")
	fallback, _ := x.Files.Profile("default")
	for _, plan := range x.plans {
		p := plan.Profile
		if p.Name == fallback.Name || p.IsExport() || plan.SettingsAlone() {
			continue
		}
		x.notIncluded(plan)
		for _, key := range keys {
			if fallback.Get(key) != "" && misses(plan, key) {
				missed[key] = append(missed[key], p.Name)
			}
		}
	}
	for _, key := range keys {
		if names := missed[key]; len(names) > 0 {
			f := Finding{
				Check: "aws-vault", Severity: Warning, What: "aws-vault also uses " + key + " of [default] for " + some(names) + "; guise and SDKs do not",
				Why: "outside aws-vault, a profile has only its own settings", Fix: editAt(fallback, key, "write it into each profile that needs it"),
			}
			if key == "region" {
				f.Severity = Hint
			}
			x.add(f)
		}
	}
}

// notIncluded: what a profile does not get from the one that it includes.
func (x *examination) notIncluded(plan session.Planned) {
	p := plan.Profile
	name := p.Get(awsconfig.Include)
	if name == "" {
		return
	}
	add := func(what, why, do string) {
		x.add(Finding{Check: "aws-vault", Severity: Warning, What: p.Name + ": include_profile = " + name + what, Why: why, Fix: editAt(p, awsconfig.Include, do)})
	}
	from, err := x.Files.Profile(name)
	if err != nil {
		add(": no such profile", "nothing is included", "name a profile that there is")
		return
	}
	if p.Includes() {
		if from.Get("region") != "" && misses(plan, "region") {
			add(" gives it a region in aws-vault alone", "SDKs do not know include_profile", "write region = "+from.Get("region")+" into the profile")
		}
		return
	}
	var lost []string
	for _, key := range append(awsconfig.IncludedKeys(), "region") {
		if from.Get(key) != "" && misses(plan, key) {
			lost = append(lost, key)
		}
	}
	if len(lost) > 0 {
		add(" gives it "+strings.Join(lost, ", ")+" in aws-vault alone", "SDKs do not know include_profile, and guise acts as the same identity as they do", "write them into the profile")
	}
}

// isAWSVaults reports whether the files are written for aws-vault: a profile has a setting
// that nothing else knows, or its command, or the environment is set up for it.
func (x *examination) isAWSVaults() bool {
	for _, name := range []string{"AWS_VAULT", "AWS_VAULT_BACKEND", "AWS_VAULT_PROMPT", "AWS_VAULT_KEYCHAIN_NAME"} {
		if x.Getenv(name) != "" {
			return true
		}
	}
	return slices.ContainsFunc(x.profiles, func(p awsconfig.Profile) bool {
		words := strings.Fields(p.Get("credential_process"))
		return p.Get(awsconfig.Include) != "" || p.Get("parent_profile") != "" || p.Get("mfa_process") != "" || p.Get("web_identity_token_process") != "" ||
			len(words) > 0 && (words[0] == "aws-vault" || strings.HasSuffix(words[0], "/aws-vault"))
	})
}

// misses reports whether a profile would be another, or get its codes in another way, by a
// setting that it does not have.
func misses(plan session.Planned, key string) bool {
	p, way := plan.Profile, session.Way(plan.Profile)
	if p.Get(key) != "" {
		return false
	}
	byKeys := way == session.WayUser || way == session.WayStatic || way == session.WayRole && (plan.Err != nil || plan.Chain[0].Kind == session.Keys)
	switch key {
	case "region":
		return plan.Err == nil
	case "mfa_serial":
		return byKeys && plan.Chain.Serial() == ""
	case "mfa_process":
		return byKeys && p.Own("mfa_command") == ""
	case "external_id", "session_tags", "transitive_session_tags", "source_identity":
		return way == session.WayRole
	case "role_session_name", "duration_seconds":
		return way == session.WayRole || way == session.WayWebIdentity
	case "source_profile":
		return way == session.WayRole && plan.Err != nil && p.Get("credential_source") == ""
	case "sso_start_url", "sso_region":
		return way == session.WaySSO && p.Get("sso_session") == ""
	case "sso_account_id", "sso_role_name", "sso_session":
		return way == session.WaySSO && plan.Err != nil
	case "role_arn":
		return way == session.WayNone || way == session.WayUser || way == session.WayStatic
	}
	return way == session.WayNone // a source of its own
}

// some are the first few of many names.
func some(names []string) string {
	const most = 3
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return strings.Join(names[:most], ", ") + ", …"
}
