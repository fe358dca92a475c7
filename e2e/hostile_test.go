//go:build unix

package e2e

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"guise/internal/loopback"
	"guise/internal/need"
)

// An AWS that lies, or somebody in its place: whatever it says, nothing of it becomes
// configuration, runs, or steers a terminal.

// injected is a value that makes a section with a command of its own, where it is
// written as it is.
const injected = "x\n\n[default]\ncredential_process = touch pwned\n\n[profile pwned]\nregion = y"

// lies are answers that prove nothing.
func lies() []loopback.Lie {
	var all []loopback.Lie
	for _, body := range []loopback.Body{loopback.HTML, loopback.Empty, loopback.Nothing, loopback.Truncated, loopback.Cut, loopback.Huge, loopback.Redirect} {
		all = append(all, loopback.Lie{Body: body})
	}
	return all
}

// refuses wants a command to fail with one line in plain words, and to leave the
// files as they were.
func (w *world) refuses(what string, args ...string) {
	w.t.Helper()
	config, credentials := w.read(".aws/config"), w.read(".aws/credentials")
	got := w.guise(args...)
	if got.code != 1 || !strings.HasPrefix(got.err, "guise: ") || got.out != "" {
		w.t.Errorf("%s: %q: %+v", what, args, got)
	}
	for _, no := range []string{"pwned", "operation error", "deserialization", "EOF", "invalid character", "\x1b", "StatusCode"} {
		if strings.Contains(got.err, no) {
			w.t.Errorf("%s: %q: it says %q", what, args, got.err)
		}
	}
	if w.read(".aws/config") != config || w.read(".aws/credentials") != credentials {
		w.t.Errorf("%s: %q: it changed the files", what, args)
	}
	w.ranNothing(what)
}

// ranNothing wants the working folder as it was: empty.
func (w *world) ranNothing(what string) {
	w.t.Helper()
	if found, _ := filepath.Glob(filepath.Join(w.dir, "work", "*")); len(found) != 0 {
		w.t.Errorf("%s: something ran: %v", what, found)
	}
}

// TestLyingPortal: sso sync writes nothing but what accounts and roles can be named,
// and removes nothing since an answer says nothing.
func TestLyingPortal(t *testing.T) {
	w := adopted(t)
	s := w.shell("bash")
	s.Type("guise login org-dev\r")
	s.See("org-dev: Developer")
	if got := w.guise("sso", "sync"); got.code != 0 {
		t.Fatalf("%+v", got)
	}
	for action, fields := range map[string][]string{"ListAccounts": {"accountId", "accountName", "emailAddress"}, "ListAccountRoles": {"roleName"}} {
		for _, field := range fields {
			for _, value := range []string{injected, "\x1b]0;pwned\a", "\u202epwned", "pwned\r[default]"} {
				w.aws.Fail(loopback.Fault{Action: action, Lie: loopback.Lie{Fields: map[string]string{field: value}}})
				w.refuses(action+" "+field, "sso", "sync", "--prune")
			}
		}
		for _, lie := range lies() {
			w.aws.Fail(loopback.Fault{Action: action, Lie: lie})
			w.refuses(action+" "+string(lie.Body), "sso", "sync", "--prune")
		}
	}
	// What may be in a name is written so that botocore reads it, and no more.
	w.aws.Fail(loopback.Fault{Action: "ListAccounts", Lie: loopback.Lie{Fields: map[string]string{"accountName": "$(touch pwned) ] [x 'y\""}}})
	if got := w.guise("sso", "sync"); got.code != 0 {
		t.Errorf("%+v", got)
	}
	python := need.Program(t, "python3")
	got := w.run(nil, python, "-c", `
import botocore.session, json
config = botocore.session.Session().full_config
print(json.dumps(sorted(config["profiles"])))`)
	var names []string
	if err := json.Unmarshal([]byte(got.out), &names); err != nil || len(names) < 90 {
		t.Errorf("%d profiles, %v, %+v", len(names), err, got.err)
	}
	for _, name := range names {
		if name == "default" || strings.ContainsAny(name, "$()[]'\"") {
			t.Errorf("botocore sees a profile %q", name)
		}
	}
	w.ranNothing("names")
	// A 200 that is not the portal's is no sign-out.
	for _, body := range []loopback.Body{loopback.HTML, loopback.Empty} {
		w.aws.Fail(loopback.Fault{Action: "Logout", Lie: loopback.Lie{Body: body}})
		if got := w.guise("logout", "org-dev"); got.code != 1 || strings.Contains(got.err, "signed out of") {
			t.Errorf("%s: %+v", body, got)
		}
	}
}

