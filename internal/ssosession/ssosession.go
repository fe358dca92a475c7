// Package ssosession is about SSO sessions as such, the [sso-session] sections of the AWS
// config file: which one is meant, what is known of each here, and how a start URL alone
// becomes one.
package ssosession

import (
	"slices"
	"time"

	"guise/internal/display"
	"guise/internal/printable"
	"guise/internal/signin"
	"guise/session"
)

// What a session can be.
const (
	signedIn  = "signed in"
	signedOut = "signed out"
	cannot    = "cannot"
)

// A Session is what is known of an SSO session here, without asking AWS. Times are in
// RFC 3339.
type Session struct {
	Name     string `json:"session"`
	StartURL string `json:"start_url"`
	Region   string `json:"region"` // of the IAM Identity Center; empty where its portal tells it at the sign-in
	State    string `json:"state"`
	Identity string `json:"identity,omitempty"`      // who signed in; empty where nobody has asked
	SignedIn string `json:"signed_in,omitempty"`     // when, by guise on this machine
	Token    string `json:"token_expires,omitempty"` // of the token at hand
	Renews   bool   `json:"renews"`                  // the token is renewed without you
	Ends     string `json:"ends_at_about,omitempty"` // if the session lasts as long as earlier ones did; empty where that is not known
	Accounts int    `json:"accounts"`                // granted, when they were last read
	Roles    int    `json:"roles"`                   // in all of them
	Read     string `json:"granted_read,omitempty"`  // when that was
	Problem  string `json:"problem,omitempty"`       // why nobody can sign in
	Warning  string `json:"warning,omitempty"`       // what other tools may stumble over

	state signin.State
}

// List is what is known of every SSO session, in the order of the file. Its error is
// signin.SSO.Unsure.
func (x Sessions) List() ([]Session, error) {
	all := []Session{}
	for _, name := range x.Files.SSOSessions() {
		link, err := session.SSOSession(x.Files, name, x.Defaults)
		s := Session{Name: name, StartURL: link.StartURL, Region: link.Region, State: signedOut}
		if err != nil {
			s.State, s.Problem = cannot, err.Error()
		} else {
			s.take(x.SSO.State(link))
			s.Warning = x.warning(link)
		}
		all = append(all, s)
	}
	return all, x.SSO.Unsure
}

// warning says what is wrong with a section that guise can use.
func (x Sessions) warning(l session.Link) string {
	section, _ := x.Files.SSOSession(l.Session)
	switch said := section.Get("sso_region"); {
	case l.Region == said:
		return ""
	case said == "":
		return "there is no sso_region; the start URL is in " + l.Region + ", which other tools do not see"
	default:
		return "sso_region is " + said + ", and the start URL is in " + l.Region + ": guise goes by the start URL, other tools by sso_region"
	}
}

func (s *Session) take(state signin.State) {
	s.state, s.Renews = state, state.Renews
	if !state.Expires.IsZero() || state.Renews {
		s.State, s.Identity = signedIn, state.Identity
		s.SignedIn, s.Token, s.Ends = at(state.SignedIn), at(state.Expires), at(state.EndsAbout)
	}
	s.Accounts, s.Roles, s.Read = state.Accounts, state.Roles, at(state.Read)
}

func at(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// Table shows sessions. When they end is a column where it is known of one of them.
func Table(all []Session, now time.Time) display.Table {
	t := display.Table{Columns: []display.Column{
		{Name: "SESSION", Cut: 24},
		{Name: "STATE", Style: func(cell string) display.Style { return map[string]display.Style{cannot: display.Bad}[cell] }},
		{Name: "IDENTITY", Cut: 24, Drop: 3},
		{Name: "SINCE", Drop: 4},
		{Name: "TOKEN", Drop: 5},
		{Name: "GRANTED", Drop: 2},
	}}
	known := slices.ContainsFunc(all, func(s Session) bool { return s.Ends != "" })
	if known { // which says more than the token does
		t.Columns[4].Drop = 1
		t.Columns = append(t.Columns, display.Column{Name: "ENDS", Drop: 5})
	}
	for _, s := range all {
		since := ""
		if s.SignedIn != "" {
			since = printable.Ago(s.state.SignedIn, now)
		}
		row := []string{s.Name, s.State, s.Identity, since, s.token(now), s.Granted()}
		if known {
			row = append(row, s.ends(now))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// token says how long the token is good for.
func (s Session) token(now time.Time) string {
	switch left := s.state.Expires.Sub(now); {
	case s.State != signedIn:
		return ""
	case left <= 0:
		return "renewed when needed"
	case s.Renews:
		return printable.Rough(left) + " left, then renewed"
	default:
		return printable.Rough(left) + " left"
	}
}

// ends says when the session ends, as far as earlier ones tell.
func (s Session) ends(now time.Time) string {
	if s.Ends == "" {
		return ""
	}
	return "in " + printable.AsLastTime(s.state.EndsAbout.Sub(now))
}

// Granted says what a session opens; empty where nobody has read it.
func (s Session) Granted() string {
	if s.Read == "" {
		return ""
	}
	return printable.Count(s.Roles, "role") + " in " + printable.Count(s.Accounts, "account")
}

// Summary says what there is after a sign-in: "signed in as alice, 8h left, …".
func Summary(state signin.State, now time.Time) string {
	var s Session
	s.take(state)
	text := s.State
	if s.Identity != "" {
		text += " as " + s.Identity + state.Also
	}
	lasts := s.token(now)
	if s.Ends != "" {
		lasts = "ends " + s.ends(now)
	}
	for _, more := range []string{lasts, s.Granted()} {
		if more != "" {
			text += ", " + more
		}
	}
	return text
}
