package doctor

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"guise/internal/awsconfig"
	"guise/internal/settings"
)

// TestReport: what guise runs on and what was found is there; nothing says whose it is,
// and the same thing has the same name each time.
func TestReport(t *testing.T) {
	const config = `[default]
region = eu-west-1
[profile prod]
role_arn = arn:aws:iam::222222222222:role/Admin
source_profile = secretbase
[profile prod eu]
sso_session = corp
sso_account_id = 333333333333
[profile a]
[sso-session corp]
sso_start_url = https://d-12345.awsapps.com/start
`
	f := facts(t, config, "")
	env := map[string]string{"USER": "alice", "SHELL": "/bin/zsh", "TERM": "xterm", "AWS_PROFILE": "gone"}

	f.Getenv, f.Home = func(name string) string { return env[name] }, "/home/alice"
	f.Settings = settings.Read("/none", []string{"GUISE_DIALOG=/home/alice/bin/ask"})
	found := []Finding{
		{Severity: Serious, What: "prod cannot have credentials: its source_profile secretbase does not exist", Why: "no SDK can use it", Fix: "${EDITOR:-vi} +5 /home/alice/.aws/config   # production"},
		{Severity: Warning, What: "the key …ABCD of prod eu in 333333333333 (arn:aws:iam::333333333333:role/x): prod", Why: "see https://d-12345.awsapps.com/start, alice@example.com, AKIAIOSFODNN7EXAMPLE, 333333333333."},
		{Severity: Hint, What: "AWS_PROFILE is gone; a region of corp; default"},
	}
	got := Report(f, found, "guise 1.2.3 linux/amd64")
	for _, want := range []string{
		"guise 1.2.3 linux/amd64\n", "shell:    /bin/zsh, hook not loaded\n", "terminal: xterm\n", "dialog = ~/bin/ask   # GUISE_DIALOG\n", "profiles: 4, 0 managed (",
		"<profile-4> cannot have credentials: its source_profile <profile-1> does not exist", "+5 ~/.aws/config   # production\n", "default",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	for _, secret := range []string{"alice", "secretbase", "prod ", "prod\n", "corp", "333333333333", "arn:", "https:", "ABCD", "AKIA", "gone", "d-12345"} {
		if strings.Contains(got, secret) {
			t.Errorf("%q is in\n%s", secret, got)
		}
	}
	if again := Report(f, found, "guise 1.2.3 linux/amd64"); again != got {
		t.Errorf("%s\nand then\n%s", got, again)
	}
}

// TestReportOfValues: what the user has written as a value, and where their files are, may
// say whose a report is, or be a secret that stands in the wrong place.
func TestReportOfValues(t *testing.T) {
	f := facts(t, "[profile it's acme]\nguise_alias = zulu\n[profile wal]\nsso_role_name = AcmeAdmin\n", "")
	f.Getenv, f.Home = func(name string) string { return map[string]string{"SHELL": "/home/bob/zsh"}[name] }, "/home/alice"
	f.Config = "/mnt/c/Users/Bob Smith/config"
	path := filepath.Join(t.TempDir(), "config.toml")
	text := "browser = \"firefox -P acme --token hunter2\"\nprompt_format = \"{profile} of hunter2\"\nmfa = \"hunter2\"\nhunter2 = 1\n[guard.profiles]\n\"acme-*\" = { confirm = \"hunter2\" }\n"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	f.Settings = settings.Read(path, []string{"GUISE_CACHE_KEY=hunter2 and 3", "GUISE_ACCESS_KEYS=hunter2"})
	var found []Finding
	for _, broken := range f.Settings.Broken {
		found = append(found, Finding{What: broken.Error(), Fix: "vi " + path})
	}
	found = append(
		found,
		Finding{What: "x: role_arn = not-acme-hunter2: not the ARN of a role", Fix: `guise adopt 'it'\''s acme' zulu # AcmeAdmin`},
		Finding{What: "/mnt/c/Users/Bob Smith/config line 3: source_profile = hunter2", Why: "of alice, in /srv/acme/aws and /usr/bin/guise", Fix: "guise credential-process --profile-encoded " + awsconfig.EncodeProfile("it's acme")},
	)
	got := Report(f, found, "guise 1.2.3 linux/amd64")
	for _, secret := range []string{"hunter2", "acme", "Acme", "alice", "bob", "Bob", "Smith", "zulu", filepath.Dir(path)} {
		if strings.Contains(got, secret) {
			t.Errorf("%q is in\n%s", secret, got)
		}
	}
	for _, want := range []string{"GUISE_CACHE_KEY=<", "must be one of auto, keyring, kernel, file", "browser = firefox …   # ", "role_arn = <", ": not the ARN of a role", " line 3: ", "/usr/bin/guise"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
}

// TestReportOfCommands: the words of a command may be a secret of any form, and are in no
// report; and what guise itself says is not replaced where a profile has such a name.
func TestReportOfCommands(t *testing.T) {
	f := facts(t, `[profile role]
credential_process = creds -p LEAK --role=arn:aws:iam::333333333333:role/HUSH {"SecretAccessKey":"LEAK"} $HOME
[profile process]
credential_process = creds -p LEAK
aws_access_key_id = AKIAIOSFODNN7EXAMPLE
aws_secret_access_key = LEAK
[profile cache_key]
source_profile = role
role_arn = arn:aws:iam::333333333333:role/HUSH
`, "")
	f.Settings = settings.Read("/none", []string{"GUISE_CACHE_KEY=file"})
	x := examine(f)
	for _, check := range []func(context.Context){x.plainKeys, x.processes, x.broken, x.names, x.sdks} {
		check(t.Context())
	}
	found := x.found
	all := strings.Join(said(f, found), "\n")
	if strings.Contains(all, "LEAK") || !strings.Contains(all, "uses process creds …; the Go SDK uses process sh -c …") {
		t.Error(all)
	}
	found = append(found, Finding{Severity: Hint, What: `{"AccessKeyId":"AKIAIOSFODNN7EXAMPLE"} --role=arn:aws:iam::333333333333:role/HUSH AccessKeyId:AKIAIOSFODNN7EXAMPLE`})
	got := Report(f, found, "guise 1.2.3 linux/amd64")
	for _, secret := range []string{"LEAK", "HUSH", "AKIA", "arn:", "333333333333"} {
		if strings.Contains(got, secret) {
			t.Errorf("%q is in\n%s", secret, got)
		}
	}
	for _, want := range []string{"profiles: 3, 0 managed (1 role, 2 process)", "cache_key = file ", "uses <profile-2> creds …; the Go SDK"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
}
