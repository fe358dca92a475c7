// Package profiles says what can be said of the user's profiles without a call to AWS:
// the rows of a list, the steps of an explanation, the state of a terminal, the profiles
// that a cached session serves. Everything is a pure function over plans of package
// session, and over what its caller has looked up in the cache.
package profiles

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"guise/internal/awsconfig"
	"guise/internal/guard"
	"guise/internal/match"
	"guise/internal/printable"
	"guise/session"
)

// A Description is what lists show of a profile.
type Description struct {
	Profile     string `json:"profile"`
	Kind        string `json:"kind"`
	Account     string `json:"account,omitempty"`
	AccountName string `json:"account_name,omitempty"` // as the organisation calls it, where that is known
	Role        string `json:"role,omitempty"`
	Region      string `json:"region,omitempty"`
	MFA         string `json:"mfa_serial,omitempty"`
	Managed     bool   `json:"managed"`
	Older       bool   `json:"older_clients"`     // managed for clients, too, that read the credentials file alone
	Active      bool   `json:"active"`            // in this terminal
	Session     string `json:"session"`           // fresh, none, failed (it cannot have one)
	Expires     string `json:"expires,omitempty"` // RFC 3339

	// Not nil. All that have none of it share one, since they may be ten thousand: it is not to
	// be changed.
	*Special
}

// Special is what few profiles have.
type Special struct {
	Narrowed    string `json:"narrowed,omitempty"` // to what: the names of the session's policies
	Description string `json:"description,omitempty"`
	Alias       string `json:"alias,omitempty"`
	Tags        string `json:"tags,omitempty"`
	Color       string `json:"color,omitempty"`
	Confirm     string `json:"confirm,omitempty"` // yes, name: what a switch to it asks
	Lease       string `json:"lease,omitempty"`   // how long a terminal may keep it
	Approve     string `json:"approve,omitempty"` // each, or how long a yes to a program holds
	Problem     string `json:"problem,omitempty"` // why it cannot have a session

	Guards []guard.Row `json:"guards,omitempty"` // colour, confirm, lease and approve, each with where it is set

	Of       string  `json:"-"` // in the name that guise gives to what narrows a profile: that one
	Whole    bool    `json:"-"` // no part of its name stands for it
	Unheeded []error `json:"-"` // settings of its guard that cannot be read
}

// isNone reports whether there is nothing special.
func (s *Special) isNone() bool {
	return s.Narrowed == "" && s.Description == "" && s.Alias == "" && s.Tags == "" && s.Color == "" && s.Confirm == "" && s.Lease == "" &&
		s.Approve == "" && s.Problem == "" && len(s.Guards) == 0 && s.Of == "" && !s.Whole && len(s.Unheeded) == 0
}

// Describe describes a planned profile, whose session in the cache ends at a time; zero
// where it has none. guards are the rules of config.toml.
func Describe(plan session.Planned, ends time.Time, guards guard.Rules) Description {
	return describe(plan, ends, guards, &Special{})
}

// describe is Describe, with what a profile has that has nothing special.
func describe(plan session.Planned, ends time.Time, guards guard.Rules, none *Special) Description {
	p := &plan.Profile
	d := Description{
		Profile: p.Name, Kind: session.Way(*p), Region: p.Get("region"), Managed: p.Managed(), Older: p.ForOlderClients(), Session: "none",
		AccountName: p.Get("sso_account_name"), Special: none,
	}
	special := specialOf(p, guards)
	if plan.Chain != nil {
		d.Account, d.Role = plan.Chain.LeadsTo()
		d.MFA, special.Narrowed = plan.Chain.Serial(), plan.Chain.Narrows()
	} else {
		d.Account, d.Role, _ = session.RoleOf(p.Get("role_arn"))
		if d.Role == "" {
			d.Account, d.Role = p.Get("sso_account_id"), p.Get("sso_role_name")
		}
		d.MFA = p.Get("mfa_serial")
	}
	if plan.Err != nil && !plan.SettingsAlone() {
		d.Session, special.Problem = "failed", plan.Err.Error()
	}
	if !ends.IsZero() {
		d.Session, d.Expires = "fresh", ends.UTC().Format(time.RFC3339)
	}
	if !special.isNone() {
		its := special
		d.Special = &its
	}
	return d
}

