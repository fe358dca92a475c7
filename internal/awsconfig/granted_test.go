package awsconfig

import (
	"slices"
	"strings"
	"testing"
)

// TestSyncedNames: whatever a portal answers, each account and role has a name of its
// own, in any order of the answer, and none is default or punctuation.
func TestSyncedNames(t *testing.T) {
	const template = "{{.AccountName}}.{{.RoleName}}"
	for _, c := range []struct {
		name, by, granted string // ID/account name/role
		want              string
	}{
		{"plain", template, "1/prod/Admin 1/prod/ReadOnly 2/dev/Admin", "dev.Admin prod.Admin prod.ReadOnly"},
		{"default by punctuation", template, "1/default/. 2/-/-", "1 2"},
		{"default by template", "default", "1/a/A 1/a/B 2/b/A", "1-A 1-B 2"},
		{"default everywhere", "{{.AccountName}}", "default/default/default", "account"},
		{"empty", "{{.AccountName}}", "1//A 2/@/B 3/__/C 4/=/D", "1 2 3 4"},
		{"the same account name", template, "1/p/A 2/p/A 3/p/B", "p.A-1 p.A-2 p.B"},
		{"roles of one account", "{{.AccountName}}", "1/p/A 1/p/B 2/q/A", "p-1-A p-1-B q"},
		{"made to look like another", "{{.AccountName}}", "1/p/A 2/p/A 3/p-1/B", "p-1-3 p-1-A p-2"},
		{"what the JavaScript SDK does not see", template, "1/b\u00fcro/Admin 2/\u6771\u4eac/Admin 3/a=b,c/x=y 4/caf\u00e9/R", "Admin a-b-c.x-y b-ro.Admin caf.R"},
		{"what it refuses", "{{.AccountName}}", "1/__proto__/R", "proto"},
		{"the same twice", template, "1/p/A 1/p/A", "p.A"},
		{"the same twice, apart", template, "1/p/A 2/q/A 1/p/A", "p.A q.A"},
		{"much punctuation", template, "1/a!!,,!b/A", "a-b.A"},
		{"roles that clean to the same", "{{.AccountName}}", "1/p/a,b 1/p/a!b", "p-1-a-b-0 p-1-a-b-1"},
	} {
		names, err := NewNamer(c.by)
		if err != nil {
			t.Fatal(err)
		}
		var granted []Grant
		for one := range strings.FieldsSeq(c.granted) {
			parts := strings.Split(one, "/")
			granted = append(granted, Grant{AccountID: parts[0], AccountName: parts[1], Role: parts[2]})
		}
		for range 2 {
			all, err := names.Profiles("s", "", granted)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, one := range all {
				got = append(got, one.Name)
				if !MaySync(one.Name) {
					t.Errorf("%s: %q", c.name, one.Name)
				}
			}
			if !slices.IsSorted(got) {
				t.Errorf("%s: not in order: %q", c.name, got)
			}
			if text := strings.Join(slices.Compact(got), " "); text != c.want {
				t.Errorf("%s: %s, want %s", c.name, text, c.want)
			}
			slices.Reverse(granted)
		}
	}
}

// TestNamerRefuses: a template that cannot be read, or names what there is not, is
// refused at once; one that fails over an answer of the portal, then.
func TestNamerRefuses(t *testing.T) {
	for _, text := range []string{"{{", "{{.Colour}}", "{{lower}}"} {
		if _, err := NewNamer(text); err == nil {
			t.Errorf("%s: taken", text)
		}
	}
	names, err := NewNamer("{{if .AccountName}}{{slice .AccountName 3}}{{end}}")
	if err != nil {
		t.Fatal(err)
	}
	if all, err := names.Profiles("s", "", []Grant{{AccountID: "1", AccountName: "ab", Role: "A"}}); err == nil {
		t.Errorf("%+v", all)
	}
}
