package profiles

import (
	"cmp"
	"strings"
	"time"

	"guise/internal/awsenv"
	"guise/internal/printable"
	"guise/session"
)

// A Current is what is in force in a terminal.
type Current struct {
	Profile string `json:"profile"`
	Account string `json:"account,omitempty"`
	Role    string `json:"role,omitempty"`
	Region  string `json:"region,omitempty"`
	Expires string `json:"expires,omitempty"` // RFC 3339
	Left    int    `json:"seconds_left,omitempty"`
}

// NewCurrent is the state of a terminal whose active profile is planned, and whose
// session in the cache ends at a time; zero where it has none.
func NewCurrent(plan session.Planned, ends, now time.Time, getenv func(string) string) Current {
	c := Current{
		Profile: plan.Profile.Name,
		Region:  cmp.Or(getenv(awsenv.Region), getenv(awsenv.DefaultRegion), plan.Profile.Get("region")),
	}
	if plan.Err == nil {
		c.Account, c.Role = plan.Chain.LeadsTo()
	}
	if !ends.IsZero() {
		c.Expires, c.Left = ends.UTC().Format(time.RFC3339), int(ends.Sub(now)/time.Second)
	}
	return c
}

// String is the state in a line.
func (c Current) String() string {
	left := ""
	if c.Left != 0 {
		left = c.left() + " left"
	}
	return joined("  ", c.Profile, c.Account, c.Role, c.Region, left)
}

func (c Current) left() string { return printable.Rough(time.Duration(c.Left) * time.Second) }

// Fill fills a template with {profile}, {account}, {role}, {region}, {left} and {until},
// of which nothing can steer a terminal.
func (c Current) Fill(template string) string {
	left, until := "", ""
	if end, err := time.Parse(time.RFC3339, c.Expires); err == nil {
		left, until = c.left(), end.Local().Format("15:04")
	}
	return strings.NewReplacer(
		"{profile}", printable.Line(c.Profile), "{account}", printable.Line(c.Account), "{role}", printable.Line(c.Role),
		"{region}", printable.Line(c.Region), "{left}", left, "{until}", until,
	).Replace(template)
}
