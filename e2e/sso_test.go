//go:build unix

package e2e

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"guise/internal/await"
	"guise/internal/loopback"
	"guise/internal/need"
	"guise/internal/terminaltest"
)

// manyAtOnce starts background calls at once in one terminal, for all forty
// accounts' first profiles in turn.
const manyAtOnce = `for i in $(seq 30); do { guise credential-process --profile $([ $((i % 2)) = 0 ] && echo org-dev || echo org-deploy) >out.$i 2>err.$i; echo $? >code.$i; } & done; wait; cat code.* | sort | uniq -c; echo all-done`

func (w *world) thirty(env ...string) *terminaltest.Terminal {
	w.t.Helper()
	return w.open(env, "sh", "-c", manyAtOnce)
}

// awaitThirty waits until all of them wait for the one page: one that begins later asks
// for a page of its own.
func (w *world) awaitThirty() { w.t.Helper(); w.awaitOpen(30, "home/.cache/guise/locks/*") }

// TestThirtySignIn: one page, one registration, one token, whatever the number of
// processes and profiles.
func TestThirtySignIn(t *testing.T) {
	w := adopted(t)
	s := w.thirty()
	s.See("needs you to sign in to demo")
	s.See(`30 0\s+all-done`)
	if pages := w.pages(); len(pages) != 1 {
		t.Errorf("%d pages", len(pages))
	}
	for action, want := range map[string]int{"RegisterClient": 1, "CreateToken": 1, "GetRoleCredentials": 1, "AssumeRole": 1} {
		if n := len(w.aws.Calls(action)); n != want {
			t.Errorf("%d calls of %s", n, action)
		}
	}
	if answers := w.answers("out.*"); len(answers) != 2 {
		t.Errorf("%d different answers for two profiles", len(answers))
	}
	w.noSecrets()
}

// TestThirtyUnattended: no page, no call, and the sign-in that the user then
// makes serves all.
func TestThirtyUnattended(t *testing.T) {
	w := adopted(t)
	got := w.run(nil, "sh", "-c", manyAtOnce)
	if !strings.Contains(got.out, "30 3\nall-done") || len(w.pages()) != 0 || len(w.aws.Calls("")) != 0 {
		t.Errorf("%+v, %d pages, %d calls", got, len(w.pages()), len(w.aws.Calls("")))
	}
	for complaint := range w.answers("err.*") {
		if !strings.Contains(complaint, "guise login org-") {
			t.Errorf("%s", complaint)
		}
	}
	s := w.shell("zsh")
	s.Type("guise login org-deploy\r")
	s.See("org-deploy: OrgDeploy")
	if got := w.run(nil, "sh", "-c", manyAtOnce); !strings.Contains(got.out, "30 0\nall-done") || len(w.pages()) != 1 {
		t.Errorf("%+v", got)
	}
}

// TestThirtyRefused: no from the user is asked for once, in the browser and, by
// the next test, at the terminal.
func TestThirtyRefused(t *testing.T) {
	w := adopted(t)
	s := w.thirty(browserDecides + "=leave")
	w.awaitThirty()
	if _, err := loopback.Click(t.Context(), w.firstPage(), "deny"); err != nil {
		t.Fatal(err)
	}
	s.See(`30 1\s+all-done`)
	for complaint := range w.answers("err.*") {
		if !strings.Contains(complaint, "the sign-in failed: access_denied") || !strings.Contains(complaint, "hint: guise login org-") {
			t.Errorf("%q", complaint)
		}
	}
	if pages := w.pages(); len(pages) != 1 {
		t.Errorf("%d pages", len(pages))
	}
}

func TestThirtyGivenUp(t *testing.T) {
	w := adopted(t)
	s := w.thirty(browserDecides + "=leave")
	s.See("Esc gives up")
	w.awaitThirty()
	s.Type(held)
	s.See(`30 130\s+all-done`)
	if pages := w.pages(); len(pages) != 1 {
		t.Errorf("%d pages", len(pages))
	}
}

// TestNoAtOnce: a no at a page is heard from the moment that the page is there, before
// the terminal has shown how to say it.
func TestNoAtOnce(t *testing.T) {
	w := adopted(t)
	s := w.open([]string{browserDecides + "=leave"}, "sh", "-c", "echo begin; read begun; guise login org-dev; echo code $?")
	s.See("begin")
	s.Type("\r" + stopOutput)
	w.firstPage()
	s.Type(held + goOnWithOutput)
	s.See("code 130")
}

// What a terminal holds its output back at, and goes on at.
const stopOutput, goOnWithOutput = "\x13", "\x11"

