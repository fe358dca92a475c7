package profiles

import (
	"slices"
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