// exportArgs are the ways to print or write a session.
func exportArgs(profile string) [][]string {
	var all [][]string
	for _, format := range []string{"env", "fish", "powershell", "json", "dotenv"} {
		all = append(all, []string{"export", profile, "--format", format})
	}
	return append(all, []string{"export", profile, "--format", "credentials-file", "--to", "tool"}, []string{"login", profile}, []string{"credential-process", "--profile", profile})
}

// TestLyingSTS: no session is made of what is none, in no format.
func TestLyingSTS(t *testing.T) {
	w := adopted(t)
	for _, field := range []string{"AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration", "Arn"} {
		w.aws.Fail(loopback.Fault{Action: "AssumeRole", Lie: loopback.Lie{Fields: map[string]string{field: injected}}})
		for _, args := range exportArgs("deploy") {
			w.refuses(field, args...)
		}
	}
	for _, lie := range lies() {
		w.aws.Fail(loopback.Fault{Action: "AssumeRole", Lie: lie})
		w.refuses(string(lie.Body), "login", "deploy")
	}
	w.aws.Fail(loopback.Fault{Action: "AssumeRole", Times: 1, Lie: loopback.Lie{Body: loopback.Truncated}})
	if got := w.guise("login", "deploy"); got.code != 0 {
		t.Errorf("one answer that is cut short ends the request: %+v", got)
	}
}

