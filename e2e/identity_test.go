//go:build unix

package e2e

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// tells is a credential process that answers according to what it is told: the
// profile, AWS_PROFILE, and the folder that it lies in.
const tells = `#!/bin/sh
printf '{"Version":1,"AccessKeyId":"ASIAFOR%sX%sX%s","SecretAccessKey":"s","SessionToken":"t","Expiration":"END"}' \
  "$GUISE_PROFILE" "$AWS_PROFILE" "$(basename "$(cd "$(dirname "$0")" && pwd)")"
`

// TestCommandsAreTold: a command that several profiles name is run for each, and
// for each AWS_PROFILE and folder that it may go by; never is what it answered to
// one served to another.
func TestCommandsAreTold(t *testing.T) {
	w := newWorld(t)
	script := strings.Replace(tells, "END", time.Now().Add(6*time.Hour).UTC().Format(time.RFC3339), 1)
	for _, folder := range []string{"one", "two"} {
		if err := os.MkdirAll(filepath.Join(w.dir, "work", folder), 0o700); err != nil {
			t.Fatal(err)
		}
		w.program(filepath.Join(w.dir, "work", folder, "creds"), script)
	}
	w.write(".aws/config", "[profile dev]\nguise_credential_process = ./creds\n[profile prod]\nguise_credential_process = ./creds\n")
	for range 2 { // the second time from the cache
		for _, profile := range []string{"dev", "prod"} {
			for _, active := range []string{"", "other"} {
				for _, folder := range []string{"one", "two"} {
					got := w.run([]string{"AWS_PROFILE=" + active}, "sh", "-c", "cd "+folder+" && guise credential-process --profile "+profile)
					if want := "ASIAFOR" + profile + "X" + active + "X" + folder; !strings.Contains(got.out, `"`+want+`"`) {
						t.Errorf("want %s: %+v", want, got)
					}
				}
			}
		}
	}
}

