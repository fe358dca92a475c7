package guard

import (
	"errors"
	"strings"
	"testing"
	"time"

	"guise/internal/awsconfig"
	"guise/internal/configtest"
)

func profile(t *testing.T, name, settings string) awsconfig.Profile {
	t.Helper()
	f := configtest.Files(t, "[profile "+name+"]\n"+settings)
	p, err := f.Profile(name)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestOf: of all that is said of a profile the strictest holds; its own colour comes first.
func TestOf(t *testing.T) {
	rules := Rules{Rules: []Rule{
		{Pattern: "*prod*", Color: "yellow", Confirm: Yes, Lease: "2h"},
		{Pattern: "team/*", Color: "red", Confirm: Name, Lease: "3h"},
		{Pattern: "plain", Color: "green", Confirm: No},
		{Pattern: "?x", Lease: "1h"},
	}}
	for _, c := range []struct {
		name, own string
		want      Guard
	}{
		{"dev", "", Guard{}},
		{"prod", "", Guard{Color: "yellow", Confirm: Yes, Lease: 2 * time.Hour}},
		{"my-PROD-eu", "", Guard{Color: "yellow", Confirm: Yes, Lease: 2 * time.Hour}},
		{"team/prod/a", "", Guard{Color: "red", Confirm: Name, Lease: 2 * time.Hour}},
		{"team/prod/a", "guise_color = blue\nguise_confirm = no\nguise_lease = 30m\n", Guard{Color: "blue", Confirm: Name, Lease: 30 * time.Minute}},
		{"plain", "", Guard{Color: "green"}},
		{"dev", "guise_confirm = name\nguise_lease = 1h\n", Guard{Confirm: Name, Lease: time.Hour}},
		{"ax", "guise_lease = 9h\n", Guard{Lease: time.Hour}},
	} {
		got, problems := rules.Of(profile(t, c.name, c.own))
		if got.From, got.Says = (From{}), ""; got != c.want || len(problems) > 0 {
			t.Errorf("%s: %+v, %v, want %+v", c.name, got, problems, c.want)
		}
	}
}

// TestUnsure: what cannot be read and would have protected is not guessed at: the profile
// counts as one whose name must be typed. A wrong colour stops nothing.
func TestUnsure(t *testing.T) {
	why := errors.New("line 7")
	for _, c := range []struct {
		rules  Rules
		own    string
		unsure string
		says   string
	}{
		{Rules{}, "guise_confirm = perhaps\n", "guise_confirm must be one of yes, name, no", "config line 2: guise_confirm must be"},
		{Rules{}, "region = x\nguise_lease = -1h\n", "guise_lease", "config line 3: guise_lease must be"},
		{Rules{}, "guise_approve = often\n", "guise_approve", "guise_approve"},
		{Rules{}, "guise_color = pink\n", "", "config line 2: guise_color must be one of red, yellow"},
		{Rules{Unsure: why}, "", "line 7", ""},
		{Rules{Rules: []Rule{{Pattern: "p*", Unsure: why}}}, "", "line 7", ""},
		{Rules{Rules: []Rule{{Pattern: "q*", Unsure: why}}}, "", "", ""},
		{Rules{Rules: []Rule{{Pattern: "[", Unsure: why}}}, "", "line 7", ""}, // nobody knows whose it is
		{Rules{Rules: []Rule{{Pattern: "p*", Color: "pink"}}}, "", "", ""},
	} {
		g, problems := c.rules.Of(profile(t, "prod", c.own))
		if (g.Unsure == nil) != (c.unsure == "") || g.Unsure != nil && (!strings.Contains(g.Unsure.Error(), c.unsure) || !g.Whole()) {
			t.Errorf("%q %+v: %+v", c.own, c.rules, g)
		}
		if (len(problems) == 0) != (c.says == "") || len(problems) > 0 && !strings.Contains(problems[0].Error(), c.says) {
			t.Errorf("%q: %v", c.own, problems)
		}
	}
}

// TestColors: each colour that can be set is one of the terminal's.
func TestColors(t *testing.T) {
	for _, color := range Colors() {
		if SGR(color) == "" {
			t.Error(color)
		}
	}
}

// TestFrom: each value is known by where it is set.
func TestFrom(t *testing.T) {
	rules := Rules{Rules: []Rule{{Pattern: "p*", Color: "yellow", Confirm: Yes, Lease: "2h", File: "config.toml", Line: 7}}}
	g, _ := rules.Of(profile(t, "prod", "guise_color = blue\nguise_confirm = name\n"))
	if !strings.HasPrefix(g.From.Color.String(), "guise_color: ") || !strings.HasSuffix(g.From.Color.String(), "config line 2") ||
		!strings.HasSuffix(g.From.Confirm.String(), "config line 3") || g.From.Lease.String() != `"p*": config.toml line 7` || g.From.Approve != (Place{}) {
		t.Errorf("%+v", g.From)
	}
}

// TestNarrowed: a profile is guarded as what it narrows is, too: by the strictest of both, and
// by the name that is known best; its colour is its own. A source guards nothing but itself.
func TestNarrowed(t *testing.T) {
	f := configtest.Files(t, `[profile prod]
guise_confirm = name
guise_lease = 1h
guise_color = red
source_profile = base
[profile base]
guise_confirm = name
guise_color = blue
[profile prod@read-only]
guise_of = prod
[profile prod@mine]
guise_of = prod
guise_confirm = yes
guise_lease = 30m
guise_color = green
[profile lost]
guise_of = gone
[profile round]
guise_of = about
[profile about]
guise_of = round
guise_confirm = yes
[profile dev]
source_profile = prod
[profile bad]
guise_of = wrong
[profile wrong]
guise_confirm = often
`)
	rules := Rules{Rules: []Rule{{Pattern: "dev", Confirm: Yes}}}
	for name, want := range map[string]Guard{
		"prod":           {Color: "red", Confirm: Name, Lease: time.Hour, Says: "prod"},
		"prod@read-only": {Color: "red", Confirm: Name, Lease: time.Hour, Says: "prod"},
		"prod@mine":      {Color: "green", Confirm: Name, Lease: 30 * time.Minute, Says: "prod"},
		"lost":           {},
		"round":          {Confirm: Yes, Says: "about"},
		"dev":            {Confirm: Yes, Says: "dev"},
	} {
		p, err := f.Profile(name)
		got, problems := rules.Over(f).Of(p)
		if got.From = (From{}); got != want || err != nil || len(problems) > 0 {
			t.Errorf("%s: %+v, %v %v, want %+v", name, got, err, problems, want)
		}
	}
	p, _ := f.Profile("bad")
	if g, problems := rules.Over(f).Of(p); g.Unsure == nil || len(problems) != 1 {
		t.Errorf("%+v %v", g, problems)
	}
	// A session for one command is guarded as its source is.
	f = f.With("one-off", awsconfig.Setting{Key: "role_arn", Value: "arn:aws:iam::1:role/x"}, awsconfig.Setting{Key: "source_profile", Value: "prod"})
	p, _ = f.Profile("one-off")
	if g, _ := rules.Over(f).Of(p); g.Confirm != Name || g.Says != "prod" || g.Lease != time.Hour {
		t.Errorf("%+v", g)
	}
}

// TestAlike: a session for one command is guarded as each profile is that has its role, and as
// the one is that its name would hide, also where it is narrower or of another such session.
func TestAlike(t *testing.T) {
	const role, other = "arn:aws:iam::111111111111:role/Admin", "arn:aws:iam::111111111111:role/Other"
	f := configtest.Files(t, `[profile prod]
role_arn = `+role+`
source_profile = base
guise_confirm = yes
[profile managed]
guise_role_arn = `+role+`
guise_source_profile = base
guise_confirm = name
[profile org]
sso_account_id = 111111111111
sso_role_name = Admin
guise_lease = 1h
[profile free]
role_arn = `+other+`
[profile base]
`)
	set := func(pairs ...string) (all []awsconfig.Setting) {
		for i := 0; i < len(pairs); i += 2 {
			all = append(all, awsconfig.Setting{Key: pairs[i], Value: pairs[i+1]})
		}
		return all
	}
	for name, c := range map[string]struct {
		settings []awsconfig.Setting
		want     Guard
	}{
		"role":    {set("role_arn", role, "source_profile", "base"), Guard{Confirm: Name, Says: "managed"}},
		"another": {set("role_arn", other, "source_profile", "base"), Guard{}},
		"sso":     {set("sso_account_id", "111111111111", "sso_role_name", "Admin"), Guard{Lease: time.Hour}},
		"account": {set("sso_account_id", "111111111111", "sso_role_name", "Audit"), Guard{}},
		"neither": {set("sso_account_id", "111111111111"), Guard{}},
		"managed": {set("role_arn", other, "source_profile", "base"), Guard{Confirm: Name, Says: "managed"}},
	} {
		f := f.With(name, c.settings...)
		for _, narrower := range []bool{false, true} {
			if narrower {
				f, name = f.With("narrower", set("guise_of", name)...), "narrower"
			}
			p, err := f.Profile(name)
			g, problems := Rules{}.Over(f).Of(p)
			if g.From = (From{}); g != c.want || err != nil || len(problems) > 0 {
				t.Errorf("%s: %+v, %v %v, want %+v", name, g, err, problems, c.want)
			}
		}
	}
}

// TestRows: what holds for a profile is shown with where it is set; a rule as it is written.
func TestRows(t *testing.T) {
	rules := Rules{Rules: []Rule{{Pattern: "p*", Confirm: Yes, Lease: "90m", Approve: "1h", File: "config.toml", Line: 7}, {Pattern: "prdo", Confirm: Name}}}
	p := profile(t, "prod", "guise_color = blue\n")
	g, _ := rules.Of(p)
	rows := g.Rows()
	if len(rows) != 4 || rows[0].Rule != "guise_color" || rows[0].Line != 2 || rows[1].Rule != "p*" || rows[1].String() != `confirm = yes, by "p*": config.toml line 7` || rows[2].Value != "1h30m" || rows[3].String() != `approve = 1h, by "p*": config.toml line 7` {
		t.Errorf("%+v", rows)
	}
	if got := rules.Rules[0].String(); got != "confirm = yes, lease = 90m, approve = 1h" {
		t.Error(got)
	}
	if idle := rules.Idle([]awsconfig.Profile{p}); len(idle) != 1 || idle[0].Pattern != "prdo" {
		t.Errorf("%+v", idle)
	}
}