// TestPageOutlivesTheCall: an SDK ends a credential process after a minute; the
// page that is finished later is not finished in vain.
func TestPageOutlivesTheCall(t *testing.T) {
	w := adopted(t)
	s := w.open([]string{browserDecides + "=leave"}, "sh", "-c",
		"guise credential-process --profile org-dev & pid=$!; until [ -e page-is-open ]; do sleep 0.05; done; kill -9 $pid; wait $pid; echo killed; cat")
	s.See("Esc gives up")
	page := w.firstPage()
	w.touch("page-is-open")
	s.See("killed")
	if status, err := loopback.Click(t.Context(), page, "allow"); err != nil || status != http.StatusOK {
		t.Fatalf("%d %v", status, err)
	}
	await.NoError(t, func() error {
		if got := w.guise("credential-process", "--profile", "org-dev"); got.code != 0 {
			return fmt.Errorf("%+v", got)
		}
		return nil
	})
	w.logs(`"program":"[^" ]+","pid":\d+,.*"profile":"org-dev","account":"600000000001","role":"Developer","access_key_id":"ASIA\w+","result":"asked","request_id":"\w+"`)
}

// logs waits until a line of the log is as a pattern says.
func (w *world) logs(pattern string) {
	w.t.Helper()
	await.NoError(w.t, func() error {
		text, err := os.ReadFile(filepath.Join(w.home, ".local/state/guise/log.jsonl"))
		if err == nil && !regexp.MustCompile(pattern).Match(text) {
			err = fmt.Errorf("no %s in %s", pattern, text)
		}
		return err
	})
}

// TestPageStillOpen: a call that waits no longer says that the page is open still.
func TestPageStillOpen(t *testing.T) {
	w := adopted(t)
	s := w.open([]string{browserDecides + "=leave", "GUISE_WAIT_FOR_PERSON=1s"}, "sh", "-c",
		"guise credential-process --profile org-dev; echo code $?")
	s.See("the sign-in page is still open")
	s.See("code 3")
	if _, err := loopback.Click(t.Context(), w.firstPage(), "allow"); err != nil {
		t.Error(err)
	}
	w.empty() // the sign-in that has outlived the call keeps what it got, and ends
	if got := w.guise("credential-process", "--profile", "org-dev"); got.code != 0 {
		t.Errorf("%+v", got)
	}
}

// TestForgedAnswer: what comes back to the port without our state is refused, and
// the sign-in goes on.
func TestForgedAnswer(t *testing.T) {
	w := adopted(t)
	s := w.open([]string{browserDecides + "=leave"}, "sh", "-c", "guise login org-dev; echo code $?")
	s.See("Esc gives up")
	address := w.firstPage()
	page, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	for _, query := range []string{"?code=x&state=forged", "?error=access_denied", "?state="} {
		answer, err := http.Get(page.Query().Get("redirect_uri") + query)
		if err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close()
		if answer.StatusCode != http.StatusBadRequest {
			t.Errorf("%s: %s", query, answer.Status)
		}
	}
	if status, err := loopback.Click(t.Context(), address, "allow"); err != nil || status != http.StatusOK {
		t.Errorf("%d %v", status, err)
	}
	s.See("org-dev: Developer")
	s.See("code 0")
}

// TestDevice: on the terminal, with a code and a picture of the address.
func TestDevice(t *testing.T) {
	w := adopted(t)
	s := w.open([]string{browserDecides + "=leave"}, "sh", "-c", "guise login --device org-dev; echo code $?")
	found := s.See(`on any device:\s+(http\S+)`)
	s.See("▀|█")
	s.See("Esc gives up")
	if _, err := loopback.Click(t.Context(), found[1], "allow"); err != nil {
		t.Fatal(err)
	}
	s.See("org-dev: Developer")
	s.See("code 0")
	if pages := w.pages(); len(pages) != 0 {
		t.Errorf("opened here as well: %q", pages)
	}
}

// shortLife is that of sessions which are to end in a test. guise renews them in
// the last quarter: a client has that long to use what it was given.
const shortLife = 8 * time.Second

// TestTokenEndsInARun: tokens and credentials that live seconds, and a boto3 that
// goes on: renewed with nobody there, and no call fails.
func TestTokenEndsInARun(t *testing.T) {
	needBoto3(t)
	w := adopted(t)
	s := w.shell("bash")
	s.Type("guise login org-dev\r")
	s.See("org-dev: Developer")
	w.aws.SetLives(2*time.Second, shortLife)
	s.Type("guise login --force org-dev\r")
	s.See("org-dev: Developer")
	const run = `
import boto3, os, time
session = boto3.Session(profile_name="org-dev")
sts = session.client("sts", region_name="eu-west-1", endpoint_url=os.environ["AWS_ENDPOINT_URL"])
keys = set()
while len(keys) < 3:
    assert "AWSReservedSSO_Developer" in sts.get_caller_identity()["Arn"]
    keys.add(session.get_credentials().access_key)
    time.sleep(0.3)
print("no call failed")
`
	got := w.run(nil, "python3", "-c", run)
	if !strings.Contains(got.out, "no call failed") {
		t.Errorf("%+v", got)
	}
	if n := w.aws.Done("CreateToken"); n < 3 || len(w.pages()) != 2 {
		t.Errorf("%d tokens, %d pages", n, len(w.pages()))
	}
}