// TestCommandsGoByTheOutside: what a command of any shape reads in its folder, which
// program PATH has for it and what AWS_ variables say are part of the session's name:
// the answer is never that of another folder, program or identity.
func TestCommandsGoByTheOutside(t *testing.T) {
	w := newWorld(t)
	end := time.Now().Add(6 * time.Hour).UTC().Format(time.RFC3339)
	answer := func(of string) string {
		return `{"Version":1,"AccessKeyId":"ASIAFOR` + of + `","SecretAccessKey":"s","SessionToken":"t","Expiration":"` + end + `"}`
	}
	for _, folder := range []string{"one", "two"} {
		dir := filepath.Join(w.dir, "work", folder)
		if err := os.MkdirAll(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		for name, text := range map[string]string{"creds": answer(folder), "my creds": answer(folder), "say": "echo '" + answer(folder) + "'", "answers": "#!/bin/sh\necho '" + answer(folder) + "'"} {
			w.program(filepath.Join(dir, name), text)
		}
	}
	w.program(filepath.Join(w.dir, "byrole"), "#!/bin/sh\necho '"+strings.Replace(answer("X"), "X", `'"$AWS_ROLE_ARN"'`, 1)+"'\n")
	commands := []string{"cat creds", "sh say", `sh -c "cat creds"`, "sh -c 'cat < creds'", "cat $WHERE", "cat 'my creds'", "sh -c 'cat <creds'"}
	for _, command := range commands {
		w.write(".aws/config", "[profile p]\nguise_credential_process = "+command+"\n")
		for range 2 {
			for _, folder := range []string{"one", "two"} {
				got := w.run([]string{"WHERE=creds"}, "sh", "-c", "cd "+folder+" && guise credential-process --profile p")
				if !strings.Contains(got.out, "ASIAFOR"+folder) {
					t.Errorf("%s in %s: %+v", command, folder, got)
				}
			}
		}
	}
	w.write(".aws/config", "[profile p]\nguise_credential_process = answers\n[profile r]\nguise_credential_process = "+filepath.Join(w.dir, "byrole")+"\n")
	for range 2 {
		for _, other := range []string{"one", "two"} {
			got := w.run(nil, "sh", "-c", `PATH="$PWD/`+other+`:$PATH" guise credential-process --profile p`)
			if !strings.Contains(got.out, "ASIAFOR"+other) {
				t.Errorf("%s on PATH: %+v", other, got)
			}
			if got := w.run([]string{"AWS_ROLE_ARN=" + other}, "guise", "credential-process", "--profile", "r"); !strings.Contains(got.out, "ASIAFOR"+other) {
				t.Errorf("as role %s: %+v", other, got)
			}
		}
	}
}

// TestTwoSessionsAtOneStartURL: two [sso-session]s at one start URL are two
// sign-ins; one does not serve the other, and signing out of one leaves the other.
func TestTwoSessionsAtOneStartURL(t *testing.T) {
	w := newWorld(t)
	url := regexp.MustCompile(`sso_start_url = (\S+)`).FindStringSubmatch(w.read(".aws/config"))[1]
	w.write(".aws/config", w.read(".aws/config")+"\n[sso-session admin]\nsso_start_url = "+url+"\nsso_region = eu-west-1\n"+
		"[profile admin]\nsso_session = admin\nsso_account_id = 600000000001\nsso_role_name = Developer\n")
	served := func(profile string) bool {
		return w.guise("credential-process", "--profile", profile).code == 0
	}
	s := w.shell("bash")
	s.Type("guise login org-dev\r")
	s.See("org-dev: Developer")
	if !served("org-dev") || served("admin") {
		t.Fatal("the sign-in of one session serves the other")
	}
	s.Type("guise login admin\r")
	s.See("admin: Developer")
	if !served("admin") {
		t.Fatal("no session after the sign-in")
	}
	s.Type("guise logout org-dev\r")
	s.See("signed out of demo")
	if served("org-dev") || !served("admin") {
		t.Error("signing out of one session ends the other, or neither")
	}
	if n := len(w.pages()); n != 2 {
		t.Errorf("%d pages", n)
	}
}

// TestSDKsDiffer: a profile that botocore and the Go SDK take for two identities
// is left by adopt --all, and said; by its name guise says whose identity changes
// and asks. doctor names the line.
func TestSDKsDiffer(t *testing.T) {
	w := newWorld(t)
	config := w.read(".aws/config") + "\n[profile two]\ncredential_process = /bin/creds\naws_access_key_id = AKIAAAAAAAAAAAAAAAAA\naws_secret_access_key = s\n"
	w.write(".aws/config", config)
	line := "config line " + strconv.Itoa(1+strings.Count(config[:strings.Index(config, "credential_process = /bin/creds")], "\n"))
	differ := "two: botocore (AWS CLI, boto3) uses process /bin/creds; the Go SDK uses access-key AKIAAAAAAAAAAAAAAAAA"
	if got := w.guise("doctor"); !strings.Contains(got.out, differ) || !strings.Contains(got.out, line) {
		t.Errorf("doctor: %s", got.out)
	}
	if got := w.guise("adopt", "--all", "--yes", "--keep-keys"); !strings.Contains(got.err, differ) || !strings.Contains(got.err, " (guise adopt two asks)") ||
		!strings.Contains(w.read(".aws/config"), "\ncredential_process = /bin/creds\n") {
		t.Errorf("adopt --all: %+v", got)
	}
	if got := w.guise("adopt", "--keep-keys", "two"); got.code != 3 || !strings.Contains(got.err, differ) || !strings.Contains(got.err, "Once guise manages it, the Go SDK uses the same identity as botocore") {
		t.Errorf("adopt without anybody to ask: %+v", got)
	}
	if got := w.guise("adopt", "--keep-keys", "--yes", "two"); got.code != 0 || !strings.Contains(w.read(".aws/config"), "\nguise_credential_process = /bin/creds\n") {
		t.Errorf("adopt --yes: %+v", got)
	}
	if got := w.guise("explain", "two"); !strings.Contains(got.out, "runs /bin/creds") {
		t.Errorf("explain: %s", got.out)
	}
}
