package doctor

import (
	"slices"
	"testing"
)

// TestAWSVault: what aws-vault would have given to profiles, and who gives nothing of the
// kind: files that nobody wrote for aws-vault.
func TestAWSVault(t *testing.T) {
	const (
		keys   = "[me]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = x\n"
		device = "mfa_serial = arn:aws:iam::111111111111:mfa/me\n"
		role   = "role_arn = arn:aws:iam::222222222222:role/A\n"
	)
	for _, c := range []struct {
		name, config string
		env          map[string]string
		want         []string
	}{
		{"nobody's", "[default]\n" + device + "[profile p]\n" + role + "source_profile = me\n", nil, nil},
		{
			"a device", "[default]\n" + device + "[profile p]\n" + role + "source_profile = me\n[profile own]\n" + role + "source_profile = me\n" + device + "[profile settings]\noutput = json\n",
			map[string]string{"AWS_VAULT_BACKEND": "file"},
			[]string{"warning aws-vault: aws-vault also uses mfa_serial of [default] for p, me; guise and SDKs do not | ${EDITOR:-vi} +2 HOME/config   # write it into each profile that needs it"},
		},
		{
			"by the command of another", "[profile v]\ncredential_process = /opt/aws-vault export --format=json me\n[default]\nrole_session_name = me\nregion = eu-west-1\n[profile p]\n" + role + "source_profile = me\nregion = x\n", nil,
			[]string{
				"warning aws-vault: aws-vault also uses role_session_name of [default] for p; guise and SDKs do not | ${EDITOR:-vi} +4 HOME/config   # write it into each profile that needs it",
				"hint aws-vault: aws-vault also uses region of [default] for v, me; guise and SDKs do not | ${EDITOR:-vi} +5 HOME/config   # write it into each profile that needs it",
			},
		},
		{"included", "[profile p]\ninclude_profile = all\n" + role + "[profile all]\nsource_profile = me\n" + device, nil, nil},
		{
			"included, but for the region", "[profile p]\ninclude_profile = all\n" + role + "[profile all]\nsource_profile = me\nregion = eu-west-1\n", nil,
			[]string{"warning aws-vault: p: include_profile = all gives it a region in aws-vault alone | ${EDITOR:-vi} +2 HOME/config   # write region = eu-west-1 into the profile"},
		},
		{
			"not included", "[profile p]\ninclude_profile = all\n" + role + "source_profile = me\n[profile all]\nsource_profile = other\nexternal_id = x\n" + device, nil,
			[]string{"warning aws-vault: p: include_profile = all gives it mfa_serial, external_id in aws-vault alone | ${EDITOR:-vi} +2 HOME/config   # write them into the profile"},
		},
		{
			"nobody included", "[profile p]\ninclude_profile = nobody\n" + role + "source_profile = me\n", nil,
			[]string{"warning aws-vault: p: include_profile = nobody: no such profile | ${EDITOR:-vi} +2 HOME/config   # name a profile that there is"},
		},
		{
			"what makes a profile", "[default]\nsource_profile = me\nmfa_process = code\n[profile p]\n" + role, nil,
			[]string{
				"warning aws-vault: aws-vault also uses source_profile of [default] for p; guise and SDKs do not | ${EDITOR:-vi} +2 HOME/config   # write it into each profile that needs it",
				"warning aws-vault: aws-vault also uses mfa_process of [default] for p, me; guise and SDKs do not | ${EDITOR:-vi} +3 HOME/config   # write it into each profile that needs it",
			},
		},
		{
			"many", "[profile a]\n" + role + "source_profile = me\n[profile b]\n" + role + "source_profile = me\n[profile c]\n" + role + "source_profile = me\n[default]\nexternal_id = x\n[profile d]\n" + role + "source_profile = me\n",
			map[string]string{"AWS_VAULT": "a"},
			[]string{"warning aws-vault: aws-vault also uses external_id of [default] for a, b, c, …; guise and SDKs do not | ${EDITOR:-vi} +11 HOME/config   # write it into each profile that needs it"},
		},
	} {
		f := facts(t, c.config, keys)
		f.Getenv = func(name string) string { return c.env[name] }
		x := examine(f)
		x.awsVault(t.Context())
		if got := said(f, x.found); !slices.Equal(got, c.want) {
			t.Errorf("%s:\n%q\nwant\n%q", c.name, got, c.want)
		}
		f.Sandbox = true
		x = examine(f)
		if x.awsVault(t.Context()); len(x.found) > 0 {
			t.Errorf("%s: in the demo: %q", c.name, said(f, x.found))
		}
	}
}