// TestHostileProcess: another program's keys may be any ASCII that shows. Each format
// gives them as they are, or says that it cannot; none runs a part of them.
func TestHostileProcess(t *testing.T) {
	const secret = "$(touch${IFS}pwned)'\"\\`touch${IFS}pwned`;touch${IFS}pwned"
	answer, err := json.Marshal(map[string]any{"Version": 1, "AccessKeyId": "MINIO", "SecretAccessKey": secret, "SessionToken": "t'o\"k$(x)"})
	if err != nil {
		t.Fatal(err)
	}
	w := adopted(t, "[profile minio]\ncredential_process = cat ../answer", "[profile lines]\ncredential_process = cat ../lines")
	for name, text := range map[string]string{"answer": string(answer), "lines": strings.Replace(string(answer), "MINIO", "MIN\\n[default]\\nx = y", 1)} {
		if err := os.WriteFile(filepath.Join(w.dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, args := range exportArgs("lines") {
		w.refuses("lines", args...)
	}
	w.refuses("dotenv", "export", "minio", "--format", "dotenv")
	w.refuses("credentials file", "export", "minio", "--format", "credentials-file", "--to", "tool")
	const show = `; printf '%s' "$AWS_SECRET_ACCESS_KEY"`
	for _, argv := range [][]string{
		{"dash", "-c", `eval "$(guise export minio)"` + show},
		{"bash", "-c", `eval "$(guise export minio)"` + show},
		{"zsh", "-fc", `eval "$(guise export minio)"` + show},
		{"fish", "-c", `guise export minio --format fish | source` + show},
		{"python3", "-c", `import json, subprocess; print(json.loads(subprocess.check_output(["guise", "export", "minio", "--format", "json"]))["SecretAccessKey"], end="")`},
		{"python3", "-c", `import botocore.session; print(botocore.session.Session(profile="minio").get_credentials().secret_key, end="")`},
	} {
		if got := w.run(nil, need.Program(t, argv[0]), argv[1:]...); got.out != secret {
			t.Errorf("%q: %+v", argv, got)
		}
		w.ranNothing(argv[0])
	}
}

// TestLyingIAM: a key is only what AWS says that it is, and deleted only where AWS
// says that it is.
func TestLyingIAM(t *testing.T) {
	w, user := keyWorld(t)
	for _, lie := range append(lies(), loopback.Lie{Fields: map[string]string{"Arn": injected}}) {
		w.aws.Fail(loopback.Fault{Action: "GetCallerIdentity", Lie: lie})
		s := w.open(nil, "guise", "keys", "add", user.Name)
		s.See("access key id for bob")
		s.Type(user.AccessKeyID + "\r")
		s.See("secret access key")
		s.Type(user.SecretAccessKey + "\r")
		if code := s.Exit(); code != 1 || strings.Contains(s.Everything(), "AWS knows") || strings.Contains(w.read(".aws/config"), "bob") {
			t.Errorf("%+v: %d %s", lie, code, s.Everything())
		}
	}
	w.aws.Fail()
	w.addKey(user)
	for _, action := range []string{"UpdateAccessKey", "DeleteAccessKey"} {
		for _, body := range []loopback.Body{loopback.HTML, loopback.Empty} {
			w.aws.Fail(loopback.Fault{Action: action, Lie: loopback.Lie{Body: body, Instead: true}})
			if got := w.guise("keys", "rotate", "bob"); got.code != 1 || strings.Contains(got.err, "deleted") && !strings.Contains(got.err, "not deleted") {
				t.Errorf("%s %s: %+v", action, body, got)
			}
		}
	}
	w.aws.Fail()
	if got := w.guise("keys", "rotate", "bob"); got.code != 0 || len(w.aws.KeysOf(bob)) != 1 {
		t.Errorf("%+v, %v", got, w.aws.KeysOf(bob))
	}
}

// unseen are escape sequences that a terminal obeys: a reset, a title, a colour by a
// C1 character, text turned around.
const unseen = "\x1bc\x1b]0;steered\a\u009b31m\u202e"

// steered reports whether a text would steer a terminal.
func steered(text string) bool {
	return strings.Contains(text, "\x1bc") || strings.Contains(text, "steered\a") || strings.ContainsAny(text, "\u009b\u202e")
}

// TestNothingSteersTheTerminal: a name that does it anywhere is shown harmless in
// every question, list and message, whoever asks.
func TestNothingSteersTheTerminal(t *testing.T) {
	const name = "fed\x1bc\u009b31m\u202e\x1b]0;steered\a"
	w := newWorld(t)
	assertion := filepath.Join(w.dir, "assertion")
	if err := os.WriteFile(assertion, []byte(w.aws.Assertion()), 0o600); err != nil {
		t.Fatal(err)
	}
	// A header ends at its first bracket: the name is what is before it.
	header := strings.SplitN(name, "]", 2)[0]
	w.write(".aws/config", "[profile "+header+"]\nregion = eu-west-1\nguise_description = "+unseen+"\nguise_saml_command = cat "+assertion+"\n")
	for _, picker := range []string{"list", "fzf"} {
		for _, term := range []string{"xterm", "dumb"} {
			s := w.open([]string{"GUISE_PICKER=" + picker, "TERM=" + term}, "guise", "login", header)
			s.See("role for fed")
			s.See("Federated")
			s.Type("\r")
			s.See("h.*left|Federated, ")
			s.Exit()
			if steered(s.Raw()) {
				t.Errorf("%s on %s: %q", picker, term, s.Raw())
			}
			w.guise("logout", "--all")
		}
	}
	for _, args := range [][]string{{"list"}, {"list", "--json"}, {"explain", header}, {"explain", header, "--json"}, {"doctor"}, {"doctor", "--json"}, {"login", header + "x"}, {"adopt", "--all", "--dry-run"}, {"completion", "bash"}, {"__complete", "use", ""}} {
		if got := w.guise(args...); steered(got.out + got.err) {
			t.Errorf("%q: %q", args, got.out+got.err)
		}
	}
}

// TestMarkup: what the desktop is given to show has no markup and no escapes in it,
// whatever a profile is called.
func TestMarkup(t *testing.T) {
	besides(t)
	const name = `<a href="x">p</a> & \074b\076`
	for _, program := range []string{"kdialog", "zenity", "notify-send"} {
		t.Run(program, func(t *testing.T) {
			w := adopted(t, "[profile "+name+"]\nrole_arn = arn:aws:iam::222222222222:role/Admin\nsource_profile = alice\nmfa_serial = "+loopback.DemoSerial+"\nregion = eu-west-1\n")
			seen := filepath.Join(w.dir, program)
			w.standIn(program, `printf '%s|' "$@" >`+seen+"; exit 1\n")
			dialog := program
			if program == "notify-send" {
				dialog = "none"
			}
			w.run([]string{"DISPLAY=:99999", "GUISE_DIALOG=" + dialog}, "guise", "credential-process", "--profile", name)
			data, err := os.ReadFile(seen)
			if err != nil || !strings.Contains(string(data), "href") || strings.ContainsAny(string(data), `<>&\`) {
				t.Errorf("%s, %v", data, err)
			}
		})
	}
}
