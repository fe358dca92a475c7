// Package guard says how carefully a profile is to be used: its colour, whether switching
// to it must be confirmed, and how long a terminal may keep it.
//
// A profile says so itself (guise_color, guise_confirm, guise_lease), and config.toml for
// all profiles whose names fit a pattern ([guard.profiles]). Of all that is said of one
// profile the strictest holds, but for the colour: there the profile's own comes first.
//
// A value that cannot be read protects nothing, so guise does not guess: [Guard.Unsure] is
// set, the profile counts as one whose name must be typed, and what would switch to it
// stops. A colour protects nothing: a wrong one is only said.
//
// What a profile narrows (guise_of) guards it too: see [Rules.Over].
//
// Not in here: asking. The package reads and decides; it is pure.
package guard

import (
	"cmp"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"guise/internal/awsconfig"
)

// A Guard is what holds for one profile. Its zero value guards nothing.
type Guard struct {
	Color   string        // one of Colors; empty: none
	Confirm string        // "", Yes or Name
	Lease   time.Duration // 0: none
	Approve Approval
	// Unsure is why it is not known how the profile is to be guarded; nil where it is.
	Unsure error

	// Says is the profile whose name is to be typed where Confirm is Name: the guarded one,
	// or one that it is made of.
	Says string
	From From
}

// From is where each value of a guard is set.
type From struct{ Color, Confirm, Lease, Approve Place }

// A Place is where a value is set: by a profile's own key, or by the rule of a pattern.
type Place struct {
	Rule string // guise_confirm, or the pattern in quotes
	File string
	Line int // 0: not known
}

func (p Place) String() string {
	switch {
	case p.File == "":
		return p.Rule
	case p.Line == 0:
		return p.Rule + ": " + p.File
	}
	return fmt.Sprintf("%s: %s line %d", p.Rule, p.File, p.Line)
}

// What guise_confirm may be.
const (
	No   = "no"
	Yes  = "yes"  // ask before switching to it
	Name = "name" // its name must be typed
)

// Whole reports whether the profile is to be named in whole: no part of its name stands
// for it.
func (g Guard) Whole() bool { return g.Confirm != "" }

// Colors returns the colours, the strictest first.
func Colors() []string {
	return []string{"red", "yellow", "magenta", "blue", "cyan", "green", "white"}
}

// SGR returns the parameter that makes a terminal write in a colour; empty for none.
func SGR(color string) string {
	return map[string]string{"red": "31", "green": "32", "yellow": "33", "blue": "34", "magenta": "35", "cyan": "36", "white": "37"}[color]
}

// A Rule is what is said of the profiles whose names fit a pattern: * is any text, ? any
// character; case does not count. An empty field says nothing.
type Rule struct {
	Pattern, Color, Confirm, Lease, Approve string
	// File and Line are where it stands.
	File string
	Line int
	// Unsure is what could not be read of the rule, and would have protected something.
	Unsure error
	// UnsureApprove is the same where it is, or may have been meant for, Approve.
	UnsureApprove error
}

// Rules are those of config.toml. Its zero value has none.
type Rules struct {
	Agents string // what programs without a user get: read-only, ask, deny; empty: not set
	Rules  []Rule
	// Unsure is why some of the rules could not be read: it holds for every profile.
	Unsure error

	files *awsconfig.Files // see Over
}

// Over returns the rules for the profiles of some files: with them, Of knows what a profile
// narrows (guise_of), and what that narrows: they guard it too.
func (r Rules) Over(f *awsconfig.Files) Rules {
	r.files = f
	return r
}

// Of returns what holds for a profile. problems are its own settings that cannot be read,
// a *[ProblemError] each. Those of the rules are for who has read them.
func (r Rules) Of(p awsconfig.Profile) (g Guard, problems []error) {
	if r.files == nil || p.Own("of") == "" && !r.files.IsAdded(p.Name) {
		return r.one(p)
	}
	return r.all(append([]awsconfig.Profile{p}, narrowed(r.files, p)...))
}

// one is what holds for a profile, whatever it narrows.
func (r Rules) one(p awsconfig.Profile) (g Guard, problems []error) {
	g.Unsure = r.Unsure
	own, ownFrom := Rule{Color: p.Own("color"), Confirm: p.Own("confirm"), Lease: p.Own("lease"), Approve: p.Own("approve")}, From{}
	if own != (Rule{}) {
		own, ownFrom, problems = own.ofProfile(p)
		g.take(own, ownFrom)
	}
	for _, rule := range r.Rules {
		if rule.fits(p.Name) {
			in := Place{fmt.Sprintf("%q", rule.Pattern), rule.File, rule.Line}
			g.take(rule, From{in, in, in, in})
		}
	}
	if slices.Contains(Colors(), own.Color) {
		g.Color, g.From.Color = own.Color, ownFrom.Color
	}
	if g.Unsure != nil {
		g.Confirm = Name
	}
	if g.Confirm != "" {
		g.Says = p.Name
	}
	return g, problems
}

