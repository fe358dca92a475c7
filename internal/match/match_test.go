package match

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// many are 500 profiles as `guise sso sync` and people write them, the most used first.
func many() []Profile {
	all := []Profile{
		{Name: "prod", Alias: "p", Account: "222222222222", Role: "Admin", Other: "eu-west-1"},
		{Name: "staging", Account: "333333333333", Role: "Developer", Other: "eu-west-1"},
		{Name: "staging-us", Account: "333333333333", Role: "Developer", Other: "us-east-1"},
		{Name: "dev", Alias: "d", Account: "444444444444", Role: "Developer", Other: "eu-west-1"},
		{Name: "ci", Account: "111111111111", Other: "an access key"},
		{Name: "federated", Account: "555555555555", Role: "ReadOnly", Other: "saml"},
		{Name: "team space ops", Account: "666666666666", Role: "Operator", Other: "eu-west-1"},
		{Name: "devops", Account: "777777777777", Role: "PowerUser"},
		{Name: "ops", Account: "777777777777", Role: "Viewer"},
		{Name: "legacy", Alias: "ops-old", Account: "888888888888"},
		{Name: "Über", Alias: "Größe", Account: "999999999999"},
		{Name: "prod-admin", Account: "222222222222", Role: "Admin"},
		{Name: "nonprod", Account: "121212121212", Role: "Admin"},
		{Name: "eu", Account: "232323232323"},
	}
	teams := []string{"payments", "search", "billing", "data", "web", "mobile", "core", "infra", "audit", "archive", "logs", "mail", "shop", "labs", "sandbox", "identity", "network", "backup"}
	for i, team := range teams {
		for j, stage := range []string{"prod", "staging", "dev"} {
			for k, role := range []string{"Admin", "Developer", "ReadOnly", "Billing", "Support", "Auditor", "Deploy", "Operator", "Security"} {
				all = append(all, Profile{
					Name: fmt.Sprintf("%s-%s.%s", team, stage, role), Account: fmt.Sprintf("%012d", 700000000000+i*1000+j*100),
					Role: role, Other: fmt.Sprintf("eu-west-%d", k%3+1),
				})
			}
		}
	}
	return all
}

// queries are what is typed, and the name of the row that must be first.
func queries() map[string]string {
	return map[string]string{
		"prod":                 "prod",
		"PROD":                 "prod",
		"prod-":                "prod-admin",
		"pro":                  "prod",
		"ops":                  "ops",
		"op":                   "ops",
		"devops":               "devops",
		"vops":                 "devops",
		"team space ops":       "team space ops",
		"space":                "team space ops",
		"team ops":             "team space ops",
		"d":                    "dev",
		"dev":                  "dev",
		"p":                    "prod",
		"stag":                 "staging",
		"staging us":           "staging-us",
		"us":                   "staging-us",
		"read":                 "payments-prod.ReadOnly",
		"pay prod dev":         "payments-prod.Developer",
		"payments-prod":        "payments-prod.Admin",
		"search dev bill":      "search-dev.Billing",
		"sandbox deploy":       "sandbox-prod.Deploy",
		"222222222222":         "prod",
		"2222 admin":           "prod-admin",
		"700000001100":         "search-staging.Admin",
		"old":                  "legacy",
		"ops-old":              "legacy",
		"größe":                "Über",
		"über":                 "Über",
		"eu":                   "eu",
		"nonp":                 "nonprod",
		"prd":                  "prod",
		"saml":                 "federated",
		"network staging audi": "network-staging.Auditor",
	}
}

// TestRank types thirty queries at 500 profiles.
func TestRank(t *testing.T) {
	all := many()
	if len(all) != 500 {
		t.Fatal(len(all))
	}
	for query, want := range queries() {
		found := Rank(all, query)
		if len(found) == 0 || all[found[0]].Name != want {
			first := make([]string, 0, 5)
			for _, i := range found[:min(5, len(found))] {
				first = append(first, all[i].Name)
			}
			t.Errorf("%q: %q comes first, not %s", query, first, want)
		}
	}
	if got := Rank(all, " "); len(got) != 500 || got[0] != 0 || !slices.IsSorted(got) {
		t.Error("an empty query changes the order")
	}
	if got := Rank(all, "zzz"); len(got) > 0 {
		t.Error(got)
	}
}

func TestParts(t *testing.T) {
	all := []Profile{
		{Name: "prod", Alias: "p"},
		{Name: "prod-admin", Alias: "adm", Role: "Admin", Account: "222222222222"},
		{Name: "p", Account: "555566667777"},
		{Name: "team space ops"},
		{Name: "other", Other: "eu-west-1"},
	}
	for query, want := range map[string]string{
		"Prod":     "prod prod-admin",
		"admin":    "prod-admin",
		"2222":     "prod-admin",
		"5555":     "p",
		"prd":      "",
		"west":     "", // only shown
		"ops team": "team space ops",
		"":         "",
		" ":        "",
	} {
		var got []string
		for _, i := range Parts(all, query) {
			got = append(got, all[i].Name)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q: %q", query, got)
		}
	}
}

// FuzzRank: whatever is typed, an index comes once at most, and what Parts gives is a row of the picker.
func FuzzRank(f *testing.F) {
	for _, query := range []string{"prod", "a b", "\xff", "İ", " ", "zzz", "ß"} {
		f.Add(query, "İstanbul", "\xffx")
	}
	f.Fuzz(func(t *testing.T, query, name, alias string) {
		all := append(many()[:20], Profile{Name: name, Alias: alias})
		rank := Rank(all, query)
		seen := map[int]bool{}
		for _, i := range rank {
			if seen[i] {
				t.Fatalf("%d comes twice", i)
			}
			seen[i] = true
		}
		for _, i := range Parts(all, query) {
			if !seen[i] {
				t.Fatalf("%q is a part of %q, which the picker does not show", query, all[i].Name)
			}
		}
	})
}
