package guard

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"guise/internal/awsconfig"
)

// A Row is one thing that holds for a profile, for those who show it.
type Row struct {
	Guard string `json:"guard"` // color, confirm, lease, approve
	Value string `json:"value"`
	Rule  string `json:"rule"` // the key of the profile, such as guise_confirm, or the pattern of a rule
	File  string `json:"file,omitempty"`
	Line  int    `json:"line,omitempty"`
}

func (r Row) String() string {
	rule := r.Rule
	if rule != "guise_"+r.Guard {
		rule = strconv.Quote(rule)
	}
	return fmt.Sprintf("%s = %s, by %v", r.Guard, r.Value, Place{rule, r.File, r.Line})
}

// Rows are what holds for a profile, each with where it is set.
func (g Guard) Rows() (rows []Row) {
	add := func(what, value string, from Place) {
		if value != "" {
			rule := from.Rule
			if pattern, err := strconv.Unquote(rule); err == nil {
				rule = pattern
			}
			rows = append(rows, Row{what, value, rule, from.File, from.Line})
		}
	}
	add("color", g.Color, g.From.Color)
	if g.Unsure == nil { // else nobody knows
		add("confirm", g.Confirm, g.From.Confirm)
	}
	add("lease", Approval{For: g.Lease}.String(), g.From.Lease)
	add("approve", g.Approve.String(), g.From.Approve)
	return rows
}

// String is a rule as config.toml has it.
func (r Rule) String() string {
	var set []string
	for _, one := range []struct{ key, value string }{{"color", r.Color}, {"confirm", r.Confirm}, {"lease", r.Lease}, {"approve", r.Approve}} {
		if one.value != "" {
			set = append(set, one.key+" = "+one.value)
		}
	}
	return strings.Join(set, ", ")
}

// Idle returns the rules whose patterns fit none of the profiles.
func (r Rules) Idle(all []awsconfig.Profile) (idle []Rule) {
	for _, rule := range r.Rules {
		if !slices.ContainsFunc(all, func(p awsconfig.Profile) bool { return rule.fits(p.Name) }) {
			idle = append(idle, rule)
		}
	}
	return idle
}
