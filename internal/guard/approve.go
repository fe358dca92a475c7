package guard

import (
	"errors"
	"time"

	"guise/internal/awsconfig"
)

// Each is the guise_approve that has every request asked about.
const Each = "each"

// What config.toml may say of programs that are recognised as agents ([Rules].Agents).
const (
	ReadOnly = "read-only" // they get a session that can only read
	Ask      = "ask"       // you are asked about each of them
	Deny     = "deny"      // they get nothing
)

// AgentsFor is how long a yes to an agent lasts by agents = "ask", where the profile itself
// asks for no approval: as long as a session that is to be used at once.
const AgentsFor = 15 * time.Minute

// An Approval says whether programs get a profile's credentials only after the user has
// approved them, and for how long that holds. The zero value asks for none.
type Approval struct {
	For  time.Duration // how long a yes holds; 0 with Each: for the one request
	Each bool
}

// Needed reports whether there is something to ask.
func (a Approval) Needed() bool { return a.Each || a.For > 0 }

// Stricter returns the stricter of two: each request, then the shorter time.
func (a Approval) Stricter(b Approval) Approval {
	if b.Each || b.Needed() && !a.Each && (!a.Needed() || b.For < a.For) {
		return b
	}
	return a
}

// String is how long it holds, as people write it; "" where none is needed.
func (a Approval) String() string {
	if a.Each {
		return Each
	}
	if a.For == 0 {
		return ""
	}
	text := a.For.String() // 1h0m0s
	for _, zero := range []string{"0s", "0m"} {
		if n := len(text) - len(zero); n > 0 && text[n:] == zero && (text[n-1] == 'm' || text[n-1] == 'h') {
			text = text[:n]
		}
	}
	return text
}

// approval reads guise_approve, or approve of a rule; none where it cannot be read.
func approval(text string) (a Approval) {
	if text == Each {
		return Approval{Each: true}
	}
	if d, err := time.ParseDuration(text); err == nil && d > 0 {
		a.For = d
	}
	return a
}

// OwnApproval returns what a profile itself says of approval. Its error, a *[ProblemError],
// is that it cannot be read.
func OwnApproval(p awsconfig.Profile) (string, error) {
	own := p.Own("approve")
	for _, bad := range (Rule{Approve: own}).Check() {
		bad.File, bad.Line = p.Where(bad.Key)
		bad.Key = "guise_" + bad.Key
		return own, bad
	}
	return own, nil
}

// Approval returns what holds for a profile that itself says own. Its error is why it is not
// known: nothing is handed out then.
func (r Rules) Approval(profile, own string) (a Approval, err error) {
	if len(r.Rules) == 0 && r.Unsure == nil && own == "" {
		return a, nil
	}
	if err = r.Unsure; err != nil {
		return a, err
	}
	if own != "" && len(Rule{Approve: own}.Check()) > 0 {
		return a, errors.New("guise_approve cannot be read")
	}
	a = approval(own)
	for _, rule := range r.Rules {
		if !rule.fits(profile) {
			continue
		}
		if rule.UnsureApprove != nil {
			return a, rule.UnsureApprove
		}
		a = a.Stricter(approval(rule.Approve))
	}
	return a, nil
}
