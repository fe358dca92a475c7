//go:build unix

package e2e

import (
	"path/filepath"
	"strings"
	"testing"

	"guise/internal/awsenv"
	"guise/internal/need"
	"guise/shell"
)

// TestOffGivesBack: after `use`, other `use` and `off` a terminal has exactly what
// it had: also what was set to nothing, what was not exported, and, in fish, what is
// universal.
func TestOffGivesBack(t *testing.T) {
	besides(t)
	shells(t, func(t *testing.T, name string) {
		w := adopted(t)
		s := w.shell(name)
		d, err := shell.Named(name)
		if err != nil {
			t.Fatal(err)
		}
		before, err := d.Script([]shell.Change{
			{Name: "AWS_PROFILE", Value: "", Exported: true},
			{Name: "AWS_DEFAULT_PROFILE", Value: "it's $mine", Exported: true},
			{Name: "AWS_DEFAULT_REGION", Value: "not exported"},
		})
		if err != nil {
			t.Fatal(err)
		}
		if name == "fish" {
			before += "set -Ux AWS_REGION eu-north-1\n"
		}
		for line := range strings.Lines(before) {
			s.Type(strings.TrimSpace(line) + "\r")
			s.See("ready ")
		}
		// What programs see, and what the shell itself has.
		look := `env | grep '^AWS_[PDR]' | LC_ALL=C sort | tr '\n' ' '; echo "[$AWS_PROFILE][$AWS_DEFAULT_PROFILE][$AWS_REGION][$AWS_DEFAULT_REGION]$end"`
		if name == "fish" {
			look += `; set -S AWS_REGION | grep -c 'global scope'`
		}
		looked := func() string {
			t.Helper()
			s.Type(look + "; echo look''ed\r")
			text := s.See(`(?s)(AWS_.*)looked\n`)[1]
			return text[max(0, strings.LastIndex(text, "AWS_DEFAULT_PROFILE=")):]
		}
		was := looked()
		if !strings.Contains(was, "AWS_DEFAULT_PROFILE=it's $mine AWS_PROFILE=") || !strings.Contains(was, "[not exported]") || strings.Contains(was, "AWS_DEFAULT_REGION=") {
			t.Fatalf("the test is wrong: %q", was)
		}
		s.Type("guise use deploy -r us-east-1\r")
		s.See("deploy: Deploy")
		s.Type("guise use deploy; guise region us-west-2\r")
		s.See("region: us-west-2")
		s.Type("env | grep '^AWS_[PDR]' | LC_ALL=C sort | tr '\\n' ' '; echo in''side\r")
		if in := s.See(`(?s)\n(AWS_.*)inside\n`)[1]; in != "AWS_DEFAULT_REGION=us-west-2 AWS_PROFILE=deploy AWS_REGION=us-west-2 " {
			t.Errorf("inside: %q", in)
		}
		s.Type("guise off\r")
		s.See("off; ")
		if now := looked(); now != was {
			t.Errorf("after off:\n%s\nbefore use:\n%s", now, was)
		}
	})
}

// environment returns what a command under `guise exec` has in its environment.
func (w *world) environment(env []string, words ...string) map[string][]string {
	w.t.Helper()
	got := w.run(env, "guise", append(append([]string{"exec"}, words...), "--", "env", "-0")...)
	if got.code != 0 {
		w.t.Fatalf("%q: %+v", words, got)
	}
	all := map[string][]string{}
	for pair := range strings.SplitSeq(got.out, "\x00") {
		name, value, _ := strings.Cut(pair, "=")
		all[name] = append(all[name], value)
	}
	return all
}

// TestExecCarries: a command that does not see the profile is told its region, its
// endpoints and how calls are made; what the terminal says stays; each once.
func TestExecCarries(t *testing.T) {
	w := adopted(t, `
[profile elsewhere]
role_arn = arn:aws:iam::333333333333:role/Deploy
source_profile = ci
region = eu-west-1
endpoint_url = https://all.example
services = mine
use_fips_endpoint = true
use_dualstack_endpoint = true
ca_bundle = /etc/ssl/mine.pem
retry_mode = adaptive
max_attempts = 7

[services mine]
s3 =
  endpoint_url = https://s3.example
`)
	w.env = append(w.env, "AWS_ENDPOINT_URL_STS="+w.server.URL()) // and none for all services
	w.env = w.without("AWS_ENDPOINT_URL")
	for _, mode := range []string{"--serve", "--export"} {
		got := w.environment(nil, "elsewhere", mode)
		for name, want := range map[string]string{
			"AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "eu-west-1", "AWS_ENDPOINT_URL": "https://all.example", "AWS_ENDPOINT_URL_S3": "https://s3.example",
			"AWS_USE_FIPS_ENDPOINT": "true", "AWS_USE_DUALSTACK_ENDPOINT": "true", "AWS_CA_BUNDLE": "/etc/ssl/mine.pem",
			"AWS_RETRY_MODE": "adaptive", "AWS_MAX_ATTEMPTS": "7", "AWS_ENDPOINT_URL_STS": w.server.URL(),
		} {
			if len(got[name]) != 1 || got[name][0] != want {
				t.Errorf("%s: %s: %q, want %q", mode, name, got[name], want)
			}
		}
		mine := map[string]string{"AWS_REGION": "us-east-2", "AWS_ENDPOINT_URL_S3": "https://mine.example", "AWS_MAX_ATTEMPTS": "2", "AWS_USE_FIPS_ENDPOINT": "false"}
		var env []string
		for name, value := range mine {
			env = append(env, name+"="+value)
		}
		got = w.environment(env, "elsewhere", mode)
		for name, want := range mine {
			if len(got[name]) != 1 || got[name][0] != want {
				t.Errorf("%s: %s: %q, the terminal has %q", mode, name, got[name], want)
			}
		}
		if got := w.environment(env, "elsewhere", mode, "-r", "us-west-1"); len(got["AWS_REGION"]) != 1 || got["AWS_REGION"][0] != "us-west-1" || got["AWS_DEFAULT_REGION"][0] != "us-west-1" {
			t.Errorf("%s: %q", mode, got["AWS_REGION"])
		}
	}
	// With a profile that is passed on, its file says it.
	if got := w.environment(nil, "elsewhere"); got["AWS_ENDPOINT_URL"] != nil || got["AWS_REGION"] != nil || got["AWS_PROFILE"][0] != "elsewhere" {
		t.Errorf("%q", got)
	}
	// Nothing of the outer profile reaches another's calls.
	if got := w.run(nil, "guise", "exec", "elsewhere", "--serve", "--", "guise", "exec", "deploy", "--", "env"); got.code != 0 || strings.Contains(got.out, ".example") || strings.Contains(got.out, "GUISE_EXEC=") || strings.Contains(got.out, "AWS_REGION") {
		t.Errorf("%+v", got)
	}
}

