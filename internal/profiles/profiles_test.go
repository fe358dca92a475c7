package profiles

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"guise/internal/awsconfig"
	"guise/internal/guard"
	"guise/session"
)

const config = `[profile user]
mfa_serial = arn:aws:iam::111111111111:mfa/me
region = eu-west-1
[profile admin]
role_arn = arn:aws:iam::222222222222:role/Admin
source_profile = user
guise_alias = a
guise_tags = prod, eu
[profile lost]
role_arn = arn:aws:iam::333333333333:role/Lost
source_profile = nobody
mfa_serial = dev
credential_process = "/usr/local/bin/guise" credential-process --profile lost
[default]
region = eu-west-1
[profile portal]
sso_session = none
sso_account_id = 444444444444
sso_role_name = Dev
`

const credentials = "[user]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = s\n"

func read(t *testing.T) *awsconfig.Files {
	t.Helper()
	dir := t.TempDir()
	at := [2]string{filepath.Join(dir, "config"), filepath.Join(dir, "credentials")}
	if err := errors.Join(os.WriteFile(at[0], []byte(config), 0o600), os.WriteFile(at[1], []byte(credentials), 0o600)); err != nil {
		t.Fatal(err)
	}
	f, err := awsconfig.Read(at[0], at[1])
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Adopt([]string{"admin"}, awsconfig.AdoptOptions{Executable: "/usr/local/bin/guise"}); err != nil {
		t.Fatal(err)
	}
	return f
}

var defaults = session.Defaults{
	SessionName: "guise-me", Getenv: func(string) string { return "" }, Environ: func() []string { return nil },
	Endpoint: func(awsconfig.Profile, string) string { return "" },
}

func planned(t *testing.T, f *awsconfig.Files, name string) session.Planned {
	t.Helper()
	plan, err := session.ResolveOne(f, name, defaults)
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

// TestDescribeAll: what a list says of each profile; one that cannot have a session is
// described from its settings.
func TestDescribeAll(t *testing.T) {
	f := read(t)
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	admin := planned(t, f, "admin")
	all := DescribeAll(f, defaults, map[string]time.Time{admin.Chain.Key(): now.Add(90 * time.Minute)}, "admin", guard.Rules{})
	problem := func(name string) string { return planned(t, f, name).Err.Error() }
	want := []Description{
		{Profile: "user", Kind: "iam-user", Account: "111111111111", Region: "eu-west-1", MFA: "arn:aws:iam::111111111111:mfa/me", Session: "none", Special: &Special{}},
		{Profile: "admin", Kind: "role", Account: "222222222222", Role: "Admin", MFA: "arn:aws:iam::111111111111:mfa/me", Managed: true, Active: true, Session: "fresh", Expires: "2026-01-02T04:34:05Z", Special: &Special{Alias: "a", Tags: "prod, eu"}},
		{Profile: "lost", Kind: "role", Account: "333333333333", Role: "Lost", MFA: "dev", Managed: true, Session: "failed", Special: &Special{Problem: problem("lost")}},
		{Profile: "default", Kind: "none", Region: "eu-west-1", Session: "none", Special: &Special{}}, // settings alone are no fault
		{Profile: "portal", Kind: "sso", Account: "444444444444", Role: "Dev", Session: "failed", Special: &Special{Problem: problem("portal")}},
	}
	if !reflect.DeepEqual(all, want) {
		t.Errorf("%+v,\nwant %+v", all, want)
	}
	for i, left := range []string{"", "1h30m left", "cannot", "", "cannot"} {
		if got := all[i].Left(now); got != left {
			t.Errorf("%s: %q", all[i].Profile, got)
		}
	}
	if got := all[1].Label() + "|" + all[0].Label(); got != "prod, eu|" {
		t.Error(got)
	}
	for _, d := range DescribeAll(f, defaults, nil, "", guard.Rules{}) {
		if d.Expires != "" || d.Session == "fresh" {
			t.Errorf("with no cache: %+v", d)
		}
	}
}

// TestSummary: what is not known is left out.
func TestSummary(t *testing.T) {
	role := session.Chain{{Kind: session.Keys}, {Kind: session.AssumeRole, RoleARN: "arn:aws:iam::111111111111:role/Admin"}}
	sso := session.Chain{{Kind: session.SSOToken}, {Kind: session.SSORole, AccountID: "222222222222", RoleName: "Dev"}}
	for _, c := range []struct {
		chain  session.Chain
		region string
		left   time.Duration
		want   string
	}{
		{nil, "", 0, ""},
		{nil, "eu-west-1", 0, ": eu-west-1"},
		{role, "", 0, ": Admin, 111111111111"},
		{role, "eu-west-1", 90 * time.Minute, ": Admin, 111111111111, eu-west-1, 1h30m left"},
		{sso, "", time.Hour, ": Dev, 222222222222, 1h left"},
		{session.Chain{{Kind: session.Keys}}, "eu-west-1", 0, ": access key, eu-west-1"},
	} {
		if got := Summary(c.chain, c.region, c.left); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

// TestNothingSpecial: each thing that a profile may have is something.
func TestNothingSpecial(t *testing.T) {
	if !(&Special{}).isNone() {
		t.Error("nothing is something")
	}
	for i := range reflect.TypeFor[Special]().NumField() {
		var s Special
		switch f := reflect.ValueOf(&s).Elem().Field(i); f.Kind() {
		case reflect.String:
			f.SetString("x")
		case reflect.Bool:
			f.SetBool(true)
		case reflect.Slice:
			f.Set(reflect.MakeSlice(f.Type(), 1, 1))
		}
		if s.isNone() {
			t.Error(reflect.TypeFor[Special]().Field(i).Name)
		}
	}
}
