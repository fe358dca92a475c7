package profiles

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"guise/internal/awsenv"
	"guise/internal/printable"
	"guise/session"
)

// A Current is what is active in a terminal.
type Current struct {
	Profile string `json:"profile"`
	Other   string `json:"default_profile,omitempty"` // see [awsenv.Other]
	Account string `json:"account"`                   // this and what follows: empty where it is not known
	Called  string `json:"account_name,omitempty"`
	Role    string `json:"role"`
	Region  string `json:"region"`
	Expires string `json:"expires"` // RFC 3339; empty where there is no session
	Left    int    `json:"seconds_left"`

	Narrowed string `json:"narrowed,omitempty"` // to what, by session policies
}

// NewCurrent is the state of a terminal whose active profile is planned, and whose
// session in the cache ends at a time; zero where it has none.
func NewCurrent(plan session.Planned, ends, now time.Time, getenv func(string) string) Current {
	c := Current{
		Profile: plan.Profile.Name, Other: awsenv.Other(getenv),
		Region: cmp.Or(getenv(awsenv.Region), getenv(awsenv.DefaultRegion), plan.Profile.Get("region")),
	}
	if plan.Err == nil {
		c.Account, c.Role = plan.Chain.LeadsTo()
		c.Called, c.Narrowed = plan.Chain.AccountName(), plan.Chain.Narrows()
	}
	if !ends.IsZero() {
		c.Expires, c.Left = ends.UTC().Format(time.RFC3339), int(ends.Sub(now)/time.Second)
	}
	return c
}

// Lines are the state as it is read: always the same lines, and one more for a session that is
// narrowed.
func (c Current) Lines() []string {
	left := "none"
	if c.Left > 0 {
		left = c.left() + " left"
	}
	var lines []string
	for _, field := range [][2]string{{"profile", c.named()}, {"account", session.AccountTitle(c.Account, c.Called)}, {"role", c.Role}, {"region", c.Region}, {"session", left}} {
		lines = append(lines, fmt.Sprintf("%-9s%s", field[0], cmp.Or(field[1], "-")))
	}
	if c.Narrowed != "" {
		lines = append(lines, "narrowed to "+c.Narrowed)
	}
	return lines
}

// named is the profile, and the one that some SDKs take in its place: dev!staging-us.
func (c Current) named() string {
	if c.Other != "" {
		return c.Profile + "!" + c.Other
	}
	return c.Profile
}

func (c Current) left() string { return printable.Rough(time.Duration(c.Left) * time.Second) }

// Fill fills a template with {profile}, {account}, {role}, {region}, {left} and {until},
// of which nothing can steer a terminal. Between two profiles there is no one time.
func (c Current) Fill(template string) string {
	left, until := "", ""
	if end, err := time.Parse(time.RFC3339, c.Expires); err == nil && c.Other == "" {
		left, until = c.left(), end.Local().Format("15:04")
	}
	return strings.NewReplacer(
		"{profile}", printable.Line(c.named()), "{account}", printable.Line(c.Account), "{role}", printable.Line(c.Role),
		"{region}", printable.Line(c.Region), "{left}", left, "{until}", until,
	).Replace(template)
}
