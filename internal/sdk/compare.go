package sdk

import (
	"fmt"
	"slices"
	"strings"
)

// A Difference is a profile that the two SDKs do not take for the same identity.
type Difference struct {
	Profile      string
	Botocore, Go Plan  // empty: that SDK has no identity
	BotocoreErr  error // why; nil where it has one
	GoErr        error
	Why          string // the class of difference, in words
	Path         string // where the line stands that makes it
	Line         int    // 0: no single line does

	unseen bool
}

// Unseen says that the difference is a name which one SDK does not see.
func (d Difference) Unseen() bool { return d.unseen }

// Reason is why they differ, with the file and line.
func (d Difference) Reason() string {
	if d.Line == 0 {
		return d.Why
	}
	return fmt.Sprintf("%s (%s line %d)", d.Why, d.Path, d.Line)
}

// Compare reports whether the two SDKs differ on a profile. Two that have no identity
// do not.
func Compare(botocore, goSDK *Reading, profile string) (Difference, bool) {
	d := Difference{Profile: profile}
	d.Botocore, d.BotocoreErr = botocore.Who(profile)
	d.Go, d.GoErr = goSDK.Who(profile)
	if d.BotocoreErr != nil && d.GoErr != nil || d.BotocoreErr == nil && d.GoErr == nil && d.Botocore.Same(d.Go) {
		return d, false
	}
	d.explain(botocore, goSDK)
	return d, true
}

// Clashes reports whether both SDKs have an identity, and not the same: then one of
// the two changes when guise adopts the profile.
func (d Difference) Clashes() bool { return d.BotocoreErr == nil && d.GoErr == nil }

// Clashes returns those of some profiles that the two SDKs take for two identities, in the
// order of names.
func (r Readings) Clashes(names []string) (found []Difference) {
	r.FindOut(names)
	botocore, goSDK := cursor{of: r.Botocore}, cursor{of: r.Go}
	for _, name := range names {
		if botocore.who(name).Same(goSDK.who(name)) {
			continue // as almost always; two that have none do not clash either
		}
		if d, differ := Compare(r.Botocore, r.Go, name); differ && d.Clashes() {
			found = append(found, d)
		}
	}
	return found
}

// explain finds what the difference comes from: a file that one cannot read, a
// name that one does not see, a value that they read differently, or the order in
// which the ways of a profile count.
func (d *Difference) explain(botocore, goSDK *Reading) {
	if botocore.Broken != nil {
		d.Why, d.Path, d.Line = botocore.Broken.Why, botocore.Broken.Path, botocore.Broken.Line
		return
	}
	seen := []string{}
	for names := []string{d.Profile}; len(names) > 0; names = names[1:] {
		name := names[0]
		if slices.Contains(seen, name) {
			continue
		}
		seen = append(seen, name)
		b, g := botocore.section(name), goSDK.section(name)
		switch {
		case b != nil && g == nil:
			d.Why, d.unseen = "the Go SDK does not see the name "+name, true
			d.at(b)
			return
		case g != nil && b == nil:
			d.Why, d.unseen = "botocore does not see the name "+name, true
			d.at(g)
			return
		}
		if d.byValue(b, g) {
			return
		}
		for _, s := range []*section{b, g} {
			if source := s.get("source_profile"); source != "" {
				names = append(names, source)
			}
		}
	}
	kinds := func(p Plan, err error) string {
		if err != nil {
			return "nobody"
		}
		words := make([]string, len(p))
		for i, s := range p {
			words[i] = s.Kind
		}
		return strings.Join(words, ", ")
	}
	of, other := kinds(d.Botocore, d.BotocoreErr), kinds(d.Go, d.GoErr)
	d.Why = "each prefers another source: botocore " + of + "; the Go SDK " + other
	if of == other && strings.HasPrefix(of, "process") {
		d.Why = "credential_process: botocore splits the line into words itself, and the Go SDK leaves it to a shell"
	}
	d.at(botocore.section(d.Profile))
}

// byValue looks for a setting that the two read differently.
func (d *Difference) byValue(b, g *section) bool {
	for _, key := range decisive {
		x, y := b.at(key), g.at(key)
		if x.text == y.text && !x.nested && !y.nested || b.has(key) == g.has(key) && strings.TrimSpace(x.text) == y.text {
			continue
		}
		odd, of := y.odd.String(), y
		if odd == "" {
			odd, of = x.odd.String(), x
		}
		switch {
		case odd != "":
		case !b.has(key):
			odd = "it is in a section, or below a setting, that botocore reads differently"
		case !g.has(key) && x.text != "":
			odd, of = "it is in a section, or below a setting, that the Go SDK reads differently", x
		case x.text == y.text || x.text == "":
			continue
		default:
			odd = "it is set several times, and each reads another one"
		}
		d.Why = key + ": " + odd
		d.Path, d.Line = of.place()
		return true
	}
	return false
}

// decisive are the settings that decide an identity.
var decisive = []string{
	"role_arn", "source_profile", "credential_source", "web_identity_token_file", "sso_session", "sso_account_id", "sso_role_name",
	"aws_access_key_id", "aws_secret_access_key", "aws_session_token", "aws_security_token", "login_session", "credential_process",
	"role_session_name", "external_id", "mfa_serial",
}

// at notes the first line of a section.
func (d *Difference) at(s *section) {
	if s == nil {
		return
	}
	for _, v := range s.settings {
		if path, line := v.place(); d.Line == 0 || line > 0 && line < d.Line {
			d.Path, d.Line = path, line
		}
	}
}
