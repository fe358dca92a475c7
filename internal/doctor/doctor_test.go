package doctor

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"guise/internal/awsapi"
	"guise/internal/awsconfig"
	"guise/internal/keys"
	"guise/internal/settings"
	"guise/session"
)

// facts are those of two files, at a time, and with a guise to be run.
func facts(t *testing.T, config, credentials string) Facts {
	t.Helper()
	home := t.TempDir()
	for name, text := range map[string]string{"config": config, "credentials": credentials, "guise": ""} {
		if err := os.WriteFile(filepath.Join(home, name), []byte(strings.ReplaceAll(text, "HOME", home)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	f := Facts{
		Getenv: func(string) string { return "" }, Now: func() time.Time { return time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC) }, Home: home,
		Config: filepath.Join(home, "config"), Credentials: filepath.Join(home, "credentials"),
		Executable: func() (string, error) { return filepath.Join(home, "guise"), nil },
		Defaults: session.Defaults{
			SessionName: "me", Getenv: func(string) string { return "" }, Environ: func() []string { return nil },
			Endpoint: func(awsconfig.Profile, string) string { return "" },
		},
	}
	f.Files, f.Unread = awsconfig.ReadSome(f.Config, f.Credentials)
	return f
}

// said are findings in a line each, with HOME for the folder of the test.
func said(f Facts, found []Finding) []string {
	var lines []string
	for _, one := range found {
		lines = append(lines, strings.ReplaceAll(one.Severity+" "+one.Check+": "+one.What+" | "+one.Fix, f.Home, "HOME"))
	}
	return lines
}

const process = "credential_process = \"HOME/guise\" credential-process --profile "

// TestProfiles: what each check finds of the profiles, and the command that fixes it.
func TestProfiles(t *testing.T) {
	const keys = "aws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = x\n"
	for _, c := range []struct {
		name                string
		config, credentials string
		check               func(*examination, context.Context)
		want                []string // how each begins
	}{
		{"keys in the file", "", "[alice]\n" + keys, (*examination).plainKeys, []string{"serious plaintext-keys: the keys of alice are in plain text in the AWS files | guise keys import alice"}},
		{"half a key in the file", "", "[alice]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\n", (*examination).plainKeys, nil},
		{"a colour that is none", "[profile p]\nguise_color = pink\n", "", (*examination).guards, []string{"warning guard: p: HOME/config line 2: guise_color must be one of red, yellow, magenta, blue, cyan, green, white | ${EDITOR:-vi} +2 HOME/config"}},
		{"a guard that cannot be read", "[profile p]\nregion = x\nguise_confirm = often\n", "", (*examination).guards, []string{"serious guard: p: HOME/config line 3: guise_confirm must be one of yes, name, no | ${EDITOR:-vi} +3 HOME/config"}},
		{"a guard", "[profile p]\nguise_color = red\nguise_confirm = name\nguise_lease = 1h\n", "", (*examination).guards, nil},
		{"no keys", "[profile p]\nregion = x\n", "", (*examination).plainKeys, nil},
		{"what another tool left", "", "[p]\n" + keys + "aws_session_token = t\n", (*examination).leftovers, []string{"warning leftovers: temporary credentials are in the AWS files as p | ${EDITOR:-vi} +4 HOME/credentials   # remove the section [p]"}},
		{"what export wrote, and is good", "", "[p]\n" + keys + "aws_session_token = t\nguise_expires = 2026-01-02T04:00:00Z\n", (*examination).leftovers, nil},
		{"what export wrote, and has ended", "", "[p]\n" + keys + "aws_session_token = t\nguise_expires = 2026-01-02T02:00:00Z\n", (*examination).leftovers, []string{"warning leftovers: temporary credentials are in the AWS files as p, and have expired | ${EDITOR:-vi} +4 HOME/credentials   # remove the section [p]"}},
		{"a guise that is not there", "[profile p]\ncredential_process = /none/guise credential-process --profile p\n", "", (*examination).processes, []string{"serious credential-process: the credential_process of p runs /none/guise, which is not there | guise adopt p"}},
		{"guise", "[profile p]\n" + process + "p\n", "", (*examination).processes, nil},
		{"the line that runs guise is gone", "[profile p]\nguise_role_arn = r\nguise_source_profile = b\n", "", (*examination).processes, []string{"serious credential-process: p has no credential_process any more, and its settings are hidden from SDKs | guise adopt p"}},
		{"keys beside it", "[profile p]\n" + process + "p\n", "[p]\n" + keys, (*examination).processes, []string{"serious credential-process: aws_access_key_id, aws_secret_access_key is set beside the credential_process of p | guise adopt p"}},
		{"temporary ones", "[profile p]\n" + process + "p\n", "[p]\n" + keys + "aws_session_token = t\n", (*examination).processes, []string{"serious credential-process: temporary credentials are set beside the credential_process of p | ${EDITOR:-vi} +4 HOME/credentials   # remove the section [p]"}},
		{"no source", "[profile p]\nrole_arn = arn:aws:iam::111111111111:role/x\nsource_profile = q\n", "", (*examination).broken, []string{"serious broken-profile: p cannot have credentials: "}},
		{"settings alone", "[profile p]\nregion = x\n", "", (*examination).broken, nil},
		{"a name that SDKs do not all see", "[profile \"a b\"]\nregion = x\n", "", (*examination).names, []string{"hint names: the profile a b is not seen by "}},
		{"all well", "[profile p]\nregion = x\n", "", (*examination).brokenFiles, nil},
	} {
		f := facts(t, c.config, c.credentials)
		x := examine(f)
		c.check(x, t.Context())
		got := said(f, x.found)
		if !slices.EqualFunc(got, c.want, strings.HasPrefix) {
			t.Errorf("%s:\n%q\nwant\n%q", c.name, got, c.want)
		}
	}
}

// TestRepairs: what --fix does for a profile whose guise is gone.
func TestRepairs(t *testing.T) {
	f := facts(t, "[profile p]\ncredential_process = /none/guise credential-process --profile p\n", "")
	adopted := ""
	f.Adopt = func(profile string) error { adopted = profile; return nil }
	x := examine(f)
	x.processes(t.Context())
	if len(x.found) != 1 || x.found[0].Repair() != nil || adopted != "p" {
		t.Errorf("%+v, %q", x.found, adopted)
	}
}

// oneKey is an IAM whose user has one access key.
type oneKey struct {
	keys.IAM
	awsapi.AccessKey
}

func (o oneKey) AccessKeys(context.Context) ([]awsapi.AccessKey, error) {
	return []awsapi.AccessKey{o.AccessKey}, nil
}

// TestOldKeys: a key is old after ninety days; one that cannot be asked about is not
// spoken of.
func TestOldKeys(t *testing.T) {
	f := facts(t, "", "")
	for age, want := range map[time.Duration]int{oldest - time.Hour: 0, oldest + time.Hour: 1} {
		f.IAM = func(_ context.Context, profile string) (keys.IAM, error) {
			if profile != "alice" {
				return nil, session.ErrNoPerson
			}
			return oneKey{AccessKey: awsapi.AccessKey{ID: "AKIAIOSFODNN7EXAMPLE", Created: f.Now().Add(-age)}}, nil
		}
		f.Files, _ = awsconfig.ReadSome(f.Config, f.Credentials)
		for profile, id := range map[string]string{"alice": "AKIAIOSFODNN7EXAMPLE", "nobody": "AKIAIOSFODNN7EXAMPL2"} {
			if err := f.Files.AddStoredKey(profile, id, "/guise"); err != nil {
				t.Fatal(err)
			}
		}
		x := examine(f)
		x.oldKeys(t.Context())
		if len(x.found) != want || want > 0 && x.found[0].Fix != "guise keys rotate alice" {
			t.Errorf("%s: %+v", age, x.found)
		}
	}
}

func TestProgramOf(t *testing.T) {
	for command, want := range map[string]string{
		"/bin/guise credential-process": "/bin/guise", `"/my bin/guise" x`: "/my bin/guise", "guise": "guise", `"/unclosed x`: "/unclosed x", "": "",
	} {
		if got := programOf(command); got != want {
			t.Errorf("%s: %s", command, got)
		}
	}
}

func TestVersionIn(t *testing.T) {
	for text, want := range map[string][2]int{
		"GNU bash, version 5.2.37(1)-release (x86_64-pc-linux-gnu)": {5, 2}, "zsh 5.9 (x86_64-debian-linux-gnu)": {5, 9},
		"fish, version 4.0.2": {4, 0}, "GNU bash, version 3.2.57(1)-release": {3, 2}, "no version": {}, "": {},
	} {
		major, minor, ok := versionIn(text)
		if (major != want[0] || minor != want[1]) || ok != (want != [2]int{}) {
			t.Errorf("%s: %d.%d %v", text, major, minor, ok)
		}
	}
}

// TestSettings: what cannot be read is a finding, and serious where it protects.
func TestSettings(t *testing.T) {
	x := &examination{Facts: Facts{Settings: settings.Read("/none", []string{"GUISE_CACHE_KEY=x", "GUISE_PICKER=y", "GUISE_REFRESH_BEFORE=1m"}), Home: "/home/me"}}
	x.brokenSettings(t.Context())
	x.refresh(t.Context())
	want := []string{
		"serious settings: GUISE_CACHE_KEY=x: must be one of auto, keyring, kernel, file | unset GUISE_CACHE_KEY",
		"warning settings: GUISE_PICKER=y: must be one of fzf, list | unset GUISE_PICKER",
	}
	got := said(x.Facts, x.found)
	if len(got) != 3 || !slices.Equal(got[:2], want) || !strings.HasPrefix(got[2], "hint refresh-before: refresh_before is 1m") {
		t.Errorf("%q", got)
	}
}

// TestClock: a clock that is off by more than AWS bears, and an AWS that does not
// answer.
func TestClock(t *testing.T) {
	for _, c := range []struct {
		skew time.Duration
		err  error
		want string
	}{
		{0, nil, ""}, {session.SkewTold, nil, ""}, {-2 * session.SkewTold, nil, Serious}, {2 * session.SkewTold, nil, Serious}, {0, context.DeadlineExceeded, Hint},
	} {
		x := &examination{Facts: Facts{Clock: func(context.Context) (time.Duration, error) { return c.skew, c.err }}}
		x.clock(t.Context())
		if (len(x.found) > 0) != (c.want != "") || c.want != "" && x.found[0].Severity != c.want {
			t.Errorf("%s, %v: %+v", c.skew, c.err, x.found)
		}
	}
	for system, want := range map[string]string{"linux": "sudo timedatectl set-ntp true", "darwin": "sudo sntp -sS time.apple.com"} {
		if fix := setClock(system); fix != want {
			t.Errorf("%s: %s", system, fix)
		}
	}
	x := &examination{}
	if x.clock(t.Context()); len(x.found) > 0 {
		t.Errorf("where AWS cannot be asked: %+v", x.found)
	}
}
