//go:build unix

package e2e

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"guise/internal/loopback"
	"guise/internal/need"
)

// everyWay are profiles of each kind, beside those of the demo.
const everyWay = `
[profile legacy]
sso_start_url = START_URL
sso_region = eu-west-1
sso_account_id = 600000000002
sso_role_name = ReadOnly
region = eu-west-1

[profile granted]
granted_sso_start_url = START_URL
granted_sso_region = eu-west-1
granted_sso_account_id = 600000000003
granted_sso_role_name = ReadOnly
credential_process = granted credential-process --profile granted
region = eu-west-1

[profile github]
role_arn = arn:aws:iam::333333333333:role/Runner
web_identity_token_file = HOME/token
role_session_name = run-1
region = eu-west-1

[profile from-github]
role_arn = arn:aws:iam::444444444444:role/AfterRunner
source_profile = github
region = eu-west-1

[profile instance]
role_arn = arn:aws:iam::444444444444:role/AfterMachine
credential_source = Ec2InstanceMetadata
region = eu-west-1

[profile container]
role_arn = arn:aws:iam::444444444444:role/AfterMachine
role_session_name = in-a-container
credential_source = EcsContainer
region = eu-west-1

[profile exported]
role_arn = arn:aws:iam::333333333333:role/Deploy
credential_source = Environment
region = eu-west-1

[profile process]
credential_process = HOME/process
region = eu-west-1

[profile after-process]
role_arn = arn:aws:iam::444444444444:role/AfterMachine
role_session_name = after-process
source_profile = process
region = eu-west-1

[profile idp-command]
guise_saml_command = cat HOME/assertion
guise_saml_role_arn = arn:aws:iam::333333333333:role/Federated
region = eu-west-1

[profile token-process]
role_arn = arn:aws:iam::333333333333:role/Runner
web_identity_token_process = cat HOME/token
role_session_name = printed
region = eu-west-1

[profile after-token]
role_arn = arn:aws:iam::444444444444:role/AfterRunner
source_profile = token-process
region = eu-west-1

[profile including]
include_profile = included
role_arn = arn:aws:iam::444444444444:role/AfterMachine
region = eu-west-1

[profile included]
include_profile = of-all
source_profile = process

[profile of-all]
role_session_name = including
`

// waysWorld is a world with all of them managed.
func waysWorld(t *testing.T) *world {
	t.Helper()
	w := newWorld(t)
	more := strings.NewReplacer("START_URL", w.aws.StartURL(), "HOME", w.home).Replace(everyWay)
	w.write(".aws/config", w.read(".aws/config")+more)
	for _, r := range []loopback.Role{
		{ARN: "arn:aws:iam::333333333333:role/Runner", Trusts: []string{"sub:repo:demo/guise"}},
		{ARN: "arn:aws:iam::444444444444:role/AfterRunner", Trusts: []string{"arn:aws:iam::333333333333:role/Runner"}},
		{ARN: "arn:aws:iam::333333333333:role/Machine"},
		{ARN: "arn:aws:iam::444444444444:role/AfterMachine", Trusts: []string{"333333333333"}},
	} {
		w.aws.AddRole(r)
	}
	token := w.aws.SetMachine("arn:aws:iam::333333333333:role/Machine")
	w.write("token", w.aws.WebToken("repo:demo/guise", time.Hour))
	w.write("assertion", w.aws.Assertion())
	w.program(filepath.Join(w.home, "process"), "#!/bin/sh\nexec "+filepath.Join(binDir, "guise")+" credential-process --profile deploy\n")
	w.env = append(
		w.env, "AWS_EC2_METADATA_DISABLED=false", "AWS_EC2_METADATA_SERVICE_ENDPOINT="+w.server.URL(),
		"AWS_CONTAINER_CREDENTIALS_FULL_URI="+w.server.URL()+"/container", "AWS_CONTAINER_AUTHORIZATION_TOKEN="+token,
	)
	if got := w.guise("adopt", "--all", "--yes", "--keep-keys"); got.code != 0 {
		t.Fatalf("adopt: %+v", got)
	}
	return w
}

// whoEach is who AWS says that each profile is.
func whoEach() map[string]string {
	return map[string]string{
		"org-dev":       `assumed-role/AWSReservedSSO_Developer_\w+/alice`,
		"org-deploy":    `assumed-role/OrgDeploy/guise-alice`,
		"legacy":        `600000000002:assumed-role/AWSReservedSSO_ReadOnly_\w+/alice`,
		"granted":       `600000000003:assumed-role/AWSReservedSSO_ReadOnly_\w+/alice`,
		"github":        `assumed-role/Runner/run-1`,
		"from-github":   `assumed-role/AfterRunner/guise-alice`,
		"instance":      `assumed-role/AfterMachine/guise-alice`,
		"container":     `assumed-role/AfterMachine/in-a-container`,
		"process":       `assumed-role/Deploy/guise-alice`,
		"after-process": `assumed-role/AfterMachine/after-process`,
		"idp-command":   `assumed-role/Federated/alice`,
		"token-process": `assumed-role/Runner/printed`,
		"after-token":   `assumed-role/AfterRunner/guise-alice`,
		"including":     `assumed-role/AfterMachine/including`,
		"console":       `111111111111:user/alice`,
	}
}

