package profiles

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"guise/internal/display"
	"guise/session"
)

// TestSelection: every word of a query, a kind, an order; what has nothing in the column
// comes last; what is not known is named.
func TestSelection(t *testing.T) {
	all := func() []Description {
		return []Description{
			{Profile: "prod", Kind: "role", Account: "222222222222", Role: "Admin", Region: "eu-west-1", Special: &Special{Alias: "p"}},
			{Profile: "Dev", Kind: "sso", Account: "111111111111", Role: "Viewer", Expires: "2026-01-02T03:04:05Z", Special: &Special{}},
			{Profile: "ci", Kind: "static", Special: &Special{Description: "prod of others"}},
			{Profile: "audit", Kind: "role", Account: "222222222222", Expires: "2026-01-02T02:04:05Z", Special: &Special{}},
		}
	}
	for _, c := range []struct {
		of   Selection
		want string
		none string
	}{
		{Selection{}, "prod Dev ci audit", ""},
		{Selection{Query: "2222 ADM"}, "prod", "no profile matches 2222 ADM"},
		{Selection{Query: "prod"}, "prod", "no profile matches prod"},
		{Selection{Query: "prd"}, "", "no profile matches prd"},
		{Selection{Kind: "role"}, "prod audit", "there is no profile of kind role"},
		{Selection{Query: "2222", Kind: "sso"}, "", "no profile of kind sso matches 2222"},
		{Selection{By: "profile"}, "audit ci Dev prod", ""},
		{Selection{By: "account"}, "Dev prod audit ci", ""},
		{Selection{By: "session"}, "audit Dev prod ci", ""},
		{Selection{By: "kind", Kind: "role"}, "prod audit", "there is no profile of kind role"},
	} {
		got, err := c.of.Of(all())
		if names := strings.Join(Names(got), " "); names != c.want || err != nil || c.of.None() != c.none {
			t.Errorf("%+v: %q, %v, %q", c.of, names, err, c.of.None())
		}
	}
	for _, of := range []Selection{{Kind: "users"}, {By: "age"}} {
		_, err := of.Of(all())
		if choice, ok := errors.AsType[*ChoiceError](err); !ok || choice.Value != of.Kind+of.By || !slices.Contains(choice.Known, map[bool]string{true: "role", false: "session"}[of.Kind != ""]) {
			t.Errorf("%+v: %v", of, err)
		}
	}
	if got, err := (Selection{Query: "zzz"}).Of(all()); got == nil || err != nil {
		t.Error("nothing found is an empty list, in JSON too")
	}
}

// TestListTable: the active profile is marked, and where there is little room the name and
// the session stay.
func TestListTable(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	all := []Description{
		{Profile: "prod", Kind: "role", Account: "222222222222", Role: "Admin", Region: "eu-west-1", MFA: "x", Managed: true, Active: true, Expires: now.Add(time.Hour).Format(time.RFC3339), Special: &Special{}},
		{Profile: "broken", Kind: "role", Special: &Special{Problem: "no source"}},
	}
	want := "  PROFILE  KIND  ACCOUNT       ROLE   REGION     MFA  MANAGED  SESSION\n" +
		"* prod     role  222222222222  Admin  eu-west-1  yes  yes      1h left\n" +
		"  broken   role  -             -      -          -    -        cannot\n"
	if got := (display.Look{}).Table(Table(all, now)); got != want {
		t.Errorf("%s", got)
	}
	for width, heading := range map[int]string{80: "PROFILE  KIND  ACCOUNT       ROLE   REGION     MFA  MANAGED  SESSION", 60: "PROFILE  ACCOUNT       ROLE   REGION     MANAGED  SESSION", 40: "PROFILE  ACCOUNT       ROLE   SESSION", 33: "PROFILE  ACCOUNT       SESSION"} {
		got := (display.Look{Width: width}).Table(Table(all, now))
		if first, _, _ := strings.Cut(got, "\n"); strings.TrimSpace(first) != heading {
			t.Errorf("%d: %s", width, first)
		}
	}
	if got := Broken(all); !slices.Equal(got, []string{"broken"}) {
		t.Errorf("%q", got)
	}
}

// TestCachedSessions: a session is a row, once, with all profiles that it serves.
func TestCachedSessions(t *testing.T) {
	f := read(t)
	user, admin := planned(t, f, "user"), planned(t, f, "admin")
	plans := session.ResolveAll(f, defaults)
	end := time.Date(2026, 1, 2, 3, 4, 5, 0, time.FixedZone("", 3600))
	rows, others := CachedSessions(plans, map[string]time.Time{user.Chain.Key(): end.Add(2 * time.Hour), admin.Chain.Key(): end.Add(time.Hour), "a note": end}, nil)
	want := []CachedSession{
		{Profiles: []string{"user", "admin"}, Step: "mfa me", Expires: "2026-01-02T04:04:05Z", Ends: end.Add(2 * time.Hour)},
		{Profiles: []string{"admin"}, Step: "role Admin 222222222222", Expires: "2026-01-02T03:04:05Z", Ends: end.Add(time.Hour)},
	}
	if others != 1 || !reflect.DeepEqual(rows, want) {
		t.Errorf("%d, %+v", others, rows)
	}
	shown := (display.Look{}).Table(CacheTable(rows, end))
	if shown != "PROFILES     STEP                     LEFT\nadmin        role Admin 222222222222  1h left\nuser, admin  mfa me                   2h left\n" {
		t.Errorf("%s", shown)
	}
	if rows, others := CachedSessions(plans, nil, nil); rows == nil || len(rows)+others > 0 {
		t.Errorf("%d, %+v", others, rows)
	}
}
