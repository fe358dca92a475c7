package awsconfig

import (
	"errors"
	"strings"
	"testing"

	"guise/internal/secret"
)

// TestAdoptRefuses: what may not be adopted is refused by an error that says why and
// for whom, and neither file is changed, also not for the profiles before it.
func TestAdoptRefuses(t *testing.T) {
	full := errors.New("no space left")
	store := func(string, string, secret.Text) error { return nil }
	const temporary = "[ci]\naws_access_key_id = ASIA\naws_secret_access_key = s\naws_session_token = t\n"
	for name, c := range map[string]struct {
		config, credentials string
		options             AdoptOptions
		want                func(error) bool
	}{
		"no such profile":            {"[profile other]\n", "", AdoptOptions{Executable: guisePath}, is[*NoProfileError]},
		"keys that have no place":    {"", ciKeys, AdoptOptions{Executable: guisePath}, is[*PlainKeysError]},
		"temporary keys":             {"", temporary, AdoptOptions{Executable: guisePath, Store: store}, is[*TemporaryKeysError]},
		"keys that cannot be stored": {"", ciKeys, AdoptOptions{Executable: guisePath, Store: func(string, string, secret.Text) error { return full }}, func(err error) bool { return errors.Is(err, full) }},
		"a secret of two lines":      {"", "[ci]\naws_access_key_id = AKIA\naws_secret_access_key = a\n  b\n", AdoptOptions{Executable: guisePath, Store: store}, is[*IrreversibleError]},
		"a place that is somebody's": {"", ciKeys + "[ci.source]\nregion = x\n", AdoptOptions{Executable: guisePath, KeepKeys: true}, is[*IrreversibleError]},
		"a key of guise's own there": {"[profile ci]\nguise_role_arn = old\nrole_arn = r\n", "", AdoptOptions{Executable: guisePath}, is[*IrreversibleError]},
	} {
		config := "[profile first]\nrole_arn = r\nsource_profile = x\n" + c.config
		f := filesOf(config, c.credentials)
		err := f.Adopt([]string{"first", "ci"}, c.options)
		of, ok := errors.AsType[*ProfileError](err)
		if !c.want(err) || ok && of.Profile != "ci" {
			t.Errorf("%s: %v", name, err)
		}
		if after := f.Bytes(); string(after[0]) != config || string(after[1]) != c.credentials {
			t.Errorf("%s: changed:\n%s", name, after)
		}
	}
	f := filesOf("[profile ci]\nrole_arn = r\n", "")
	if err := f.Adopt([]string{"ci"}, AdoptOptions{Executable: "/a'b/guise"}); !is[*PathError](err) {
		t.Error(err)
	}
	if err := f.Adopt([]string{"ci"}, AdoptOptions{Executable: "/bin/guise-2"}); !is[*PathError](err) || !strings.Contains(err.Error(), "not called guise") {
		t.Error(err)
	}
}

// is reports whether an error is one of a type.
func is[E error](err error) bool { return errors.As(err, new(E)) }

// TestReleaseRefuses: where something of a profile cannot be given back, none of it
// is, and nothing else either.
func TestReleaseRefuses(t *testing.T) {
	locked := errors.New("the key store is locked")
	const role = "[profile first]\nrole_arn = r\n"
	adopted := func(keep bool) string {
		f := filesOf(role, ciKeys)
		if err := f.Adopt([]string{"first", "ci"}, AdoptOptions{Executable: guisePath, KeepKeys: keep, Store: func(string, string, secret.Text) error { return nil }}); err != nil {
			t.Fatal(err)
		}
		return string(f.Bytes()[1])
	}
	f := filesOf(role, "")
	if err := f.Adopt([]string{"first"}, AdoptOptions{Executable: guisePath}); err != nil {
		t.Fatal(err)
	}
	config := string(f.Bytes()[0]) + "[profile ci]\ncredential_process = " + guisePath + " credential-process --profile ci\n"
	for name, c := range map[string]struct {
		credentials, says string
		fetch             func(string, string) (secret.Text, error)
	}{
		"nothing to ask for the secret":    {adopted(false), "the secret of AKIACI is in the key store", nil},
		"a key store that does not answer": {adopted(false), locked.Error(), func(string, string) (secret.Text, error) { return secret.Text{}, locked }},
		"the section of the keys is gone":  {strings.Split(adopted(true), "[ci.source]")[0], "[ci.source] that its keys were moved to is gone", nil},
		"more than the keys in it":         {adopted(true) + "region = x\n", "more than the keys in the section [ci.source]", nil},
	} {
		f := filesOf(config, c.credentials)
		err := f.Release([]string{"first", "ci"}, ReleaseOptions{Fetch: c.fetch})
		of, ok := errors.AsType[*ProfileError](err)
		if !ok || of.Profile != "ci" || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", name, err)
		}
		if after := f.Bytes(); string(after[0]) != config || string(after[1]) != c.credentials {
			t.Errorf("%s: changed:\n%s", name, after)
		}
	}
	if err := filesOf(config, "").Release([]string{"none"}, ReleaseOptions{}); !is[*NoProfileError](err) {
		t.Error(err)
	}
}

