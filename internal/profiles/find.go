package profiles

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"guise/internal/awsconfig"
	"guise/internal/match"
	"guise/internal/printable"
	"guise/session"
)

// Completions returns the profiles whose names begin with what is typed, but for some,
// each as a name, a tab and a description.
func Completions(f *awsconfig.Files, typed string, but []string) []string {
	taken := map[string]bool{}
	for _, name := range but {
		taken[name] = true
	}
	var lines []string
	for _, p := range f.Profiles() {
		account, role, _ := session.RoleOf(p.Get("role_arn"))
		about := cmp.Or(p.Own("description"), joined(" ", role, account), joined(" ", p.Get("sso_role_name"), p.Get("sso_account_id")))
		if line, ok := completion(p.Name, typed, about); ok && !taken[p.Name] {
			lines = append(lines, line)
		}
	}
	return lines
}

// FormerCompletions is Completions of those of some names that are none of a profile now.
func FormerCompletions(f *awsconfig.Files, typed string, names []string) (lines []string) {
	now := f.Names()
	for _, name := range slices.Sorted(slices.Values(names)) {
		if line, ok := completion(name, typed, "no profile now"); ok && !slices.Contains(now, name) {
			lines = append(lines, line)
		}
	}
	return lines
}

// DeviceCompletions is Completions of those profiles that lead to an MFA device of a kind.
func DeviceCompletions(f *awsconfig.Files, d session.Defaults, typed string, is func(serial string) bool) []string {
	has := map[string]bool{}
	for _, plan := range session.ResolveAll(f, d) {
		has[plan.Profile.Name] = plan.Err == nil && plan.Chain.Serial() != "" && is(plan.Chain.Serial())
	}
	return slices.DeleteFunc(Completions(f, typed, nil), func(line string) bool {
		name, _, _ := strings.Cut(line, "\t")
		return !has[name]
	})
}

// SSOCompletions is Completions for SSO sessions.
func SSOCompletions(f *awsconfig.Files, typed string) []string {
	var lines []string
	for _, name := range f.SSOSessions() {
		section, _ := f.SSOSession(name)
		if line, ok := completion(name, typed, section.Get("sso_start_url")); ok {
			lines = append(lines, line)
		}
	}
	return lines
}

// completion leaves out a name that the line cannot carry (with a control character).
func completion(name, typed, about string) (line string, ok bool) {
	if !strings.HasPrefix(name, typed) || strings.ContainsFunc(name, unicode.IsControl) {
		return "", false
	}
	return name + "\t" + printable.Line(about), true
}

// Fitting returns the profiles of which a query is a part; known is the only one, unless
// that is to be named in whole. What fits a profile and one that guise has derived from it
// means the profile: of prod and prod@read-only, "pro" is prod, and "prod@" or "read" the
// other one.
func Fitting(all []Description, query string) (known string, fits []string) {
	found := knownBy(all)
	at := match.Parts(found, query)
	fit := make(map[string]bool, len(at))
	for _, i := range at {
		fit[all[i].Profile] = true
	}
	at = slices.DeleteFunc(at, func(i int) bool { return all[i].Of != "" && fit[all[i].Of] })
	for _, i := range at {
		fits = append(fits, all[i].Profile)
	}
	if len(at) == 1 && !found[at[0]].Whole {
		known = fits[0]
	}
	return known, fits
}

func knownBy(all []Description) []match.Profile {
	known := make([]match.Profile, len(all))
	for i, d := range all {
		known[i] = d.KnownBy()
	}
	return known
}

// A SharedAliasError is an alias of more than one profile.
type SharedAliasError struct {
	Alias    string
	Profiles []string
}

func (e *SharedAliasError) Error() string {
	return "the alias of several profiles: " + printable.Some(e.Profiles)
}

// Named returns the name of the profile that has a name, or else an alias; case does not
// count in an alias. Its errors are *awsconfig.NoProfileError and *[SharedAliasError].
func Named(f *awsconfig.Files, name string) (string, error) {
	p, err := f.Profile(name)
	if err == nil {
		return p.Name, nil
	}
	var found []string
	for _, p := range f.Profiles() {
		if alias := p.Own("alias"); alias != "" && strings.EqualFold(alias, name) {
			found = append(found, p.Name)
		}
	}
	switch len(found) {
	case 0:
		return "", err
	case 1:
		return found[0], nil
	}
	return "", &SharedAliasError{name, found}
}

// EachNamed returns the profiles that several words name in whole, one each, and the first
// word that names none, with its error.
func EachNamed(f *awsconfig.Files, words []string) (names []string, missing string, err error) {
	for _, word := range words {
		switch name, failed := Named(f, word); {
		case failed == nil:
			names = append(names, name)
		case err == nil:
			missing, err = word, failed
		}
	}
	return names, missing, err
}
