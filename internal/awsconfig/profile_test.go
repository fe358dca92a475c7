package awsconfig

import (
	"errors"
	"reflect"
	"slices"
	"testing"
)

// TestGet: what stands visible wins, then what guise hid, then what other tools hid;
// secrets are given by methods of their own.
func TestGet(t *testing.T) {
	f := filesOf(`[profile a]
role_arn = visible
guise_role_arn = hidden
guise_source_profile = base
granted_sso_start_url = theirs
vegas_sso_region = eu-west-1
guise_mfa_command = code
region =
guise_region = of-guise
credential_process = /bin/guise credential-process --profile a
guise_credential_process = /bin/creds
aws_access_key_id = AKIA
aws_secret_access_key = s
aws_session_token = t
s3 =
  addressing_style = path
ec2 =
  endpoint_url = http://x
s3 =
  max_queue_size = 1
[profile plain]
granted = no
vegas_x = y
`, "")
	p, err := f.Profile("a")
	if err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]string{
		"role_arn": "visible", "source_profile": "base", "sso_start_url": "theirs", "sso_region": "eu-west-1", "credential_process": "/bin/creds",
		"aws_access_key_id": "AKIA", "aws_secret_access_key": "", "aws_session_token": "", "none": "",
	} {
		if got := p.Get(key); got != want {
			t.Errorf("%s: %q", key, got)
		}
	}
	for key, want := range map[string]string{"mfa_command": "code", "role_arn": "", "source_profile": "", "none": ""} {
		if got := p.Own(key); got != want {
			t.Errorf("own %s: %q", key, got)
		}
	}
	if got := p.NestedKeys(); !slices.Equal(got, []string{"s3", "ec2"}) {
		t.Errorf("%q", got)
	}
	if got := p.Nested("ec2"); !reflect.DeepEqual(got, map[string]string{"endpoint_url": "http://x"}) || p.Nested("region") != nil {
		t.Errorf("%v", got)
	}
	if got := p.Visible(); !slices.Equal(got, []string{"role_arn", keyID, keySecret, keyToken}) {
		t.Errorf("visible: %q", got)
	}
	if !p.Managed() || !p.HasHidden() || !p.HasForeign() {
		t.Error(p.Managed(), p.HasHidden(), p.HasForeign())
	}
	for key, want := range map[string]int{"role_arn": 2, "source_profile": 4, "none": 0} {
		path, line := p.Where(key)
		if line != want || (path == "config") != (want > 0) {
			t.Errorf("%s stands in %q, line %d", key, path, line)
		}
	}
	if _, line := f.Profiles()[0].Where("source_profile"); line != 4 {
		t.Errorf("line %d, by the other way to it", line)
	}
}

// TestHidden: what of a definition is hidden, and by whom.
func TestHidden(t *testing.T) {
	for setting, want := range map[string][2]bool{ // HasHidden, HasForeign
		"guise_role_arn = r":         {true, false},
		"guise_mfa_command = c":      {false, false},
		"role_arn = r":               {false, false},
		"granted_sso_start_url = u":  {true, true},
		"vegas_role_arn = r":         {true, true},
		"granted_unknown = u":        {false, true},
		"grantedsso_start_url = u":   {false, false},
		"region = x\nguise_x = y":    {false, false},
		"region = x\nvegas_note = y": {false, true},
	} {
		p, err := filesOf("[profile a]\n"+setting+"\noutput = json\n", "").Profile("a")
		if got := [2]bool{p.HasHidden(), p.HasForeign()}; err != nil || got != want {
			t.Errorf("%s: %v %v", setting, got, err)
		}
	}
}