// TestReleaseLeavesWhatIsTheUsers: settings that were added to a section of guise's
// own making stay, and keys that are written with a colon come back as they were.
func TestReleaseLeavesWhatIsTheUsers(t *testing.T) {
	for _, keys := range []string{ciKeys, "[ci]\r\nAWS_ACCESS_KEY_ID : AKIACI\r\naws_secret_access_key:" + ciSecret + "\r\n"} {
		for _, keep := range []bool{true, false} {
			f, v := filesOf("", keys), vault{}
			if err := f.Adopt([]string{"ci"}, AdoptOptions{Executable: guisePath, KeepKeys: keep, Store: v.store}); err != nil {
				t.Fatal(err)
			}
			made := string(f.Bytes()[0])
			f = filesOf(made+"region = x\n", string(f.Bytes()[1]))
			if err := f.Release([]string{"ci"}, ReleaseOptions{Fetch: v.fetch}); err != nil {
				t.Fatal(err)
			}
			if now := f.Bytes(); string(now[0]) != "[profile ci]\nregion = x\n" || string(now[1]) != keys {
				t.Errorf("keep %v: %q", keep, now)
			}
		}
	}
}

// TestAdoptBringsUpToDate: the line of a guise that has moved is changed where it
// stands, and no other is added.
func TestAdoptBringsUpToDate(t *testing.T) {
	const old, now = "/old/guise", guisePath
	line := func(of string) string {
		return "guise_role_arn = r\ncredential_process = " + of + " credential-process --profile ci\n"
	}
	for _, files := range [][2]string{
		{"[profile ci]\n" + line(old), ""},
		{"", "[ci]\n" + line(old)},
		{"[profile ci]\n" + line(old), "[ci]\n" + line(old)},
		{"[profile ci]\n" + line(old) + "[profile ci]\nregion = x\n", "[ci]\nregion = x\n"},
	} {
		f := filesOf(files[0], files[1])
		if err := f.Adopt([]string{"ci"}, AdoptOptions{Executable: now}); err != nil {
			t.Fatal(err)
		}
		for i, is := range f.Bytes() {
			if want := strings.ReplaceAll(files[i], old, now); string(is) != want {
				t.Errorf("%q became\n%s", files[i], is)
			}
		}
	}
}

// TestStoredKeyRefuses: a profile that has credentials is given none beside them, and
// an id that is none replaces none.
func TestStoredKeyRefuses(t *testing.T) {
	for setting, want := range map[string]string{
		"role_arn = r": "role_arn", "guise_sso_session = s": "sso_session", "granted_sso_account_id = 1": "sso_account_id",
		"aws_secret_access_key = s": keySecret, "credential_process = /bin/creds": keyCommand,
		"region = x": "", "role_arn =": "", "guise_mfa_command = c": "",
		"credential_process = /old/guise credential-process --profile ci": "",
	} {
		config := "[profile ci]\n" + setting + "\n"
		f := filesOf(config, "")
		err := f.AddStoredKey("ci", "AKIA", guisePath)
		has, ok := errors.AsType[*HasKeysError](err)
		if ok != (want != "") || want != "" && (has.Key != want || string(f.Bytes()[0]) != config) || want == "" && err != nil {
			t.Errorf("%s: %v\n%s", setting, err, f.Bytes()[0])
		}
		if p, err := f.Profile("ci"); want == "" && (err != nil || p.KeysIn() != KeysInStore || p.AccessKeyID() != "AKIA" || !p.Managed() || strings.Count(string(f.Bytes()[0]), keyCommand) != 1) {
			t.Errorf("%s: %v\n%s", setting, err, f.Bytes()[0])
		}
	}
	f := filesOf("", "")
	if err := f.AddStoredKey("ci", "AKIA", "/a'b/guise"); !is[*PathError](err) {
		t.Error(err)
	}
}