// ofProfile is a rule that a profile's own keys say, with where each stands and what of it
// cannot be read.
func (r Rule) ofProfile(p awsconfig.Profile) (own Rule, from From, problems []error) {
	for _, bad := range r.Check() {
		bad.File, bad.Line = p.Where(bad.Key)
		bad.Key = "guise_" + bad.Key
		if problems = append(problems, bad); bad.Protects() {
			r.Unsure = cmp.Or(r.Unsure, error(bad))
		}
	}
	at := func(key string) Place {
		file, line := p.Where(key)
		return Place{"guise_" + key, file, line}
	}
	return r, From{at("color"), at("confirm"), at("lease"), at("approve")}, problems
}

// take adds a rule: of two the stricter holds.
func (g *Guard) take(r Rule, from From) {
	g.Unsure = cmp.Or(g.Unsure, r.Unsure)
	if stricter(r.Confirm, g.Confirm) {
		g.Confirm, g.From.Confirm = r.Confirm, from.Confirm
	}
	if lease, err := time.ParseDuration(r.Lease); err == nil && lease > 0 && (g.Lease == 0 || lease < g.Lease) {
		g.Lease, g.From.Lease = lease, from.Lease
	}
	if a := approval(r.Approve); g.Approve.Stricter(a) != g.Approve {
		g.Approve, g.From.Approve = a, from.Approve
	}
	if i := slices.Index(Colors(), r.Color); i >= 0 && (g.Color == "" || i < slices.Index(Colors(), g.Color)) {
		g.Color, g.From.Color = r.Color, from.Color
	}
}

// stricter reports whether a value of guise_confirm asks for more than another.
func stricter(one, other string) bool {
	strictness := []string{"", Yes, Name}
	return slices.Index(strictness, one) > slices.Index(strictness, other)
}

// fits reports whether a name fits the rule's pattern. A pattern that is none fits every
// name.
func (r Rule) fits(name string) bool {
	fits, err := path.Match(flat(r.Pattern), flat(name))
	return fits || err != nil
}

// flat is a text without case and slashes, which path.Match sets apart.
func flat(s string) string { return strings.ReplaceAll(strings.ToLower(s), "/", "\x00") }

// A ProblemError is a value of a guard that cannot be read.
type ProblemError struct {
	Key  string // color, confirm, lease, approve, or the pattern
	File string // and where it stands, if that is known; Line 0: nowhere
	Line int
	Why  string
}

func (e *ProblemError) Error() string {
	if e.Line == 0 {
		return e.Key + " " + e.Why
	}
	return fmt.Sprintf("%s line %d: %s %s", e.File, e.Line, e.Key, e.Why)
}

// Protects reports whether the value would have kept something from happening.
func (e *ProblemError) Protects() bool { return strings.TrimPrefix(e.Key, "guise_") != "color" }

// Approves reports whether the value would have kept a program from getting credentials.
func (e *ProblemError) Approves() bool {
	return !slices.Contains([]string{"color", "confirm", "lease"}, strings.TrimPrefix(e.Key, "guise_"))
}

// Check returns what cannot be read of a rule.
func (r Rule) Check() (bad []*ProblemError) {
	wrong := func(key, why string) { bad = append(bad, &ProblemError{Key: key, Why: why}) }
	if _, err := path.Match(flat(r.Pattern), ""); errors.Is(err, path.ErrBadPattern) {
		wrong(fmt.Sprintf("%q", r.Pattern), "is no pattern")
	}
	if r.Color != "" && !slices.Contains(Colors(), r.Color) {
		wrong("color", "must be one of "+strings.Join(Colors(), ", "))
	}
	if r.Confirm != "" && !slices.Contains([]string{No, Yes, Name}, r.Confirm) {
		wrong("confirm", "must be one of "+strings.Join([]string{Yes, Name, No}, ", "))
	}
	if r.Lease != "" && !isSpan(r.Lease) {
		wrong("lease", `must be a duration such as "1h"`)
	}
	if r.Approve != "" && r.Approve != "each" && !isSpan(r.Approve) {
		wrong("approve", `must be "each" or a duration such as "15m"`)
	}
	return bad
}

func isSpan(text string) bool {
	d, err := time.ParseDuration(text)
	return err == nil && d > 0
}