// without is the world's environment without a variable.
func (w *world) without(name string) (env []string) {
	for _, pair := range w.env {
		if !strings.HasPrefix(pair, name+"=") {
			env = append(env, pair)
		}
	}
	return env
}

// A rival is what may be set in a terminal and make an SDK somebody else.
type rival struct {
	what string
	env  []string
	// client takes it, under exec in this mode, where it is set without guise;
	// none where that is slow to see.
	client, mode string
}

func (r rival) String() string { return r.what + " in " + r.client }

// TestRivals: whatever is set in the terminal, a command under a profile is that
// profile's, in every mode. That each would win otherwise is seen too.
func TestRivals(t *testing.T) {
	w := adopted(t)
	w.env = append(w.env, "AWS_REGION=eu-west-1")
	clients := map[string][]string{"boto3": w.boto3(t), "gov1": {goClient(t, "gov1"), "calls", "1"}, "gov2": goV2(t)}
	const id, secret = "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
	file := func(name, text string) string {
		w.write(name, text)
		return filepath.Join(w.home, name)
	}
	token := file("token", "not the token")
	rivals := []rival{
		{"access keys", []string{"AWS_ACCESS_KEY_ID=" + id, "AWS_SECRET_ACCESS_KEY=" + secret, "AWS_SESSION_TOKEN=x"}, "boto3", ""},
		{"access keys by their old names", []string{"AWS_ACCESS_KEY=" + id, "AWS_SECRET_KEY=" + secret}, "gov1", ""},
		{"access keys by their old names", nil, "gov2", "--serve"},
		{"older names of a token", []string{"AWS_SECURITY_TOKEN=x", "AWS_CREDENTIAL_EXPIRATION=2020-01-01T00:00:00Z"}, "", ""},
		{"another profile", []string{"AWS_DEFAULT_PROFILE=ci", "AWS_EB_PROFILE=ci"}, "boto3", ""},
		{"another profile", []string{"AWS_PROFILE=ci"}, "gov2", "--serve"},
		{"a role for a token", []string{"AWS_ROLE_ARN=arn:aws:iam::222222222222:role/Owner", "AWS_WEB_IDENTITY_TOKEN_FILE=" + token, "AWS_ROLE_SESSION_NAME=x"}, "boto3", "--serve"},
		{"another container", []string{"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI=/other", "AWS_CONTAINER_CREDENTIALS_FULL_URI=http://127.0.0.1:9/", "AWS_CONTAINER_AUTHORIZATION_TOKEN=x"}, "", ""},
		{"another container's token", []string{"AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE=" + token}, "boto3", "--serve"},
		{"a file of keys", []string{"AWS_CREDENTIAL_FILE=" + file("keys", "AWSAccessKeyId="+id+"\nAWSSecretKey="+secret+"\n")}, "boto3", "--serve"},
		{"boto's own file", []string{"BOTO_CONFIG=" + file("boto.cfg", "[Credentials]\naws_access_key_id = "+id+"\naws_secret_access_key = "+secret+"\n")}, "boto3", "--serve"},
	}
	command := func(mode string, words ...string) []string {
		if mode != "" {
			return append([]string{"exec", "deploy", mode, "--"}, words...)
		}
		return append([]string{"exec", "deploy", "--"}, words...)
	}
	var all, last []string
	var would []rival // those that are seen to win, each with what it sets
	for _, r := range rivals {
		all = append(all, r.env...)
		if r.env == nil {
			r.env = last
		}
		if last = r.env; r.client != "" {
			would = append(would, r)
		}
	}
	for _, r := range need.Part(t, 3, would) {
		words := append(append([]string{"env"}, r.env...), clients[r.client]...)
		if got := w.run(nil, "guise", command(r.mode, words...)...); strings.Contains(got.out, ":assumed-role/Deploy/") {
			t.Errorf("%s is no rival in %s %s: %+v", r.what, r.client, r.mode, got)
		}
	}
	for _, mode := range need.Part(t, 2, []string{"", "--serve", "--export"}) {
		for name, words := range clients {
			if got := w.run(all, "guise", command(mode, words...)...); !strings.Contains(got.out, ":assumed-role/Deploy/") {
				t.Errorf("%s is somebody else by %q: %+v", name, mode, got)
			}
		}
	}
	for _, name := range awsenv.Rivals {
		if !strings.Contains(strings.Join(all, " ")+" ", name+"=") {
			t.Errorf("%s is not tried", name)
		}
	}
}
