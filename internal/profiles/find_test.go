package profiles

import (
	"slices"
	"strings"
	"testing"

	"guise/internal/configtest"
)

// TestCompletions: what begins so, is not on the line yet, and can be in one; with what
// is known of it.
func TestCompletions(t *testing.T) {
	f := configtest.Files(t, `[profile admin]
role_arn = arn:aws:iam::111111111111:role/Admin
[profile apart]
guise_description = mine \x1b[2J
role_arn = arn:aws:iam::111111111111:role/Apart
[profile aside]
sso_account_id = 1
sso_role_name = Dev
[profile "a	tab"]
[profile b]
[sso-session corp]
sso_start_url = https://corp
[sso-session other]
`)
	for _, c := range []struct {
		typed string
		but   []string
		want  []string
	}{
		{"a", nil, []string{"admin\tAdmin 111111111111", "apart\tmine \\x1b[2J", "aside\tDev 1"}},
		{"ap", nil, []string{"apart\tmine \\x1b[2J"}},
		{"", []string{"admin", "apart", "aside"}, []string{"b\t"}},
		{"x", nil, nil},
	} {
		if got := Completions(f, c.typed, c.but); !slices.Equal(got, c.want) {
			t.Errorf("%q: %q", c.typed, got)
		}
	}
	for typed, want := range map[string][]string{"": {"corp\thttps://corp", "other\t"}, "c": {"corp\thttps://corp"}, "x": nil} {
		if got := SSOCompletions(f, typed); !slices.Equal(got, want) {
			t.Errorf("%q: %q", typed, got)
		}
	}
}

// TestFittingDerived: a part that fits a profile and the one that guise has derived from it
// means the profile; what the derived one alone has means that; one whose part never stands
// for it does not give its place to the derived one.
func TestFittingDerived(t *testing.T) {
	all := []Description{
		{Profile: "prod", Account: "111111111111", Special: &Special{}},
		{Profile: "sure", Special: &Special{Whole: true}},
		{Profile: "prod@read-only", Account: "111111111111", Special: &Special{Of: "prod"}},
		{Profile: "sure@read-only", Special: &Special{Of: "sure", Whole: true}},
		{Profile: "gone@read-only", Special: &Special{Of: "gone"}},
	}
	for query, want := range map[string]string{
		"pro": "prod", "PRO": "prod", "1111": "prod", "prod@": "prod@read-only", "pro only": "prod@read-only",
		"sur": "", "gon": "gone@read-only", "@read": "", "r": "",
	} {
		if known, _ := Fitting(all, query); known != want {
			t.Errorf("%s: %q, not %q", query, known, want)
		}
	}
	if _, fits := Fitting(all, "@read"); len(fits) != 3 {
		t.Error(fits)
	}
	if _, fits := Fitting(all, "r"); !slices.Equal(fits, []string{"prod", "sure", "gone@read-only"}) {
		t.Error(fits)
	}
}

// TestTogether: a profile and what is derived from it stand next to each other, where the
// first of them was.
func TestTogether(t *testing.T) {
	all := []Description{{Profile: "a", Special: &Special{}}, {Profile: "c@read-only", Special: &Special{Of: "c"}}, {Profile: "b", Special: &Special{}}, {Profile: "c", Special: &Special{}}, {Profile: "b@read-only", Special: &Special{Of: "b"}}, {Profile: "gone@read-only", Special: &Special{Of: "gone"}}}
	if got := strings.Join(Names(Together(all)), " "); got != "a c@read-only c b b@read-only gone@read-only" {
		t.Error(got)
	}
}