// TestRefreshRevoked: what is valid is served to its end; then a user is needed,
// and it is said how.
func TestRefreshRevoked(t *testing.T) {
	w := adopted(t)
	w.aws.SetLives(8*time.Hour, 70*time.Second)
	s := w.shell("fish")
	s.Type("guise login org-dev\r")
	s.See("org-dev: Developer")
	w.aws.RevokeRefresh(true)
	if got := w.run([]string{"GUISE_REFRESH_BEFORE=10m"}, "guise", "credential-process", "--profile", "org-dev"); got.code != 0 {
		t.Errorf("%+v", got)
	}
	w.aws.SetLives(8*time.Hour, time.Hour)
	w.write(".aws/config", strings.Replace(w.read(".aws/config"), "guise_sso_role_name = Developer", "guise_sso_role_name = ReadOnly", 1))
	for range 2 {
		got := w.guise("credential-process", "--profile", "org-dev")
		if got.code != 3 || got.out != "" || !strings.Contains(got.err, "hint: guise login org-dev") {
			t.Errorf("%+v", got)
		}
	}
	if n := len(w.aws.Calls("CreateToken")); n != 2 { // the sign-in, and one refusal
		t.Errorf("%d calls of CreateToken", n)
	}
}

// TestThrottled: an organisation that may be asked only so often is read all the
// same.
func TestThrottled(t *testing.T) {
	w := adopted(t)
	s := w.shell("bash")
	s.Type("guise login org-dev\r")
	s.See("org-dev: Developer")
	w.aws.Fail(loopback.Fault{Action: "ListAccountRoles", Rate: 20, Status: 429, Code: "TooManyRequestsException"})
	if got := w.guise("sso", "sync"); got.code != 0 || !strings.Contains(got.err, "added 90 profiles") {
		t.Errorf("%+v", got)
	}
}

// TestSharedToken: a token that guise shares is one that boto3 signs in with by
// itself, and the other way round.
func TestSharedToken(t *testing.T) {
	needBoto3(t)
	w := newWorld(t)
	const who = `
import boto3, os
print(boto3.Session(profile_name="org-dev").client("sts", region_name="eu-west-1", endpoint_url=os.environ["AWS_ENDPOINT_URL"]).get_caller_identity()["Arn"])
`
	s := w.shell("bash", "GUISE_SSO_SHARE_TOKEN=true", "GUISE_ADOPT=never")
	s.Type("guise login org-dev\r")
	s.See("org-dev: Developer")
	got := w.run(nil, "python3", "-c", who) // not adopted: boto3's own way
	if !strings.Contains(got.out, "AWSReservedSSO_Developer") {
		t.Errorf("%+v", got)
	}
	// The AWS CLI's file alone is enough for guise.
	if err := os.RemoveAll(filepath.Join(w.home, ".cache")); err != nil {
		t.Fatal(err)
	}
	if got := w.guise("whoami", "org-dev"); !strings.Contains(got.out, "AWSReservedSSO_Developer") || len(w.pages()) != 1 {
		t.Errorf("%+v", got)
	}
}

// ruleSet sends a service of the AWS CLI to the loopback AWS: Debian's version
// does not know AWS_ENDPOINT_URL.
const ruleSet = `{"version":"1.0","parameters":{"Region":{"builtIn":"AWS::Region","required":false,"documentation":"","type":"String"},` +
	`"UseDualStack":{"builtIn":"AWS::UseDualStack","required":true,"default":false,"documentation":"","type":"Boolean"},` +
	`"UseFIPS":{"builtIn":"AWS::UseFIPS","required":true,"default":false,"documentation":"","type":"Boolean"},` +
	`"Endpoint":{"builtIn":"SDK::Endpoint","required":false,"documentation":"","type":"String"}},` +
	`"rules":[{"conditions":[],"endpoint":{"url":"URL","properties":{},"headers":{}},"type":"endpoint"}]}`

