package profiles

import (
	"slices"
	"strings"

	"guise/internal/awsconfig"
	"guise/session"
)

// AccountCompletions is [Completions] for the accounts of SSO roles that profiles have, as
// `guise sso sync` writes them: each with its name and with these roles.
func AccountCompletions(f *awsconfig.Files, typed string) []string {
	names, roles := map[string]string{}, map[string][]string{}
	accounts := ofProfiles(f, typed, func(p awsconfig.Profile) string {
		account := p.Get("sso_account_id")
		if name := p.Get("sso_account_name"); name != "" {
			names[account] = name + ":"
		}
		if role := p.Get("sso_role_name"); !slices.Contains(roles[account], role) {
			roles[account] = append(roles[account], role)
		}
		return account
	})
	return described(accounts, func(account string) string {
		return joined(" ", names[account], strings.Join(roles[account], ", "))
	})
}

// RoleCompletions is [Completions] for the SSO roles that profiles have in an account, or in
// any, where it is empty: each with the first of these profiles.
func RoleCompletions(f *awsconfig.Files, account, typed string) []string {
	first := map[string]string{}
	roles := ofProfiles(f, typed, func(p awsconfig.Profile) string {
		role := p.Get("sso_role_name")
		if account != "" && p.Get("sso_account_id") != account {
			return ""
		}
		if first[role] == "" {
			first[role] = p.Name
		}
		return role
	})
	return described(roles, func(role string) string { return first[role] })
}

// RoleARNCompletions is [Completions] for the ARNs of roles that profiles assume, each with
// the first of these profiles.
func RoleARNCompletions(f *awsconfig.Files, typed string) []string {
	first := map[string]string{}
	arns := ofProfiles(f, typed, func(p awsconfig.Profile) string {
		arn := p.Get("role_arn")
		if first[arn] == "" {
			first[arn] = p.Name
		}
		return arn
	})
	return described(arns, func(arn string) string { return first[arn] })
}

// PolicyCompletions is [Completions] for the ARNs of session policies that profiles have.
func PolicyCompletions(f *awsconfig.Files, typed string) []string {
	var lines []string
	for _, p := range f.Profiles() {
		for arn := range strings.FieldsFuncSeq(p.Own("policy_arns"), func(r rune) bool { return r == ',' || r == ' ' }) {
			if line, ok := completion(arn, typed, p.Name); ok && session.IsPolicy(arn) {
				lines = append(lines, line)
			}
		}
	}
	return lines
}

// ofProfiles are the values that begin with what is typed and that profiles have, each once.
func ofProfiles(f *awsconfig.Files, typed string, value func(awsconfig.Profile) string) (all []string) {
	seen := map[string]bool{"": true}
	for _, p := range f.Profiles() {
		if v := value(p); !seen[v] && strings.HasPrefix(v, typed) {
			seen[v] = true
			all = append(all, v)
		}
	}
	return all
}

// described are values with what they are about.
func described(values []string, about func(string) string) (lines []string) {
	for _, v := range values {
		if line, ok := completion(v, "", about(v)); ok {
			lines = append(lines, line)
		}
	}
	return lines
}