// TestEveryWay: each kind of profile, managed, gives the right identity to
// the AWS CLI (on a user's machine, some of them), boto3 and a Go program; the second time with
// no call to AWS.
func TestEveryWay(t *testing.T) {
	needBoto3(t)
	w := waysWorld(t)
	s := w.shell("bash")
	// With a user; the rest needs nobody. legacy and granted name a start URL and no
	// [sso-session]: they share a sign-in of their own.
	for _, profile := range []string{"org-dev", "legacy", "console"} {
		s.Type("guise login " + profile + "\r")
		s.See(profile + ": .*left")
	}
	for profile := range whoEach() {
		if first := w.guise("credential-process", "--profile", profile); first.code != 0 {
			t.Errorf("%s: %+v", profile, first.err)
		}
	}
	if got := w.run(w.exported(), "guise", "whoami", "exported"); !strings.Contains(got.out, "assumed-role/Deploy/") {
		t.Errorf("%+v", got)
	}
	w.aws.Forget()
	for profile := range whoEach() {
		if second := w.guise("credential-process", "--profile", profile); second.code != 0 {
			t.Errorf("%s: %+v", profile, second.err)
		}
	}
	if calls := w.aws.Calls(""); len(calls) != 0 {
		t.Errorf("the second time: %v", calls)
	}
	for profile, who := range whoEach() {
		if got := w.guise("whoami", profile); !regexp.MustCompile(who).MatchString(got.out) {
			t.Errorf("%s: %+v", profile, got)
		}
	}
	if n := len(w.pages()); n != 3 {
		t.Errorf("%d pages were opened", n)
	}
	// The sign-in of `aws login` lies readable by AWS's design, for its CLI and SDKs.
	if err := os.RemoveAll(filepath.Join(w.home, ".aws/login")); err != nil {
		t.Fatal(err)
	}
	w.noSecrets()
	w.clients()
}

// exported is an environment with the keys of the user ci.
func (w *world) exported() []string {
	var env []string
	for line := range strings.Lines(w.read(".aws/credentials")) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), " = ")
		if at := strings.Index(w.read(".aws/credentials"), "[ci"); at >= 0 && strings.Index(w.read(".aws/credentials"), line) > at {
			env = append(env, strings.ToUpper(name)+"="+value)
		}
	}
	return env
}

// clients asks each profile's identity in other programs.
func (w *world) clients() {
	t := w.t
	const boto3 = `
import boto3, json, os, sys
for profile in sys.argv[1:]:
    session = boto3.Session(profile_name=profile)
    arn = session.client("sts", region_name="eu-west-1", endpoint_url=os.environ["AWS_ENDPOINT_URL"]).get_caller_identity()["Arn"]
    print(json.dumps([profile, arn]))
`
	var names []string
	for name := range whoEach() {
		names = append(names, name)
	}
	got := w.run(nil, "python3", append([]string{"-c", boto3}, names...)...)
	seen := 0
	for line := range strings.Lines(got.out) {
		var pair [2]string
		if err := json.Unmarshal([]byte(line), &pair); err != nil || !regexp.MustCompile(whoEach()[pair[0]]).MatchString(pair[1]) {
			t.Errorf("boto3: %s", line)
		}
		seen++
	}
	if seen != len(names) {
		t.Errorf("boto3: %+v", got)
	}
	inGo := w.bySDK(nil, names...)
	for profile, who := range whoEach() {
		if !regexp.MustCompile(who).MatchString(inGo[profile].ARN) {
			t.Errorf("Go: %+v", inGo[profile])
		}
	}
	slices.Sort(names)
	for profile, got := range w.byCLI(need.Part(t, 4, names)...) {
		if !regexp.MustCompile(whoEach()[profile]).MatchString(got.out) {
			t.Errorf("aws: %s: %+v", profile, got)
		}
	}
}

// byCLI asks the AWS CLI who each profile is. Where it is a module of python3, one process
// loads it, for half a second, and then forks for each profile.
func (w *world) byCLI(profiles ...string) map[string]result {
	w.t.Helper()
	const loadedOnce = `
import os, sys
import awscli.clidriver
for profile in sys.argv[1:]:
    child = os.fork()
    if child == 0:
        for fd, name in ((1, "out"), (2, "err")):
            os.dup2(os.open(os.path.join(os.environ["TMPDIR"], "aws-" + profile + "." + name), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), fd)
        sys.argv = ["aws", "--profile", profile, "--endpoint-url", os.environ["AWS_ENDPOINT_URL"], "sts", "get-caller-identity", "--output", "text", "--query", "Arn"]
        sys.exit(awscli.clidriver.main())
    print(profile, os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
`
	all := map[string]result{}
	got := w.run(nil, "python3", append([]string{"-c", loadedOnce}, profiles...)...)
	if strings.Contains(got.err, "No module named 'awscli'") {
		for _, profile := range profiles {
			all[profile] = w.run(nil, "aws", "--profile", profile, "--endpoint-url", w.server.URL(), "sts", "get-caller-identity", "--output", "text", "--query", "Arn")
		}
		return all
	}
	for line := range strings.Lines(got.out) {
		var one result
		at := strings.LastIndex(line, " ")
		profile := line[:at]
		one.code, _ = strconv.Atoi(strings.TrimSpace(line[at:]))
		for name, text := range map[string]*string{"out": &one.out, "err": &one.err} {
			data, err := os.ReadFile(filepath.Join(w.dir, "tmp", "aws-"+profile+"."+name))
			if err != nil {
				w.t.Error(err)
			}
			*text = string(data)
		}
		all[profile] = one
	}
	if got.code != 0 || len(all) != len(profiles) {
		w.t.Errorf("aws: %+v", got)
	}
	return all
}