// TestReplaceStoredKey: only in profiles that have it stored, and that are asked for.
func TestReplaceStoredKey(t *testing.T) {
	const stored = "guise_aws_access_key_id = AKIA1 # AKIA1\nguise_aws_secret_access_key = " + inStore + "\n"
	before := "[profile a]\n" + stored + "[profile b]\n" + stored + "[profile c]\nguise_aws_access_key_id = AKIA1\n[profile d]\n" + strings.ReplaceAll(stored, "AKIA1", "AKIA2")
	all := func(string) bool { return true }
	for _, c := range []struct {
		id   string
		in   func(string) bool
		n    int
		want string
	}{
		{"AKIA9", all, 3, strings.ReplaceAll("[profile a]\n"+stored+"[profile b]\n"+stored, "AKIA1 #", "AKIA9 #")},
		{"AKIA9", func(name string) bool { return name == "b" }, 1, "[profile a]\n" + stored + "[profile b]\n" + strings.Replace(stored, "AKIA1 #", "AKIA9 #", 1)},
		{"AKIA9\n[default]", all, 0, before},
	} {
		f := filesOf(before, "[a]\n"+stored)
		n := f.ReplaceStoredKey("AKIA1", c.id, c.in)
		if now := string(f.Bytes()[0]); n != c.n || !strings.HasPrefix(now, c.want) || !strings.HasSuffix(now, before[strings.Index(before, "[profile c]"):]) {
			t.Errorf("%q: %d\n%s", c.id, n, now)
		}
	}
}

// TestRemoveStoredKey: the key's lines go, and all else stays, byte for byte.
func TestRemoveStoredKey(t *testing.T) {
	const key = "guise_aws_access_key_id = AKIA\r\nguise_aws_secret_access_key = " + inStore + "\r\ncredential_process = /bin/guise credential-process --profile a\r\n"
	for with, want := range map[string]string{
		"[profile a]\r\nregion = x\r\n" + key + "# note\r\n[profile b]\r\n" + key: "[profile a]\r\nregion = x\r\n# note\r\n[profile b]\r\n" + key,
		"[profile a]\r\n" + key: "[profile a]\r\n",
		"[profile a]\r\nguise_aws_access_key_id = AKIA\r\nguise_aws_secret_access_key = " + inSource + "\r\n": "[profile a]\r\nguise_aws_access_key_id = AKIA\r\nguise_aws_secret_access_key = " + inSource + "\r\n",
	} {
		f := filesOf(with, "[a]\nregion = y\n")
		f.RemoveStoredKey("a")
		if now := f.Bytes(); string(now[0]) != want || string(now[1]) != "[a]\nregion = y\n" {
			t.Errorf("%q", now)
		}
	}
}

// TestNewProfile: a section that is added comes after an empty line, with the line
// ends of the file, whether that had a last one or not.
func TestNewProfile(t *testing.T) {
	lines := func(eol string) string {
		return strings.Join([]string{"[profile ci]", "guise_aws_access_key_id = AKIA", "guise_aws_secret_access_key = " + inStore, "credential_process = " + guisePath + " credential-process --profile ci", ""}, eol)
	}
	for before, want := range map[string]string{
		"":                                 lines("\n"),
		"# mine":                           "# mine\n\n" + lines("\n"),
		"[profile a]\r\nregion = x":        "[profile a]\r\nregion = x\r\n\r\n" + lines("\r\n"),
		"[profile a]\nregion = x\n":        "[profile a]\nregion = x\n\n" + lines("\n"),
		bom + "[default]\r\n[sso-session]": bom + "[default]\r\n[sso-session]\r\n\r\n" + lines("\r\n"),
	} {
		f := filesOf(before, "")
		if err := f.AddStoredKey("ci", "AKIA", guisePath); err != nil || string(f.Bytes()[0]) != want {
			t.Errorf("%q: %v\n%q", before, err, f.Bytes()[0])
		}
	}
}
