package guard

import (
	"errors"
	"strings"
	"testing"
	"time"

	"guise/internal/awsconfig"
	"guise/internal/configtest"
)

// TestStricter: each is stricter than any time, a shorter time than a longer one, and any
// than none; of two that are alike it is the same.
func TestStricter(t *testing.T) {
	order := []Approval{{Each: true}, {For: time.Minute}, {For: time.Hour}, {}}
	for i, a := range order {
		for j, b := range order {
			if got, want := a.Stricter(b), order[min(i, j)]; got != want {
				t.Errorf("%v and %v: %v, not %v", a, b, got, want)
			}
		}
	}
}

// TestApprovalText: how long a yes holds is said as people write it, and read as it is said.
func TestApprovalText(t *testing.T) {
	for text, a := range map[string]Approval{
		"": {}, "each": {Each: true}, "15m": {For: 15 * time.Minute}, "1h": {For: time.Hour}, "1h30m": {For: 90 * time.Minute}, "90s": {}, "1m30s": {For: 90 * time.Second},
		"20s": {For: 20 * time.Second}, "1h0m10s": {For: time.Hour + 10*time.Second}, "10h": {For: 10 * time.Hour}, "500ms": {For: 500 * time.Millisecond}, "10m": {For: 10 * time.Minute},
	} {
		if text == "90s" {
			if got := approval(text).String(); got != "1m30s" {
				t.Error(got)
			}
			continue
		}
		if a.String() != text || approval(text) != a {
			t.Errorf("%q: %q, %v", text, a, approval(text))
		}
	}
	for _, text := range []string{"0s", "-1m", "soon", "each "} {
		if got := approval(text); got.Needed() {
			t.Errorf("%q: %v", text, got)
		}
	}
}

// TestRulesApproval: what must be approved is the strictest that the profile and each rule
// say whose pattern fits. Where one of them cannot be read, nobody knows.
func TestRulesApproval(t *testing.T) {
	why := errors.New("line 7")
	rule := func(pattern, approve string) Rule { return Rule{Pattern: pattern, Approve: approve} }
	for _, c := range []struct {
		own   string
		rules Rules
		want  string
		wrong string
	}{
		{own: "", want: ""},
		{own: "15m", want: "15m"},
		{own: "each", want: "each"},
		{own: "1h", rules: Rules{Rules: []Rule{rule("p*", "15m"), rule("prod", "30m"), rule("dev", "each")}}, want: "15m"},
		{own: "", rules: Rules{Rules: []Rule{rule("p*", "15m")}}, want: "15m"},
		{own: "", rules: Rules{Rules: []Rule{rule("dev", "15m")}}, want: ""},
		{own: "15m", rules: Rules{Rules: []Rule{rule("dev", "each")}}, want: "15m"},
		{own: "15m", rules: Rules{Rules: []Rule{rule("*", "each")}}, want: "each"},
		{own: "each", rules: Rules{Rules: []Rule{rule("*", "15m")}}, want: "each"},
		{own: "soon", wrong: "guise_approve cannot be read"},
		{own: "soon", rules: Rules{Rules: []Rule{rule("*", "15m")}}, wrong: "guise_approve cannot be read"},
		{own: "", rules: Rules{Unsure: why}, wrong: "line 7"},
		{own: "15m", rules: Rules{Unsure: why}, wrong: "line 7"},
		{own: "", rules: Rules{Unsure: why, Rules: []Rule{rule("p*", "15m")}}, wrong: "line 7"},
		{own: "", rules: Rules{Rules: []Rule{{Pattern: "p*", UnsureApprove: why}}}, wrong: "line 7"},
		{own: "", rules: Rules{Rules: []Rule{{Pattern: "dev", UnsureApprove: why}}}, want: ""},
		{own: "", rules: Rules{Rules: []Rule{{Pattern: "p*", Unsure: why, Approve: "15m"}}}, want: "15m"}, // it was about something else
	} {
		got, err := c.rules.Approval("prod", c.own)
		if (err != nil) != (c.wrong != "") || err != nil && err.Error() != c.wrong || err == nil && got.String() != c.want {
			t.Errorf("%q, %+v: %q, %v", c.own, c.rules, got, err)
		}
	}
}

// TestOwnApproval: what a profile says itself; what cannot be read is known by file and line.
func TestOwnApproval(t *testing.T) {
	for settings, want := range map[string]string{"": "", "guise_approve = 15m\n": "15m", "guise_color = pink\nguise_approve = each\n": "each"} {
		if got, err := OwnApproval(profile(t, "prod", settings)); got != want || err != nil {
			t.Errorf("%q: %q, %v", settings, got, err)
		}
	}
	_, err := OwnApproval(profile(t, "prod", "region = x\nguise_approve = soon\n"))
	if bad, ok := errors.AsType[*ProblemError](err); !ok || bad.Key != "guise_approve" || bad.Line != 3 || !strings.HasSuffix(bad.File, "config") || !bad.Approves() || !bad.Protects() {
		t.Errorf("%#v", err)
	}
}