// specialOf is what the user has said of a profile, by itself and by rules.
func specialOf(p *awsconfig.Profile, guards guard.Rules) Special {
	g, unheeded := guards.Of(*p)
	s := Special{
		Description: p.Own("description"), Alias: p.Own("alias"), Tags: p.Own("tags"),
		Color: g.Color, Confirm: g.Confirm, Whole: g.Whole(), Unheeded: unheeded, Guards: g.Rows(),
	}
	if of := p.Own("of"); of != "" && strings.HasPrefix(p.Name, of+"@") {
		s.Of = of
	}
	if g.Lease > 0 {
		s.Lease = printable.Rough(g.Lease)
	}
	approve, _ := guards.Approval(p.Name, p.Own("approve")) // what cannot be read of it is in unheeded
	s.Approve = approve.String()
	return s
}

// DescribeAll describes every profile, in the order of [Together]. ends are the ends of
// the sessions in the cache, by their keys; active is the profile of this terminal, and
// guards are the rules of config.toml.
func DescribeAll(f *awsconfig.Files, d session.Defaults, ends map[string]time.Time, active string, guards guard.Rules) []Description {
	guards = guards.Over(f)
	none := &Special{}
	return Together(session.MapAll(f, d, func(plan session.Planned) Description {
		one := describe(plan, plan.Chain.EndIn(ends), guards, none)
		one.Active = active != "" && one.Profile == active
		return one
	}))
}

// Together puts next to each other, where the first of them is, a profile and those that
// guise has derived from it (NAME@read-only). Else the order stays.
func Together(all []Description) []Description {
	if !slices.ContainsFunc(all, func(d Description) bool { return d.Of != "" }) {
		return all // as of most users
	}
	first := map[string]int{} // of each family, by the name of the profile that it is of
	place := func(d Description) int { return first[cmp.Or(d.Of, d.Profile)] }
	for i, d := range slices.Backward(all) {
		first[cmp.Or(d.Of, d.Profile)] = i
	}
	slices.SortStableFunc(all, func(a, b Description) int { return cmp.Compare(place(a), place(b)) })
	return all
}

// KnownBy is what a user may know the profile by.
func (d Description) KnownBy() match.Profile {
	return match.Profile{
		Name: d.Profile, Alias: d.Alias, Account: d.Account, AccountName: d.AccountName, Role: d.Role,
		Other: joined(" ", d.Region, d.Kind, d.Description, d.Tags), Whole: d.Whole,
	}
}

// Left says in a few words how long the session lasts, or that there can be none.
func (d Description) Left(now time.Time) string {
	if d.Problem != "" {
		return cannot
	}
	if d.Expires == "" {
		return ""
	}
	end, err := time.Parse(time.RFC3339, d.Expires)
	if err != nil {
		return ""
	}
	return left(end.Sub(now))
}

const cannot = "cannot"

// left says how long something lasts.
func left(d time.Duration) string { return printable.Rough(d) + " left" }

// Label is what the user has written about the profile.
func (d Description) Label() string { return joined(" · ", d.Description, d.Tags) }

// Summary says in a few words what a chain leads to, where, and for how long: it comes
// after a profile's name. What is not known is left out.
func Summary(c session.Chain, region string, left time.Duration) string {
	account, role, lasts := "", "", ""
	if c != nil {
		account, role = c.LeadsTo()
		account = session.AccountTitle(account, c.AccountName())
		if c.Last().Kind == session.Keys && left == 0 {
			role = "access key"
		}
	}
	if left > 0 {
		lasts = printable.Rough(left) + " left"
	}
	if words := joined(", ", role, account, region, lasts); words != "" {
		return ": " + words
	}
	return ""
}

// joined puts words together, of which some may be empty.
func joined(between string, words ...string) string {
	return strings.Join(slices.DeleteFunc(words, func(word string) bool { return word == "" }), between)
}
