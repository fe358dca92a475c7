package doctor

import (
	"strings"
	"testing"

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
