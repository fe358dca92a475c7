package session

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"guise/internal/awsconfig"
	"guise/internal/configtest"
)

// TestResolveAll: each profile of many is planned as it is alone, in the order of the
// files.
func TestResolveAll(t *testing.T) {
	var text strings.Builder
	for i := range 500 {
		fmt.Fprintf(&text, "[profile role%d]\nrole_arn = arn:aws:iam::111111111111:role/r%d\nsource_profile = keys\n", i, i)
		fmt.Fprintf(&text, "[profile sso%d]\nsso_session = s%d\nsso_account_id = 111111111111\nsso_role_name = r\n", i, i%3)
	}
	text.WriteString("[profile keys]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = x\n[profile round]\nrole_arn = arn:aws:iam::111111111111:role/x\nsource_profile = round2\n[profile round2]\nrole_arn = arn:aws:iam::111111111111:role/x\nsource_profile = round\n")
	text.WriteString("[sso-session s0]\nsso_start_url = https://a.example\nsso_region = eu-west-1\n[sso-session s1]\nsso_start_url = https://b.example\nsso_region = eu-west-1\n")
	f, d := configOf(t, text.String())
	all, failed := ResolveAll(f, d), 0
	if i := slices.IndexFunc(all, func(p Planned) bool { return p.Profile.Name == "" }); i >= 0 {
		t.Fatalf("the plan of profile %d is not there yet", i)
	}
	for i, p := range f.Profiles() {
		chain, err := Resolve(f, p.Name, d)
		got := all[i]
		if one, err := ResolveOne(f, p.Name, d); err != nil || one.Profile.Name != p.Name || fmt.Sprint(one.Err) != fmt.Sprint(got.Err) || one.Chain.Key() != got.Chain.Key() {
			t.Fatalf("%s: %+v, %v, among all %+v", p.Name, one, err, got)
		}
		if got.Profile.Name != p.Name || fmt.Sprint(got.Err) != fmt.Sprint(err) || err == nil && got.Chain.Key() != chain.Key() {
			t.Fatalf("%s: %+v, alone %v", p.Name, got, err)
		}
		if err != nil {
			failed++
		}
	}
	if _, err := ResolveOne(f, "none", d); !errors.As(err, new(*awsconfig.NoProfileError)) {
		t.Error(err)
	}
	if len(all) != 1003 || failed < 2+166 {
		t.Errorf("%d profiles, %d without a chain", len(all), failed)
	}
}

// TestResolveFew: so it is with a handful, and of a source that is not there the error
// names it.
func TestResolveFew(t *testing.T) {
	f, d := configOf(t, "[profile a]\nrole_arn = arn:aws:iam::111111111111:role/x\nsource_profile = gone\n[profile b]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = x\n")
	all := ResolveAll(f, d)
	if len(all) != 2 || all[0].Err == nil || !strings.Contains(all[0].Err.Error(), "source_profile gone does not exist") || all[1].Err != nil || len(all[1].Chain) != 1 {
		t.Errorf("%+v", all)
	}
}

// configOf is a config file, and what its profiles are resolved with.
func configOf(t *testing.T, text string) (*awsconfig.Files, Defaults) {
	t.Helper()
	f := configtest.Files(t, text)
	return f, Defaults{
		SessionName: "me", Getenv: func(string) string { return "" }, Environ: func() []string { return nil },
		Endpoint: func(awsconfig.Profile, string) string { return "" },
	}
}
