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
		if got, problems := rules.Of(profile(t, c.name, c.own)); got != c.want || len(problems) > 0 {
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