// TestTwoIdentitiesAtOnce: two SSO sessions at one start URL, many processes of each, and
// both sign in at the same time: each gets what is its own.
func TestTwoIdentitiesAtOnce(t *testing.T) {
	w := newWorld(t)
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	in := func(who string) string {
		return "\nguise_browser = env " + browserPerson + "=" + who + " " + self + " {url}\n"
	}
	w.write(".aws/config", strings.Replace(w.read(".aws/config"), "[sso-session demo]", "[sso-session demo]"+in("alice"), 1)+
		"\n[sso-session twin]"+in("bob")+"sso_start_url = "+w.aws.StartURL()+"\nsso_region = eu-west-1\n"+
		"[profile org-admin]\nsso_session = twin\nsso_account_id = 600000000004\nsso_role_name = Admin\nregion = eu-west-1\n")
	ten := func(profile string) *terminaltest.Terminal {
		return w.open(nil, "sh", "-c", "for i in $(seq 10); do guise whoami "+profile+" >"+profile+".$i & done; wait; echo all-done")
	}
	first, second := ten("org-dev"), ten("org-admin")
	first.See("demo: signed in as alice")
	second.See("twin: signed in as bob")
	first.See("all-done")
	second.See("all-done")
	for profile, who := range map[string]string{"org-dev": "alice", "org-admin": "bob"} {
		for answer, n := range w.answers(profile + ".*") {
			if !strings.HasSuffix(answer, "/"+who+"\n") || n != 10 {
				t.Errorf("%s, %d times: %s", profile, n, answer)
			}
		}
	}
	if n := len(w.pages()); n != 2 {
		t.Errorf("%d pages", n)
	}

	// A program's call has to sign in again, and the browser is bob's: refused, as for the user.
	w.write(".aws/config", strings.Replace(w.read(".aws/config"), in("alice"), in("bob"), 1)+
		"[profile org-read]\nsso_session = demo\nsso_account_id = 600000000001\nsso_role_name = ReadOnly\n")
	w.aws.RevokeRefresh(true)
	w.at("guise credential-process --profile org-read").See(`this sign-in is bob's, and that of \[sso-session demo\] was alice's: nothing of it was kept\s+hint: guise sso logout demo (?s:.*)code 1`)
	if got := w.guise("sso", "list", "--json"); strings.Count(got.out, `"identity": "bob"`) != 1 {
		t.Errorf("%+v", got)
	}
	w.noSecrets()
}

// TestSignedInByTheCLI: a sign-in of `aws sso login` is used by guise, and renewed
// where it lies.
func TestSignedInByTheCLI(t *testing.T) {
	need.Long(t)
	besides(t)
	cli := awsV2(t)
	w := newWorld(t)
	for _, service := range []string{"sso", "sso-oidc"} {
		dir := filepath.Join(w.home, ".aws/models", service, "2019-06-10")
		if err := os.MkdirAll(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "endpoint-rule-set-1.json"), []byte(strings.ReplaceAll(ruleSet, "URL", w.server.URL())), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if got := w.run([]string{"BROWSER=" + self}, cli, "sso", "login", "--profile", "org-dev"); got.code != 0 || !strings.Contains(got.out, "Successfully logged") {
		t.Fatalf("%+v", got)
	}
	if got := w.guise("adopt", "--all", "--yes", "--keep-keys"); got.code != 0 {
		t.Fatal(got)
	}
	before := w.ssoFile()
	if got := w.guise("whoami", "org-dev"); !strings.Contains(got.out, "AWSReservedSSO_Developer") || w.ssoFile() != before {
		t.Errorf("%+v", got)
	}
	// Its token is at its end: renewed in place, by the registration of the CLI.
	ended := strings.NewReplacer(`"expiresAt": "20`, `"expiresAt": "19`).Replace(before)
	w.write(".aws/sso/cache/89e495e7941cf9e40e6980d14a16bf023ccd4c91.json", ended)
	if got := w.guise("whoami", "org-deploy"); !strings.Contains(got.out, "OrgDeploy") {
		t.Errorf("%+v", got)
	}
	if got := w.guise("login", "org-dev"); got.code != 0 || len(w.pages()) != 1 {
		t.Errorf("%+v", got)
	}
}

func (w *world) ssoFile() string {
	w.t.Helper()
	return w.read(".aws/sso/cache/89e495e7941cf9e40e6980d14a16bf023ccd4c91.json")
}

// awsV2 returns the path of the AWS CLI's second version.
func awsV2(t *testing.T) string {
	t.Helper()
	for _, path := range append(filepath.SplitList(os.Getenv("PATH")), "/usr/bin") {
		path = filepath.Join(path, "aws")
		if out, err := exec.Command(path, "--version").Output(); err == nil && strings.HasPrefix(string(out), "aws-cli/2.") {
			return path
		}
	}
	need.That(t, errors.New("no AWS CLI v2"))
	return ""
}
