package profiles

import (
	"cmp"
	"strings"
	"unicode"

	"guise/awsconfig"
	"guise/internal/printable"
)

// Match returns the names of the profiles that a query fits: the one that has it as its
// alias; else those that hold it in their name or alias; where there are none, those
// that hold its letters in order. Case does not count.
func Match(all []awsconfig.Profile, query string) []string {
	query = strings.ToLower(query)
	var part, letters []string
	for _, p := range all {
		if strings.EqualFold(p.Own("alias"), query) {
			return []string{p.Name}
		}
		text := strings.ToLower(p.Name + "\n" + p.Own("alias"))
		switch {
		case strings.Contains(text, query):
			part = append(part, p.Name)
		case inOrder(strings.ToLower(p.Name), query):
			letters = append(letters, p.Name)
		}
	}
	if len(part) > 0 {
		return part
	}
	return letters
}

func inOrder(text, letters string) bool {
	for _, r := range letters {
		i := strings.IndexRune(text, r)
		if i < 0 {
			return false
		}
		text = text[i+len(string(r)):]
	}
	return true
}

// Completions returns the profiles whose names begin with what is typed, but for some,
// each as a name, a tab and a description.
func Completions(f *awsconfig.Files, typed string, but []string) []string {
	taken := map[string]bool{}
	for _, name := range but {
		taken[name] = true
	}
	var lines []string
	for _, p := range f.Profiles() {
		about := cmp.Or(p.Own("description"), p.Get("role_arn"))
		if role := p.Get("sso_role_name"); about == "" && role != "" {
			about = role + " in " + p.Get("sso_account_id")
		}
		if line, ok := completion(p.Name, typed, about); ok && !taken[p.Name] {
			lines = append(lines, line)
		}
	}
	return lines
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