// TestKeys: which access key a profile has, where, and whether it is whole.
func TestKeys(t *testing.T) {
	const id, key = "aws_access_key_id = AKIA1\n", "aws_secret_access_key = s1\n"
	for name, c := range map[string]struct {
		config, credentials string
		id, secret, token   string
		place               KeyPlace
		has, inCredentials  bool
	}{
		"none":                  {"[profile a]\nregion = x\n", "", "", "", "", KeysNone, false, false},
		"an id alone":           {"", "[a]\n" + id, "AKIA1", "", "", KeysPlain, true, true},
		"a secret alone":        {"", "[a]\n" + key, "", "", "", KeysNone, true, false},
		"an empty pair":         {"", "[a]\naws_access_key_id =\naws_secret_access_key =\n", "", "", "", KeysNone, false, false},
		"in the config file":    {"[profile a]\n" + id + key, "", "AKIA1", "s1", "", KeysPlain, true, false},
		"in both":               {"[profile a]\naws_access_key_id = AKIA2\naws_secret_access_key = s2\naws_session_token = t2\n", "[a]\n" + id + key, "AKIA1", "s1", "", KeysPlain, true, true},
		"a token":               {"", "[a]\n" + id + key + "aws_session_token = t\n", "AKIA1", "s1", "t", KeysPlain, true, true},
		"a token's older name":  {"", "[a]\n" + id + key + "aws_session_token = t\naws_security_token = old\n", "AKIA1", "s1", "old", KeysPlain, true, true},
		"an older name alone":   {"[profile a]\naws_security_token = old\n", "", "", "", "", KeysNone, false, false},
		"a token of the config": {"[profile a]\naws_security_token = old\naws_session_token = t\n", "[a]\n" + id + key, "AKIA1", "s1", "", KeysPlain, true, true},
		"twice":                 {"", "[a]\naws_access_key_id = AKIA0\naws_secret_access_key = s0\n" + id + key, "AKIA1", "s1", "", KeysPlain, true, true},
		"hidden":                {"", "[a]\nguise_aws_access_key_id = AKIA1\nguise_aws_secret_access_key = " + inStore + "\n", "AKIA1", "", "", KeysInStore, true, true},
		"hidden, and visible":   {"[profile a]\nguise_aws_access_key_id = AKIA9\nguise_aws_secret_access_key = " + inStore + "\n", "[a]\n" + id + key, "AKIA1", "s1", "", KeysPlain, true, true},
		"moved":                 {"", "[a]\nguise_aws_access_key_id = AKIA1\nguise_aws_secret_access_key = " + inSource + "\n[a.source]\n" + keptMark + "\n" + id + key, "AKIA1", "s1", "", KeysInSource, true, true},
		"moved to nowhere":      {"", "[a]\nguise_aws_access_key_id = AKIA1\nguise_aws_secret_access_key = " + inSource + "\n", "AKIA1", "", "", KeysInSource, true, true},
		"a secret hidden alone": {"", "[a]\nguise_aws_secret_access_key = s\n", "", "", "", KeysNone, true, false},
	} {
		p, err := filesOf(c.config, c.credentials).Profile("a")
		if err != nil {
			t.Fatal(err)
		}
		if p.AccessKeyID() != c.id || p.SecretAccessKey().Reveal() != c.secret || p.SessionToken().Reveal() != c.token {
			t.Errorf("%s: %q %q %q", name, p.AccessKeyID(), p.SecretAccessKey().Reveal(), p.SessionToken().Reveal())
		}
		if p.KeysIn() != c.place || p.HasKeys() != c.has || p.KeysInCredentials() != c.inCredentials {
			t.Errorf("%s: in %v, has %v, in the credentials file %v", name, p.KeysIn(), p.HasKeys(), p.KeysInCredentials())
		}
	}
}

// TestKeyUses: which profiles use a key, where its secret is, and every id of a
// profile.
func TestKeyUses(t *testing.T) {
	const stored = "guise_aws_access_key_id = AKIA1\nguise_aws_secret_access_key = " + inStore + "\n"
	f := filesOf("[profile stored]\n"+stored+
		"[profile other]\nguise_aws_access_key_id = AKIA2\nguise_aws_secret_access_key = "+inStore+"\n"+
		"[profile hidden in the file]\nguise_aws_access_key_id = AKIA1\nguise_aws_secret_access_key = plain\n"+
		"[profile half]\nguise_aws_access_key_id = AKIA1\n",
		"[plain]\naws_access_key_id = AKIA1\naws_secret_access_key = s\n"+
			"[both]\n"+stored+"aws_access_key_id = AKIA3\naws_secret_access_key = s3\n"+
			"[half plain]\naws_access_key_id = AKIA1\n[empty]\naws_access_key_id =\nguise_aws_access_key_id = AKIA1\n")
	want := []KeyUse{{"stored", true, false}, {"hidden in the file", false, true}, {"plain", false, true}, {"both", true, false}}
	if got := f.KeyUses("AKIA1"); !reflect.DeepEqual(got, want) {
		t.Errorf("%+v", got)
	}
	for name, want := range map[string][]string{"stored": {"AKIA1"}, "both": {"AKIA1", "AKIA3"}, "plain": {"AKIA1"}, "empty": {"AKIA1"}} {
		p, err := f.Profile(name)
		if got := p.AccessKeyIDs(); err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: %q %v", name, got, err)
		}
	}
}

// TestCheckNamesTheFirst of several lines that are at fault.
func TestCheckNamesTheFirst(t *testing.T) {
	p, err := filesOf("[profile a]\nnonsense\nnonsense\n", "[a]\nnonsense\n").Profile("a")
	syntax, ok := errors.AsType[*SyntaxError](p.Check())
	if !ok || err != nil || syntax.File != "config" || syntax.Line != 2 {
		t.Errorf("%v %v", p.Check(), err)
	}
}

// TestKeysThatMayBe: what a profile has is found under each name that it may be asked by, and
// what it has not is not, whatever other key looks alike to the quick look.
func TestKeysThatMayBe(t *testing.T) {
	f := inMemory("[profile p]\nregion = r\nguise_role_arn = a\nguise_alias = l\ngranted_sso_region = s\nvegas_sso_account_id = i\nregine = x\n")
	p, err := f.Profile("p")
	if err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]string{
		"region": "r", "role_arn": "a", "guise_role_arn": "a", "guise_alias": "l", "sso_region": "s", "sso_account_id": "i",
		"regino": "", "": "", "alias": "l", "source_profile": "", "granted_sso_region": "s",
	} {
		if got := p.Get(key); got != want {
			t.Errorf("%s: %q, not %q", key, got, want)
		}
	}
}