// TestProblems: what a value that cannot be read would have done decides what it stops.
func TestProblems(t *testing.T) {
	for _, c := range []struct {
		key                string
		protects, approves bool
	}{{"color", false, false}, {"guise_color", false, false}, {"confirm", true, false}, {"guise_lease", true, false}, {"approve", true, true}, {"guise_approve", true, true}, {`"*prod"`, true, true}} {
		e := &ProblemError{Key: c.key, Why: "is wrong"}
		if e.Protects() != c.protects || e.Approves() != c.approves || e.Error() != c.key+" is wrong" {
			t.Errorf("%+v: %v %v %v", c, e.Protects(), e.Approves(), e)
		}
		if e.File, e.Line = "config", 1; e.Error() != "config line 1: "+c.key+" is wrong" {
			t.Error(e)
		}
	}
	for wrong, rule := range map[string]Rule{
		"":                      {Pattern: "*prod*", Color: "red", Confirm: Name, Lease: "1h", Approve: "each"},
		`"[a-" is no pattern`:   {Pattern: "[a-"},
		"color must be one of ": {Color: "pink"}, "confirm must be one of ": {Confirm: "often"},
		"lease must be a duration": {Lease: "0s"}, `approve must be "each" or a duration`: {Approve: "-15m"},
	} {
		bad := rule.Check()
		if (len(bad) == 0) != (wrong == "") || len(bad) > 0 && !strings.HasPrefix(bad[0].Error(), wrong) || len(bad) > 1 {
			t.Errorf("%+v: %v, not %q", rule, bad, wrong)
		}
	}
}

// TestOfApproval: of what a profile, what it narrows and the rules say of approval the
// strictest holds, and it is known where that stands; of two that are alike, the first.
func TestOfApproval(t *testing.T) {
	f := configtest.Files(t, `[profile prod]
guise_approve = 15m
guise_lease = 1h
[profile same]
guise_of = prod
guise_approve = 15m
guise_lease = 1h
[profile longer]
guise_of = prod
guise_approve = 1h
guise_lease = 2h
[profile shorter]
guise_of = prod
guise_approve = each
guise_lease = 30m
[profile none]
guise_of = prod
`)
	for name, want := range map[string]struct {
		approve    string
		lease      time.Duration
		from, line int
	}{
		"prod": {"15m", time.Hour, 2, 3}, "same": {"15m", time.Hour, 6, 7}, "longer": {"15m", time.Hour, 2, 3}, "shorter": {"each", 30 * time.Minute, 14, 15}, "none": {"15m", time.Hour, 2, 3},
	} {
		p, err := f.Profile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, rules := range []Rules{{}, {Rules: []Rule{{Pattern: "*", Approve: "15m", Lease: "3h"}}}} {
			g, problems := rules.Over(f).Of(p)
			if name == "longer" && len(rules.Rules) > 0 || name == "none" && len(rules.Rules) > 0 { // the rule is the first to say it
				want.from = 0
			}
			if g.Approve.String() != want.approve || g.Lease != want.lease || g.From.Approve.Line != want.from || g.From.Lease.Line != want.line || len(problems) > 0 {
				t.Errorf("%s: %v, %v, %+v, %v", name, g.Approve, g.Lease, g.From, problems)
			}
		}
	}
}

// TestEquals: of two rules that say the same the first is named, and no value counts that
// cannot be read.
func TestEquals(t *testing.T) {
	rules := Rules{Rules: []Rule{
		{Pattern: "p*", Color: "red", Confirm: Yes, Lease: "1h", Approve: "15m", Line: 1},
		{Pattern: "pr*", Color: "red", Confirm: Yes, Lease: "1h", Approve: "15m", Line: 2},
		{Pattern: "*", Color: "pink", Confirm: "often", Lease: "0s", Approve: "soon", Line: 3},
		{Pattern: "*", Lease: "-1h", Line: 4},
		{Pattern: "*", Color: "green", Line: 5},
	}}
	g, _ := rules.Of(profile(t, "prod", ""))
	if g.Color != "red" || g.Confirm != Yes || g.Lease != time.Hour || g.Approve.For != 15*time.Minute {
		t.Errorf("%+v", g)
	}
	if f := g.From; f.Color.Line != 1 || f.Confirm.Line != 1 || f.Lease.Line != 1 || f.Approve.Line != 1 {
		t.Errorf("%+v", f)
	}
}

// TestAlikeAll: which profiles a session for one command is like, and those of no role are
// like none.
func TestAlikeAll(t *testing.T) {
	f := configtest.Files(t, `[profile a]
sso_account_id = 111111111111
sso_role_name = Admin
[profile b]
sso_account_id = 111111111111
[profile c]
sso_role_name = Admin
[profile d]
region = x
[profile e]
guise_saml_role_arn = arn:aws:iam::111111111111:role/Admin
`)
	for _, c := range []struct {
		name, want string
		settings   []awsconfig.Setting
	}{
		{"x", "a", []awsconfig.Setting{{Key: "sso_account_id", Value: "111111111111"}, {Key: "sso_role_name", Value: "Admin"}}},
		{"x", "", []awsconfig.Setting{{Key: "sso_account_id", Value: "111111111111"}}},
		{"x", "", []awsconfig.Setting{{Key: "sso_role_name", Value: "Admin"}}},
		{"x", "", []awsconfig.Setting{{Key: "region", Value: "x"}}},
		{"d", "d", []awsconfig.Setting{{Key: "region", Value: "x"}}},
		{"x", "e", []awsconfig.Setting{{Key: "role_arn", Value: "arn:aws:iam::111111111111:role/Admin"}}},
	} {
		with := f.With(c.name, c.settings...)
		p, err := with.Profile(c.name)
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, q := range Alike(with, p) {
			names = append(names, q.Name)
		}
		if got := strings.Join(names, " "); got != c.want {
			t.Errorf("%v: %q, not %q", c.settings, got, c.want)
		}
	}
	p, _ := f.Profile("a")
	if all := Alike(f, p); len(all) > 0 {
		t.Errorf("one that stands in a file is like %v", all)
	}
}
